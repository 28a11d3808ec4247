// HDFS through the REST interface of its name node, or of an HttpFS gateway:
//
//     GET http://nn:9870/webhdfs/v1/PATH?op=GETFILESTATUS       {"FileStatus":{"type":"FILE","length":434,..}}
//     GET http://nn:9870/webhdfs/v1/PATH?op=LISTSTATUS          {"FileStatuses":{"FileStatus":[{"pathSuffix":"F1.rf",..}]}}
//     GET http://nn:9870/webhdfs/v1/PATH?op=OPEN&offset=0&length=99
//         307 Location: http://datanode:9864/webhdfs/v1/PATH?op=OPEN&..
//
// Errors are {"RemoteException":{"exception":"FileNotFoundException","message":".."}}. Each attempt at a range asks the name
// node again, which names another data node when one is dead.

internal import Files
internal import Records
internal import SystemPackage

/// HDFS by WebHDFS.
struct WebHDFSStore: RemoteStore {
  let access: RemoteAccess
  let identity: Identity

  /// Who asks.
  enum Identity: Sendable {
    /// HDFS believes the name if it does not use Kerberos.
    case user(String?)
    /// The user's Kerberos ticket.
    case ticket
    /// A delegation token, as text.
    case token(String)
  }

  /// Those of Hadoop 3.
  private static let plainPort = 9870
  private static let securePort = 9871

  func names(in name: RemoteName) throws -> [String] {
    let asked = "its list"
    guard let answer = try ask("LISTSTATUS", name, asked) else {
      throw SystemError("list", name.url, .noSuchFileOrDirectory)
    }
    guard case .array(let found)? = answer["FileStatuses"]?["FileStatus"] else { throw strange(name, asked) }
    return try found.map { entry in
      guard case .string(let suffix)? = entry["pathSuffix"], !suffix.contains("/") else { throw strange(name, asked) }
      // A file lists itself, without a name.
      guard !suffix.isEmpty else { throw SystemError("list", name.url, .notDirectory) }
      return suffix
    }
  }

  func open(_ name: RemoteName) throws -> RangeFile {
    guard let found = try status(of: name) else { throw SystemError("open", name.url, .noSuchFileOrDirectory) }
    guard found.kind == .file else { throw SystemError("open", name.url, .isDirectory) }
    return try RangeFile(
      name.url, count: found.size, tag: nil, tail: nil, goodStatus: 200, access: access
    ) { range in request("OPEN", name, ["offset=\(range.lowerBound)", "length=\(range.count)"]) }
  }

  func status(of name: RemoteName) throws -> FileStatus? {
    let asked = "its status"
    guard let answer = try ask("GETFILESTATUS", name, asked) else { return nil }
    let found = answer["FileStatus"]
    guard case .string(let type)? = found?["type"], case .number(let digits)? = found?["length"],
      let bytes = Int64(digits)
    else { throw strange(name, asked) }
    let size = try RemoteAccess.size(bytes, of: name, asked: asked)
    var modified = ""
    if case .number(let time)? = found?["modificationTime"] { modified = time }
    let kind: FileStatus.Kind = type == "FILE" ? .file : type == "DIRECTORY" ? .directory : .other
    // A directory changes with what is in it, and is read anew.
    return FileStatus(remote: kind, size: kind == .file ? size : 0, tag: kind == .file ? modified : "")
  }

  /// The answer to an operation; nil: 404.
  private func ask(_ operation: String, _ name: RemoteName, _ asked: String) throws -> JSONValue? {
    let (answer, body) = try access.client.send(
      request(operation, name), limit: RemoteAccess.listingLimit, for: name.url, asked: asked)
    switch answer.status {
    case 200 where !answer.isTooLong:
      guard let value = try? JSONValue(parsing: body) else { throw strange(name, asked) }
      return value
    case 404: return nil
    default: throw refusal(name, asked, answer)
    }
  }

  func refusal(_ name: RemoteName, _ asked: String, _ answer: HTTPAnswer) -> RemoteError {
    let hint: String? =
      switch identity {
      case _ where answer.status != 401: nil
      case .token: "the token of HADOOP_TOKEN is not good, or no longer"
      case .ticket: "it takes no Kerberos ticket of yours: run kinit, and look at klist"
      case .user where answer.authentication?.hasPrefix("Negotiate") == true:
        "it wants Kerberos: run kinit and say --negotiate, or set HADOOP_TOKEN"
      case .user: nil
      }
    return HTTPProblem.error(name.url, asked: asked, answer, hint: hint)
  }

  func strange(_ name: RemoteName, _ asked: String) -> RemoteError {
    RemoteError(name.url, "asked for \(asked), got something else: is this WebHDFS?")
  }

  func request(_ operation: String, _ name: RemoteName, _ arguments: [String] = []) -> HTTPRequest {
    let isSecure = name.scheme == .swebhdfs
    let hasPort = name.host.split(separator: "]", omittingEmptySubsequences: false).last?.contains(":") == true
    let port = hasPort ? "" : ":\(isSecure ? Self.securePort : Self.plainPort)"
    var query = ["op=\(operation)"]
    var negotiates = false
    switch identity {
    case .user(let name): if let name { query.append("user.name=\(name.percentEncoded())") }
    case .ticket: negotiates = true
    case .token(let token): query.append("delegation=\(token.percentEncoded())")
    }
    return HTTPRequest(
      url: "\(isSecure ? "https" : "http")://\(name.host)\(port)/webhdfs/v1/\(name.encodedPath)?"
        + (query + arguments).joined(separator: "&"), negotiates: negotiates)
  }
}
