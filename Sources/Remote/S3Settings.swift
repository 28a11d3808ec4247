internal import Files
internal import SystemPackage

/// What the environment and the files of Amazon's clients say: who asks, which region, which server.
///
///     ~/.aws/credentials          ~/.aws/config
///     [default]                   [default]
///     aws_access_key_id = ...     region = eu-central-1
///     aws_secret_access_key = ... endpoint_url = https://s3.example.org
///     [other]                     [profile other]
///     aws_session_token = ...
///
/// The environment comes before the files, and the credentials before the configuration.
struct S3Settings: Sendable {
  struct Credentials: Sendable {
    var id: String
    var secret: String
    /// Of credentials that are given for a while.
    var token: String?
  }

  /// Nil: requests are not signed.
  var credentials: Credentials?
  var region = "us-east-1"
  var endpoint: String?

  private static let limit = 1 << 20

  /// - Parameter environment: see `Servers.Options`.
  /// - Throws: `SystemError` for a file that cannot be read; `RemoteError` for a profile that is named and nowhere.
  init(_ environment: (String) -> String?) throws {
    func value(_ names: String...) -> String? { names.lazy.compactMap(environment).first }
    let profile = value("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
    let home = value("HOME").map { FilePath($0).appending(".aws") }
    func section(_ variable: String, _ file: String, _ name: String) throws -> [String: String]? {
      guard let path = value(variable).map({ FilePath($0) }) ?? home?.appending(file) else { return nil }
      guard try FileStatus.of(path) != nil else { return nil }
      let text = String(decoding: try readWholeFile(path, limit: Self.limit), as: UTF8.self)
      return Self.section(name, of: text)
    }
    let name = profile ?? "default"
    let secrets = try section("AWS_SHARED_CREDENTIALS_FILE", "credentials", name)
    let config = try section("AWS_CONFIG_FILE", "config", name == "default" ? name : "profile \(name)")
    if let profile, secrets == nil, config == nil {
      throw RemoteError("s3://", "there is no profile \(profile), which AWS_PROFILE names")
    }
    let both = (config ?? [:]).merging(secrets ?? [:]) { $1 }
    if let id = value("AWS_ACCESS_KEY_ID"), let secret = value("AWS_SECRET_ACCESS_KEY") {
      credentials = Credentials(id: id, secret: secret, token: value("AWS_SESSION_TOKEN"))
    } else if let id = both["aws_access_key_id"], let secret = both["aws_secret_access_key"] {
      credentials = Credentials(id: id, secret: secret, token: both["aws_session_token"])
    }
    region = value("AWS_REGION", "AWS_DEFAULT_REGION") ?? both["region"] ?? region
    endpoint = value("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL") ?? both["endpoint_url"]
  }

  /// The settings of a section; nil when there is none. Lines that are indented belong to the setting before them.
  static func section(_ name: String, of text: String) -> [String: String]? {
    var found: [String: String]?
    var isInside = false
    for line in text.split(whereSeparator: \.isNewline) where !(line.first?.isWhitespace ?? true) {
      if line.first == "[" {
        let words = line.dropFirst().prefix { $0 != "]" }.split(whereSeparator: \.isWhitespace)
        isInside = words.joined(separator: " ") == name
        if isInside { found = found ?? [:] }
      } else if isInside, line.first != "#", line.first != ";", let equals = line.firstIndex(of: "=") {
        found?[line[..<equals].trimmed.lowercased()] = line[line.index(after: equals)...].trimmed
      }
    }
    return found
  }
}

extension Substring {
  /// Without white space at both ends.
  fileprivate var trimmed: String {
    var text = drop { $0.isWhitespace }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
