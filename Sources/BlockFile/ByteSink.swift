package import Digests
package import Files
import SystemPackage

/// A new file that is written once from start to end, or memory in its place for tests.
///
/// It does not rename: its owner decides when the file is whole. The bytes are guaranteed to be on the disk only after
/// `finish()` returned and, when `syncsLater` is set, `waitForSync()` as well; with `isScratch` never.
package final class ByteSink {
  package let path: String
  /// Bytes appended so far.
  package private(set) var count: Int64 = 0

  private enum Target {
    case file(PieceWriter)
    /// Nothing is written yet: the bytes must be those of a partial file.
    case repeated(RepeatedBytes)
    case memory
    /// Only counts the bytes.
    case nowhere
  }
  private var target: Target
  private let buffer = BlockBuffer()
  /// When set, `finish()` leaves syncing and closing to a thread of this supply, so that the file can be read back
  /// meanwhile.
  package var syncsLater: ThreadSupply?
  private var sync: BackgroundSync?
  /// When set, the file is not synced: it is scratch, and worth nothing after this process.
  package var isScratch = false
  /// Whether to compute a digest of all bytes before they are written. Set it before the first byte.
  package var digests = false
  private var bytesDigest = BytesDigest()

  /// The digest of the bytes so far; nil unless `digests` is set.
  package var digest: Digest? { digests ? bytesDigest.digest : nil }

  /// Appended bytes are gathered up to this size.
  private static let bufferSize = 1 << 20

  /// Creates the file at `path`, which must not exist. Helpers of the pool write the bytes, in order. Throws
  /// `SystemError`.
  package init(creating path: String, on disk: Disk = Disk(), pool: CodecPool? = nil) throws {
    self.path = path
    target = .file(PieceWriter(try disk.create(FilePath(path)), pool: pool))
  }

  /// Begins with the first `count` bytes of the file at `path`, which are compared with those that are appended. After
  /// them, call `goOn`, which writes to the file that has the name now. Throws `RepeatedBytesError`, `SystemError`.
  package init(repeating path: String, count: Int64, on disk: Disk = Disk()) throws {
    self.path = path
    target = .repeated(try RepeatedBytes(path: path, count: count, on: disk))
  }

  /// Nothing is written yet.
  package var isRepeating: Bool { if case .repeated = target { true } else { false } }

  /// All bytes were repeated: from here on bytes are written, and what the file has behind them is dropped. Throws
  /// `RepeatedBytesError` if some are missing or `digest`, the digest of all of them, is another one.
  package func goOn(pool: CodecPool?, digest: Digest) throws {
    guard case .repeated(let repeated) = target else { preconditionFailure("only a sink that repeats goes on") }
    guard count == repeated.count, bytesDigest.digest == digest else {
      throw RepeatedBytesError(path: path, problem: "has other contents than its checkpoint says")
    }
    try repeated.file.goOn(behind: count)
    target = .file(PieceWriter(repeated.file, pool: pool))
  }

  /// Gives all bytes appended so far to the system, so that a sync of the file includes them. Throws `SystemError`.
  package func flush() throws {
    guard case .file(let writer) = target else { return }
    try writer.write(buffer.bytes)
    buffer.removeAll()
  }

  /// A sink in memory; `name` is used in messages.
  package init(memory name: String) {
    path = name
    target = .memory
  }

  /// A sink that only counts bytes, to measure everything but the writing.
  package init(discarding name: String) {
    path = name
    target = .nowhere
  }

  package func append(_ bytes: UnsafeRawBufferPointer) throws {
    if case .repeated(let repeated) = target { try repeated.check(bytes, at: count) }
    count += Int64(bytes.count)
    if digests { bytesDigest.append(bytes) }
    switch target {
    case .repeated: return
    case .nowhere: return
    case .memory: buffer.append(bytes)
    case .file(let writer):
      if buffer.count + bytes.count > Self.bufferSize { try writer.take(buffer) }
      if bytes.count < Self.bufferSize { return buffer.append(bytes) }
      try writer.write(bytes)
    }
  }

  package func append(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try append($0) } }

  /// Writes the gathered bytes, syncs the file to the disk and closes it. Nothing can be appended afterwards. Throws
  /// `SystemError`.
  package func finish() throws {
    guard case .file(let writer) = target else { return }
    try writer.write(buffer.bytes)
    buffer.release()
    if isScratch {
      try writer.file.close()
    } else if let syncsLater {
      sync = BackgroundSync(writer.file, syncsLater)
    } else {
      try writer.file.sync()
      try writer.file.close()
    }
  }

  /// After `finish()`: returns when the file is on the disk and closed. Throws `SystemError`.
  package func waitForSync() throws {
    guard let sync else { return }
    self.sync = nil
    try sync.wait()
  }

  /// The bytes of a sink in memory.
  package var memory: [UInt8] {
    guard case .memory = target else { preconditionFailure("only a sink in memory keeps what it gets") }
    return [UInt8](buffer.bytes)
  }
}
