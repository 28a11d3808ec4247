internal import Files
internal import Synchronization

/// Connections to all servers, and what is tried again.
///
/// A request is tried again when the connection could not be made or was cut, when the server was silent for too long, and
/// when it said that it is busy: after 0.1, 0.2, 0.4 and 0.8 seconds. What brought new bytes goes on at once.
final class HTTPClient: Sendable {
  let settings: HTTPSettings
  private let idle = Mutex<[HTTPConnection]>([])
  private let requests = Atomic<Int>(0)
  private let bytes = Atomic<Int>(0)

  init(_ settings: HTTPSettings) { self.settings = settings }

  /// Requests sent and bytes of files and listings received since the beginning.
  var traffic: (requests: Int, bytes: Int) {
    (requests.load(ordering: .relaxed), bytes.load(ordering: .relaxed))
  }

  /// One attempt.
  /// - Throws: `RemoteError` when there are no connections.
  func exchange(_ request: HTTPRequest, into room: UnsafeMutableRawBufferPointer, for url: String) throws -> HTTPAnswer
  {
    guard let connection = idle.withLock({ $0.popLast() }) ?? HTTPConnection() else {
      throw RemoteError(url, HTTPConnection.missing)
    }
    defer { idle.withLock { $0.append(connection) } }
    let answer = connection.exchange(request, into: room, settings)
    requests.add(1, ordering: .relaxed)
    bytes.add(answer.count, ordering: .relaxed)
    return answer
  }

  /// A whole answer, of whatever status.
  /// - Parameter asked: for messages: `its size`.
  func send(
    _ request: HTTPRequest, into room: UnsafeMutableRawBufferPointer, for url: String, asked: String
  ) throws -> HTTPAnswer {
    var attempts = Attempts(url, asked)
    while true {
      var answer = try exchange(request, into: room, for: url)
      answer.isRepeated = attempts.failed > 0
      guard try attempts.isOver(after: answer) else { continue }
      return answer
    }
  }

  /// A whole answer and its body, which has at most `limit` bytes.
  func send(
    _ request: HTTPRequest, limit: Int, for url: String, asked: String
  ) throws -> (answer: HTTPAnswer, body: [UInt8]) {
    // Pages that are not touched take no memory.
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: limit, alignment: 16)
    defer { room.deallocate() }
    let answer = try send(request, into: room, for: url, asked: asked)
    return (answer, Array(room.prefix(answer.count)))
  }
}

/// The attempts at one thing.
struct Attempts {
  private let url: String
  /// What is asked for, for messages: `bytes 0 to 99`.
  private let asked: String
  private(set) var failed = 0
  private static let most = 5

  init(_ url: String, _ asked: String) { (self.url, self.asked) = (url, asked) }

  /// New bytes came: whatever failed before is forgotten, and nothing needs to be waited for.
  mutating func forget() { failed = 0 }

  /// Whether an answer is final. Waits before another attempt.
  /// - Throws: `RemoteError` when the last attempt failed.
  mutating func isOver(after answer: HTTPAnswer) throws -> Bool {
    let problem: String
    var passes = true
    if let failure = answer.failure {
      // The rest of an answer that is too long is not wanted.
      if answer.isTooLong { return true }
      let host = url.contains(answer.host) || answer.host.isEmpty ? "" : " (from \(answer.host))"
      problem = failure.problem + host
      passes = failure.passes
    } else if answer.isBusy {
      problem = HTTPProblem.text(answer)
    } else {
      return true
    }
    failed += 1
    guard passes, failed < Self.most else {
      throw RemoteError(
        url, "asked for \(asked), got: \(problem)\(failed > 1 ? ", in \(failed) attempts" : "")", passes: passes)
    }
    sleep(.milliseconds(50 << failed))
    return false
  }
}

/// Answers in words.
enum HTTPProblem {
  private static let reasons = [
    301: "Moved Permanently", 302: "Found", 307: "Temporary Redirect", 400: "Bad Request", 401: "Unauthorized",
    403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict", 412: "Precondition Failed",
    416: "Range Not Satisfiable", 429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout",
  ]

  /// `403 Forbidden, AccessDenied`
  static func text(_ answer: HTTPAnswer) -> String {
    let reason = reasons[answer.status].map { " " + $0 } ?? ""
    return "\(answer.status)\(reason)\(detail(of: answer.text).map { ", " + $0 } ?? "")"
  }

  /// - Parameters:
  ///   - asked: for messages: `bytes 0 to 99`.
  ///   - hint: what may be the reason.
  static func error(_ url: String, asked: String, _ answer: HTTPAnswer, hint: String? = nil) -> RemoteError {
    let hint = hint ?? defaultHint(answer)
    return RemoteError(url, "asked for \(asked), got: \(text(answer))\(hint.map { ": " + $0 } ?? "")")
  }

  private static func defaultHint(_ answer: HTTPAnswer) -> String? {
    switch answer.status {
    case 301, 307: answer.region.map { "the bucket is in \($0): set AWS_REGION" }
    case 401: "the server wants to know who asks"
    case 416: "the file became shorter while it was read"
    default: nil
    }
  }

  /// What S3 and Hadoop call the problem.
  static func detail(of text: String) -> String? {
    for (start, end) in [("<Code>", "</Code>"), (#""exception":""#, "\"")] {
      let pieces = text.split(separator: start, maxSplits: 1)
      let found = pieces.count == 2 ? pieces[1] : text.hasPrefix(start) ? text.dropFirst(start.count) : nil
      guard let found, let code = found.split(separator: end, omittingEmptySubsequences: false).first else { continue }
      if !code.isEmpty, code.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) { return String(code.prefix(60)) }
    }
    return nil
  }
}
