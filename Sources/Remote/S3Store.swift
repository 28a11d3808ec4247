internal import Files
internal import Synchronization
internal import SystemPackage

/// Buckets. Directories are what is before the last slash of keys.
struct S3Store: RemoteStore {
  let access: RemoteAccess
  private let settings: LazySettings
  /// A server that tells more names of a directory than this does not end.
  var mostNames = 10_000_000
  /// Nor one that tells so many pages without a name, one after the other.
  private static let mostEmptyPages = 100
  /// Set when the server has refused to replace an object.
  let proof = ConditionProof()

  /// - Parameter endpoint: see `Servers.Options`.
  init(access: RemoteAccess, endpoint: String?, environment: @escaping @Sendable (String) -> String?) {
    self.access = access
    settings = LazySettings(environment, endpoint)
  }

  func status(of name: RemoteName) throws -> FileStatus? {
    let directory = FileStatus(remote: .directory, size: 0, tag: name.url)
    guard !name.path.isEmpty else { return directory }
    let request = try request(name)
    if let file = try access.head(request, name, refusal: { refusal(name, $0, $1) }) { return file }
    return try page(of: name, most: 1).isEmpty ? nil : directory
  }

  func names(in name: RemoteName) throws -> [String] {
    var names: [String] = []
    var token: String?
    var emptyPages = 0
    repeat {
      let page = try page(of: name, after: token)
      names += page.names
      emptyPages = page.names.isEmpty ? emptyPages + 1 : 0
      guard names.count <= mostNames, emptyPages <= Self.mostEmptyPages else {
        throw RemoteError(name.url, "asked for its list, got \(names.count) names and no end")
      }
      guard page.next == nil || page.next != token else {
        throw RemoteError(name.url, "asked for its list, got the same page twice")
      }
      token = page.next
    } while token != nil
    return names
  }

  func open(_ name: RemoteName) throws -> RangeFile {
    guard !name.path.isEmpty else { throw SystemError("open", name.url, .isDirectory) }
    let request = try request(name)
    return try access.open(name, refusal: { refusal(name, $0, $1) }, request: { request })
  }

  /// A page of what is in a directory. ListObjectsV2.
  private func page(of name: RemoteName, after token: String? = nil, most: Int = 1000) throws -> S3Listing {
    let prefix = name.path.isEmpty ? "" : name.path + "/"
    // Sorted, as the signature wants it.
    var query = token.map { ["continuation-token=\($0.percentEncoded())"] } ?? []
    query += ["delimiter=%2F", "encoding-type=url", "list-type=2", "max-keys=\(most)"]
    query.append("prefix=\(prefix.percentEncoded())")
    let request = try request(name, ofBucket: true, query: query.joined(separator: "&"))
    let asked = "its list"
    let (answer, body) = try access.client.send(request, limit: RemoteAccess.listingLimit, for: name.url, asked: asked)
    guard answer.status == 200, !answer.isTooLong else { throw refusal(name, asked, answer) }
    guard let listing = S3Listing(body, prefix: prefix) else {
      throw RemoteError(name.url, "asked for \(asked), got something else")
    }
    return listing
  }

  /// - Parameter query: sorted, with a `=` after each name, as the signature wants it.
  func request(
    _ name: RemoteName, ofBucket: Bool = false, query: String? = nil, method: String = "GET", sending body: [UInt8] = []
  ) throws -> HTTPRequest {
    let settings = try settings.value()
    let key = ofBucket ? "" : name.encodedPath
    var request = HTTPRequest(
      method: method, url: try Self.base(name, settings) + key + (query.map { "?" + $0 } ?? ""), body: .bytes(body))
    // Another server would get a signature that is not for it.
    request.follows = false
    guard let credentials = settings.credentials else { return request }
    request.signature = ("aws:amz:\(settings.region):s3", "\(credentials.id):\(credentials.secret)")
    // libcurl signs this header and does not add it.
    request.headers.append("x-amz-content-sha256: \(try Self.digest(of: body, to: request.url, name))")
    if let token = credentials.token { request.headers.append("x-amz-security-token: \(token)") }
    return request
  }

  /// What the signature says about the bytes that are sent.
  private static func digest(of body: [UInt8], to url: String, _ name: RemoteName) throws -> String {
    if body.isEmpty { return "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" }
    if let digest = HTTPConnection.sha256(body) { return digest }
    // TLS protects them as well.
    guard url.hasPrefix("https://") else {
      throw RemoteError(
        name.url, "this libcurl is built without OpenSSL and GnuTLS, so only https:// endpoints can be written to")
    }
    return "UNSIGNED-PAYLOAD"
  }

  /// The URL of a bucket, up to the slash before the key.
  ///
  /// The bucket is a part of the path at servers of one's own, and of the host at Amazon, unless it has dots, which do not
  /// go with certificates.
  private static func base(_ name: RemoteName, _ settings: S3Settings) throws -> String {
    let bucket = name.host
    guard bucket.utf8.allSatisfy({ RemoteName.isBucketByte($0) }) else {
      throw RemoteError(name.url, "\(bucket) cannot be the name of a bucket")
    }
    guard var endpoint = settings.endpoint else {
      let host = "s3.\(settings.region).amazonaws.com"
      return bucket.contains(".") ? "https://\(host)/\(bucket)/" : "https://\(bucket).\(host)/"
    }
    while endpoint.last == "/" { endpoint.removeLast() }
    if endpoint.contains("{bucket}") { return endpoint.replacing("{bucket}", with: bucket) + "/" }
    return "\(endpoint)/\(bucket)/"
  }

  func refusal(_ name: RemoteName, _ asked: String, _ answer: HTTPAnswer) -> RemoteError {
    let isKnown = (try? settings.value().credentials) != nil
    let hint =
      answer.status == 403 && !isKnown
      ? "no credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE" : nil
    return HTTPProblem.error(name.url, asked: asked, answer, hint: hint)
  }
}

extension RemoteName {
  fileprivate static func isBucketByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

/// The settings, read when a bucket is first named.
private final class LazySettings: Sendable {
  private let environment: @Sendable (String) -> String?
  private let endpoint: String?
  private let known = Mutex<S3Settings?>(nil)

  init(_ environment: @escaping @Sendable (String) -> String?, _ endpoint: String?) {
    (self.environment, self.endpoint) = (environment, endpoint)
  }

  func value() throws -> S3Settings {
    try known.withLock { known in
      if let known { return known }
      var settings = try S3Settings(environment)
      if let endpoint { settings.endpoint = endpoint }
      known = settings
      return settings
    }
  }
}
