internal import Files
internal import SystemPackage

/// What a kind of server can do.
protocol RemoteStore: Sendable {
  /// Nil when there is nothing of that name.
  func status(of name: RemoteName) throws -> FileStatus?
  /// The names in a directory, in any order.
  func names(in name: RemoteName) throws -> [String]
  func open(_ name: RemoteName) throws -> RangeFile
  /// Tries once to give a file a name that must be free; see `publish`.
  func place(
    _ file: LocalFile, as name: RemoteName, _ willChange: @escaping @Sendable () throws -> Void
  ) throws -> Placement
}

/// What every store needs.
struct RemoteAccess: Sendable {
  let client: HTTPClient
  let pieces: PieceSupply
  let threads: ThreadSupply
  /// How many bytes S3 gets in one request, at most.
  let partSize: Int64

  /// The most bytes of a listing, or of one page of it.
  static let listingLimit = 64 << 20
  /// How much of its end is read with opening a file: an RFile's index is often in it.
  static let tailCount = 64 << 10

  /// Larger than any file; sums of several such sizes are still numbers.
  private static let mostBytes: Int64 = 1 << 50

  /// The size of a file, as its server tells it.
  /// - Throws: `RemoteError` when no file has this size.
  static func size(_ bytes: Int64, of name: RemoteName, asked: String) throws -> Int64 {
    guard 0...mostBytes ~= bytes else {
      throw RemoteError(name.url, "asked for \(asked), got a file of \(bytes) bytes, which there is not")
    }
    return bytes
  }

  /// The status of a file that answers to `HEAD`; nil: 404.
  /// - Parameter refusal: makes the error for any other answer.
  func head(
    _ request: HTTPRequest, _ name: RemoteName, refusal: (_ asked: String, HTTPAnswer) -> RemoteError
  ) throws -> FileStatus? {
    let asked = "its size"
    var request = request
    request.method = "HEAD"
    let answer = try client.send(request, into: .init(start: nil, count: 0), for: name.url, asked: asked)
    switch answer.status {
    case 200:
      guard let count = answer.contentLength else {
        throw RemoteError(name.url, "asked for \(asked), got an answer without Content-Length")
      }
      let size = try Self.size(count, of: name, asked: asked)
      return FileStatus(remote: .file, size: size, tag: answer.tag ?? answer.modified ?? "")
    case 404: return nil
    default: throw refusal(asked, answer)
    }
  }

  /// Opens a file by reading its end, which tells its size, too.
  /// - Parameter refusal: makes the error for an answer that is no good.
  func open(
    _ name: RemoteName, refusal: (_ asked: String, HTTPAnswer) -> RemoteError,
    request: @escaping @Sendable () -> HTTPRequest
  ) throws -> RangeFile {
    let asked = "its last \(Self.tailCount) bytes"
    var order = request()
    order.headers.append("Range: bytes=-\(Self.tailCount)")
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.tailCount, alignment: 16)
    defer { room.deallocate() }
    var attempts = Attempts(name.url, asked)
    while true {
      let answer = try client.exchange(order, into: room, for: name.url)
      // If it was cut, it still tells the size.
      if answer.status == 206, let found = answer.total {
        let total = try Self.size(found, of: name, asked: asked)
        let count = min(total, Int64(Self.tailCount))
        guard answer.start == total - count, answer.count <= count else {
          throw RemoteError(name.url, "asked for \(asked), got: \(answer.contentRange ?? "")")
        }
        let tail = answer.count == count ? Array(room.prefix(answer.count)) : nil
        return try file(name, total, answer.tag, tail, request)
      }
      guard try attempts.isOver(after: answer) else { continue }
      switch answer.status {
      case 200 where answer.isTooLong: throw RemoteError(name.url, "asked for \(asked), got more: it serves no ranges")
      case 200: return try file(name, Int64(answer.count), answer.tag, Array(room.prefix(answer.count)), request)
      // There is no range in an empty file.
      case 416 where answer.total == 0: return try file(name, 0, answer.tag, [], request)
      case 404 where HTTPProblem.detail(of: answer.text) != "NoSuchBucket":
        throw SystemError("open", name.url, .noSuchFileOrDirectory)
      default: throw refusal(asked, answer)
      }
    }
  }

  private func file(
    _ name: RemoteName, _ count: Int64, _ tag: String?, _ tail: [UInt8]?,
    _ request: @escaping @Sendable () -> HTTPRequest
  ) throws -> RangeFile {
    try RangeFile(name.url, count: count, tag: tag, tail: tail, access: self) { range in
      var order = request()
      order.headers.append("Range: bytes=\(range.lowerBound)-\(range.upperBound - 1)")
      return order
    }
  }
}
