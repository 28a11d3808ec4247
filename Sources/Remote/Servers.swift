package import Files
package import SystemPackage

/// The files of all servers that this process can reach: what `RemotePath.mount` takes.
package struct Servers: RemoteFiles {
  private let client: HTTPClient
  private let web: WebStore
  private let s3: S3Store
  private let hdfs: WebHDFSStore

  /// How to reach servers.
  package struct Options: Sendable {
    /// `https://host:port` of an S3 server, in which `{bucket}` stands for the bucket; nil: as the environment or the
    /// profile says, or else Amazon's.
    package var endpoint: String?
    /// How long to wait for a connection, and then for every next byte; seconds.
    package var timeout: Int
    /// Whether HDFS is shown the user's Kerberos ticket.
    package var negotiates: Bool
    /// How many bytes S3 gets in one request, at most; at least 5 MiB at Amazon.
    package var partSize: Int64
    /// The value of an environment variable; nil for one that is not set, or is empty.
    package var environment: @Sendable (String) -> String?
    /// Where threads for reading ahead come from.
    package var threads: ThreadSupply

    package init(
      endpoint: String? = nil, timeout: Int = 30, negotiates: Bool = false, partSize: Int64 = 16 << 20,
      threads: ThreadSupply = ThreadSupply(), environment: @escaping @Sendable (String) -> String?
    ) {
      (self.endpoint, self.timeout, self.threads, self.environment) = (endpoint, timeout, threads, environment)
      (self.negotiates, self.partSize) = (negotiates, partSize)
    }
  }

  /// Opens no connection, and loads nothing.
  package init(_ options: Options) {
    let authorities = ["CURL_CA_BUNDLE", "AWS_CA_BUNDLE", "SSL_CERT_FILE"].lazy.compactMap(options.environment).first
    client = HTTPClient(HTTPSettings(timeout: options.timeout, authorities: authorities))
    let access = RemoteAccess(
      client: client, pieces: PieceSupply(options.threads), threads: options.threads, partSize: options.partSize)
    web = WebStore(access: access)
    s3 = S3Store(access: access, endpoint: options.endpoint, environment: options.environment)
    hdfs = WebHDFSStore(access: access, identity: Self.identity(options))
  }

  private static func identity(_ options: Options) -> WebHDFSStore.Identity {
    if options.negotiates { return .ticket }
    if let token = options.environment("HADOOP_TOKEN") { return .token(token) }
    return .user(options.environment("HADOOP_USER_NAME") ?? options.environment("USER"))
  }

  package var traffic: (requests: Int, bytes: Int) { client.traffic }

  private func store(of path: FilePath) throws -> (RemoteName, any RemoteStore) {
    let name = try RemoteName(path)
    switch name.scheme {
    case .http, .https: return (name, web)
    case .s3: return (name, s3)
    case .webhdfs, .swebhdfs: return (name, hdfs)
    }
  }

  package func status(of path: FilePath) throws -> FileStatus? {
    let (name, store) = try store(of: path)
    return try store.status(of: name)
  }

  package func names(in directory: FilePath) throws -> [String] {
    let (name, store) = try store(of: directory)
    return try store.names(in: name)
  }

  package func open(_ path: FilePath) throws -> any RemoteFile {
    let (name, store) = try store(of: path)
    return try store.open(name)
  }

  package func publish(
    _ file: FilePath, as path: FilePath, willChange: @escaping @Sendable () throws -> Void
  ) throws -> Bool {
    let (name, store) = try store(of: path)
    return try store.publish(LocalFile(file), as: name, willChange: willChange)
  }
}
