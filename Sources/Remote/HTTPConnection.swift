internal import Glibc

#if Remote
  internal import CCurl
#endif

/// One request.
struct HTTPRequest: Sendable {
  var method = "GET"
  var url: String
  /// `Name: value`
  var headers: [String] = []
  /// With what it is signed: AWS Signature 4 for a region.
  var signature: (scope: String, credentials: String)?
  /// Whether to show the user's Kerberos ticket.
  var negotiates = false
  /// Whether to go where a redirect says.
  var follows = true

  enum Body: Sendable {
    case bytes([UInt8])
    case file(LocalFile)
  }
  /// What PUT and POST send.
  var body = Body.bytes([])
}

/// What came back.
struct HTTPAnswer: Sendable {
  /// Why the answer is not whole; nil for any answer that is.
  struct Failure: Sendable {
    var problem: String
    var passes: Bool
  }

  var failure: Failure?
  /// 0: there was no answer.
  var status = 0
  /// The bytes of the body of a good answer, as far as they came.
  var count = 0
  var isTooLong = false
  /// The beginning of the body of any other answer.
  var text = ""
  var tag: String?
  /// `bytes 0-99/1000`
  var contentRange: String?
  var contentLength: Int64?
  var modified: String?
  var region: String?
  /// Where a redirect leads.
  var location: String?
  /// `Negotiate`
  var authentication: String?
  /// Whether attempts before this one may have had an effect.
  var isRepeated = false
  /// The host that answered, perhaps after a redirect.
  var host = ""

  /// The size of the whole file, as the answer to a request for a range tells it.
  var total: Int64? { contentRange?.split(separator: "/").last.flatMap { Int64($0) } }
  /// Where the range begins.
  var start: Int64? {
    contentRange?.split(separator: " ").last?.split(separator: "-").first.flatMap { Int64($0) }
  }

  /// The server is busy or stumbled, and may answer in a while.
  var isBusy: Bool { [408, 429, 500, 502, 503, 504].contains(status) }
}

/// How to talk to servers.
struct HTTPSettings: Sendable {
  /// How long to wait for a connection and then for every next byte, seconds.
  var timeout: Int
  /// A file with certificates of authorities; nil: those of the system.
  var authorities: String?
}

/// A connection to servers, kept open between requests. For one thread at a time.
final class HTTPConnection: @unchecked Sendable {
  #if Remote
    private let memory: UnsafeMutableRawPointer

    /// Nil when libcurl is not installed, or is too old.
    init?() {
      guard actool_curl_load() != nil else { return nil }
      guard let memory = actool_curl_make() else { preconditionFailure("libcurl cannot start: out of memory") }
      self.memory = memory
    }

    deinit { actool_curl_free(memory) }

    /// Why there is no connection.
    static let missing = "libcurl 7.85 or newer is not installed: on Debian, apt-get install libcurl4"

    /// Sends a request and waits for the answer, whose body goes to `room`.
    func exchange(_ request: HTTPRequest, into room: UnsafeMutableRawBufferPointer, _ settings: HTTPSettings)
      -> HTTPAnswer
    {
      var texts: [UnsafeMutablePointer<CChar>] = []
      func text(_ string: String) -> UnsafePointer<CChar> {
        guard let copy = strdup(string) else { preconditionFailure("out of memory") }
        texts.append(copy)
        return UnsafePointer(copy)
      }
      defer { for text in texts { free(text) } }
      let headers: [UnsafePointer<CChar>?] = request.headers.map(text)
      let code = headers.withUnsafeBufferPointer { headers in
        request.body.withBytes { body, file, count in
          var order = actool_request()
          (order.method, order.url) = (text(request.method), text(request.url))
          (order.headers, order.header_count) = (headers.baseAddress, headers.count)
          order.signing = request.signature.map { text($0.scope) }
          order.credentials = request.signature.map { text($0.credentials) }
          order.authorities = settings.authorities.map(text)
          order.follows = request.follows ? 1 : 0
          (order.connect_timeout, order.silence) = (settings.timeout * 1000, settings.timeout)
          (order.body, order.body_file, order.body_count) = (body, file, count)
          order.negotiates = request.negotiates ? 1 : 0
          (order.room, order.room_count) = (room.baseAddress, room.count)
          return actool_curl_perform(memory, &order)
        }
      }
      return answer(code)
    }

    private func answer(_ code: Int32) -> HTTPAnswer {
      func header(_ name: String) -> String? { actool_curl_header(memory, name).map { String(cString: $0) } }
      var answer = HTTPAnswer()
      answer.status = actool_curl_status(memory)
      answer.count = actool_curl_count(memory)
      answer.isTooLong = actool_curl_is_too_long(memory) != 0
      answer.text = String(cString: actool_curl_text(memory))
      answer.tag = header("etag")
      answer.contentRange = header("content-range")
      answer.contentLength = header("content-length").flatMap { Int64($0) }
      answer.modified = header("last-modified")
      answer.region = header("x-amz-bucket-region")
      answer.location = header("location")
      answer.authentication = header("www-authenticate")
      let parts = String(cString: actool_curl_last_url(memory)).split(
        separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
      if parts.count > 2 { answer.host = String(parts[2].split(separator: "@").last ?? "") }
      if code != 0 {
        answer.failure = .init(
          problem: String(cString: actool_curl_problem(memory)), passes: Self.passing.contains(code))
      }
      return answer
    }

    /// libcurl's codes for what may go well the next time: names and hosts not found, connections refused, cut or silent.
    private static let passing: Set<Int32> = [5, 6, 7, 16, 18, 28, 35, 52, 55, 56, 92]

    /// SHA-256, as hexadecimal digits; nil when the library has none.
    static func sha256(_ bytes: [UInt8]) -> String? {
      guard actool_curl_load() != nil else { return nil }
      var digest = [UInt8](repeating: 0, count: 32)
      guard bytes.withUnsafeBytes({ actool_curl_sha256($0.baseAddress, $0.count, &digest) }) != 0 else { return nil }
      return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  #else
    init?() { return nil }

    static let missing = "this build knows no servers: build it with --traits Remote"

    static func sha256(_ bytes: [UInt8]) -> String? { nil }

    func exchange(_ request: HTTPRequest, into room: UnsafeMutableRawBufferPointer, _ settings: HTTPSettings)
      -> HTTPAnswer
    {
      preconditionFailure("there are no connections in this build")
    }
  #endif
}

#if Remote
  extension HTTPRequest.Body {
    /// Calls `body` with the bytes, or with nil and the descriptor of the file, and their number.
    fileprivate func withBytes<Result>(_ body: (UnsafeRawPointer?, Int32, Int) -> Result) -> Result {
      switch self {
      // An empty array may have no address, and there is nothing to read then.
      case .bytes(let bytes): bytes.withUnsafeBytes { body($0.baseAddress, -1, $0.count) }
      case .file(let file): body(nil, file.number, Int(file.count))
      }
    }
  }
#endif
