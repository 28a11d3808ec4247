internal import Files
internal import SystemPackage

/// Reads a file of a verification from its start, a frame at a time, and checks each. Used by one thread.
final class LinkFileReader {
  let path: String
  private(set) var identity: LinkFileIdentity
  /// What the end frame holds; known when `next` has returned false.
  private(set) var numbers: [Int64] = []
  /// The size of the file.
  let byteCount: Int64
  private let file: FileDescriptor
  /// Bytes that were not read yet.
  private var left: Int64
  /// The checksum of the frame before, then a frame: header, payload, checksum. Behind that the header of the next one.
  private var bytes: [UInt8]
  private var payload = 0..<0
  private var frames = 0
  private var isAtEnd = false
  private let advice: String

  private static let start = LinkFrame.checksumSize + LinkFrame.headerSize

  /// Opens the file and reads what it is.
  /// - Parameter expected: what it must be, apart from the digest of the input.
  /// - Throws: `LinkFileError` when it is damaged or something else; `SystemError`.
  init(_ path: FilePath, expecting expected: LinkFileIdentity) throws {
    self.path = path.string
    identity = expected
    advice = "remove it and run \(expected.remedy) again"
    do { file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec]) } catch let error as Errno {
      throw SystemError("open", path.string, error)
    }
    byteCount = try FileStatus.of(path)?.size ?? 0
    left = byteCount
    // The magic stands where a checksum would; the chain of checksums begins with 0.
    bytes = [UInt8](repeating: 0, count: Self.start)
    try read(into: 0..<Self.start)
    guard bytes.starts(with: LinkFrame.magic) else { throw error("expected ACLINKS1 at its start, found other bytes") }
    for i in 0..<LinkFrame.checksumSize { bytes[i] = 0 }
    guard try nextFrame() == .identity,
      let found = bytes.withUnsafeBytes({ LinkFileIdentity(UnsafeRawBufferPointer(rebasing: $0[payload])) })
    else { throw error("expected a frame of identity first") }
    identity.input = found.input
    guard found == identity else {
      throw error("expected \(identity.name), found \(found.name)")
    }
  }

  deinit { try? file.close() }

  /// Calls `body` with the payload of the next frame of data, which must be of this kind. False at the end.
  /// - Throws: `LinkFileError`, `SystemError`, and the errors of `body`.
  func next(_ kind: LinkFrame.Kind, _ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Bool {
    guard !isAtEnd else { return false }
    let found = try nextFrame()
    guard found == kind || found == .end else { throw error("frame \(frames): expected \(kind), found \(found)") }
    return try bytes.withUnsafeBytes { bytes in
      let payload = UnsafeRawBufferPointer(rebasing: bytes[payload])
      if found == kind {
        try body(payload)
        return true
      }
      numbers = stride(from: 0, through: payload.count - 8, by: 8).map {
        Int64(bigEndian: payload.loadUnaligned(fromByteOffset: $0, as: Int64.self))
      }
      guard payload.count % 8 == 0, numbers.allSatisfy({ $0 >= 0 }) else {
        throw error("expected numbers in the end frame")
      }
      isAtEnd = true
      return false
    }
  }

  /// Reads to the end. Returns the numbers there: four for corrupt entries, at least three for holes.
  func end(_ kind: LinkFrame.Kind) throws -> [Int64] {
    while try next(kind, { _ in }) {}
    guard numbers.count >= (identity.content == .corrupt ? 4 : identity.content == .holes ? 3 : 1) else {
      throw error("expected more numbers in the end frame, found \(numbers.count)")
    }
    return numbers
  }

  /// - Throws: `LinkFileError` when the sum is too large.
  func sum(_ a: Int64, _ b: Int64) throws -> Int64 {
    let (sum, overflow) = a.addingReportingOverflow(b)
    guard !overflow else { throw error("its counts are too large to be added up") }
    return sum
  }

  /// An error about this file.
  func error(_ problem: String) -> LinkFileError { LinkFileError(path, problem, advice) }

  /// Reads a frame whose header was read with the one before it, and checks it.
  private func nextFrame() throws -> LinkFrame.Kind {
    if frames > 0 {
      // The checksum and the header behind the last payload.
      for i in 0..<Self.start { bytes[i] = bytes[payload.upperBound + i] }
    }
    frames += 1
    guard let kind = LinkFrame.Kind(rawValue: bytes[LinkFrame.checksumSize]) else {
      throw error("frame \(frames): expected a kind of frame, found \(bytes[LinkFrame.checksumSize])")
    }
    let size = bytes[LinkFrame.checksumSize + 1..<Self.start].reduce(0) { $0 << 8 | Int($1) }
    let rest = size + LinkFrame.checksumSize + (kind == .end ? 0 : LinkFrame.headerSize)
    guard rest <= left else { throw error("frame \(frames): expected \(rest) bytes more, found \(left)") }
    guard kind != .end || rest == left else { throw error("found \(Int(left) - rest) bytes after its end") }
    payload = Self.start..<Self.start + size
    if bytes.count < Self.start + rest { bytes += [UInt8](repeating: 0, count: Self.start + rest - bytes.count) }
    try read(into: Self.start..<Self.start + rest)
    let (expected, found) = bytes.withUnsafeBytes {
      (
        LinkFrame.checksum(UnsafeRawBufferPointer(rebasing: $0[..<payload.upperBound])),
        UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: payload.upperBound, as: UInt64.self))
      )
    }
    guard expected == found else {
      throw error(
        "frame \(frames) is damaged: its checksum is \(String(found, radix: 16)), that of its bytes "
          + String(expected, radix: 16))
    }
    return kind
  }

  private func read(into range: Range<Int>) throws {
    guard range.count <= left else { throw error("expected \(range.count) bytes, found \(left)") }
    left -= Int64(range.count)
    var done = range.lowerBound
    while done < range.upperBound {
      let count: Int
      do {
        count = try bytes.withUnsafeMutableBytes {
          try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[done..<range.upperBound]))
        }
      } catch let error as Errno { throw SystemError("read", path, error) }
      guard count > 0 else { throw error("became shorter while it was read") }
      done += count
    }
  }
}
