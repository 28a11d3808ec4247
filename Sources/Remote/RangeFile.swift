// A file that is read in ranges. What opening it brought along, its last bytes, is kept: the index of an RFile is there.
// Reads that follow one another are read ahead:
//
//     read 100..<200     a request for just this; a stream is remembered that may go on at 200
//     read 200..<300     it does: 256 KiB from 200 on are ordered, and this read waits for them
//     read 300..<400     is there already; the next 256 KiB are ordered, then 512 KiB, 1 MiB, 2 MiB ..
//
// A file has up to four such streams, because a merge reads its groups side by side.

internal import Files
internal import Synchronization

/// A file on a server, open for reading.
final class RangeFile: RemoteFile {
  private let ranges: RangeRequests
  private let pieces: PieceSupply
  private let streams = Mutex(ReadStreams())
  /// The bytes at the end of the file, as far as they were read.
  private let tail: [UInt8]

  /// - Parameters:
  ///   - tail: the bytes at its end; nil: they are read now.
  ///   - goodStatus: 206 from a server that is asked by `Range`, 200 from one whose URL names the range.
  ///   - request: makes the request for a range.
  init(
    _ url: String, count: Int64, tag: String?, tail: [UInt8]?, goodStatus: Int = 206, access: RemoteAccess,
    request: @escaping @Sendable (Range<Int64>) -> HTTPRequest
  ) throws {
    // A weak tag says nothing about bytes.
    let tag = tag.flatMap { $0.hasPrefix("\"") ? $0 : nil }
    ranges = RangeRequests(
      url: url, count: count, tag: tag, goodStatus: goodStatus, request: request, client: access.client)
    pieces = access.pieces
    self.tail = try tail ?? ranges.fetch(max(0, count - Int64(RemoteAccess.tailCount))..<count)
  }

  var url: String { ranges.url }
  var count: Int64 { ranges.count }

  func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws {
    guard !buffer.isEmpty else { return }
    let range = offset..<offset + Int64(buffer.count)
    let tailStart = count - Int64(tail.count)
    if offset >= tailStart {
      return tail.withUnsafeBytes {
        buffer.copyMemory(from: .init(rebasing: $0[Int(offset - tailStart)..<Int(range.upperBound - tailStart)]))
      }
    }
    let (found, new) = streams.withLock { $0.pieces(for: range, end: count, from: pieces) }
    for piece in new {
      pieces.post { [weak self] in
        if let self { piece.load { try self.ranges.fetch($0, into: $1) } }
      }
    }
    guard !found.isEmpty else { return try ranges.fetch(range, into: buffer) }
    for piece in found { try piece.copy(range, to: buffer) { try ranges.fetch($0, into: $1) } }
  }
}

/// Requests for ranges of one file, as long as it is the one that was opened.
struct RangeRequests: Sendable {
  let url: String
  let count: Int64
  /// The `ETag` of its contents; nil: the server has none that can be relied on.
  let tag: String?
  /// The status of a good answer.
  let goodStatus: Int
  let request: @Sendable (Range<Int64>) -> HTTPRequest
  let client: HTTPClient

  /// Reads a range, in as many attempts as it takes: each goes on where the one before was cut.
  func fetch(_ range: Range<Int64>, into buffer: UnsafeMutableRawBufferPointer) throws {
    let asked = "bytes \(range.lowerBound) to \(range.upperBound - 1)"
    var attempts = Attempts(url, asked)
    var done = 0
    while done < buffer.count {
      let rest = range.lowerBound + Int64(done)..<range.upperBound
      var order = request(rest)
      if let tag { order.headers.append("If-Match: \(tag)") }
      let answer = try client.exchange(order, into: .init(rebasing: buffer[done...]), for: url)
      if answer.status == goodStatus {
        try check(answer, rest, asked)
        done += answer.count
        // What came before a cut is good.
        if done == buffer.count { return }
        if answer.count > 0, answer.failure?.passes == true {
          attempts.forget()
          continue
        }
      } else if answer.failure == nil || answer.isTooLong, !answer.isBusy {
        throw problem(answer, asked)
      }
      if answer.failure == nil, !answer.isBusy {
        throw RemoteError(url, "asked for \(asked), got \(done) bytes: it became shorter while it was read")
      }
      _ = try attempts.isOver(after: answer)
    }
  }

  /// The same, as an array.
  func fetch(_ range: Range<Int64>) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, used in
      try fetch(range, into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: range.count))
      used = range.count
    }
  }

  /// Throws unless an answer is about the file that was opened, and about the range.
  private func check(_ answer: HTTPAnswer, _ range: Range<Int64>, _ asked: String) throws {
    guard !answer.isTooLong else { throw RemoteError(url, "asked for \(asked), got more than that") }
    if let tag, let found = answer.tag, found != tag { throw changed(asked, "ETag \(found) in place of \(tag)") }
    guard goodStatus == 206 else { return }
    guard answer.start == range.lowerBound else {
      throw RemoteError(url, "asked for \(asked), got: \(answer.contentRange ?? "an answer without Content-Range")")
    }
    if let total = answer.total, total != count { throw changed(asked, "\(total) bytes in place of \(count)") }
  }

  private func changed(_ asked: String, _ found: String) -> RemoteError {
    RemoteError(url, "asked for \(asked), got \(found): it changed while it was read; run again")
  }

  private func problem(_ answer: HTTPAnswer, _ asked: String) -> RemoteError {
    let hint: String? =
      switch answer.status {
      case 200: "the server does not serve ranges"
      case 404: "it is gone since it was opened"
      case 412: "it changed while it was read; run again"
      default: nil
      }
    return HTTPProblem.error(url, asked: asked, answer, hint: hint)
  }
}
