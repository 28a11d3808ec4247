package import Digests
package import Files
import SystemPackage

/// A new file that is written once from start to end, or the same in memory for tests.
///
/// It does not rename: whoever asked for the file decides when it is whole. Nothing is promised to be on the disk before
/// `finish()` returned; when `syncsLater` has a supply, before `waitForSync()` returned, too.
package final class ByteSink {
  package let path: String
  /// Bytes appended so far.
  package private(set) var count: Int64 = 0

  private enum Target {
    case file(PieceWriter)
    case memory
    /// Counts what comes, and no more.
    case nowhere
  }
  private let target: Target
  private let buffer = BlockBuffer()
  /// `finish()` leaves syncing and closing to a thread from here, so that the file can be read back meanwhile.
  package var syncsLater: ThreadSupply?
  private var sync: BackgroundSync?
  /// Takes a digest of all bytes before they are written. To be set before the first.
  package var digests = false
  private var bytesDigest = BytesDigest()

  /// Of the bytes so far, when `digests` is set.
  package var digest: Digest? { digests ? bytesDigest.digest : nil }

  /// Appends are gathered up to this many bytes.
  private static let bufferSize = 1 << 20

  /// Creates the file at `path`, which must not exist. Helpers of the pool write to it, in order. Throws `SystemError`.
  package init(creating path: String, on disk: Disk = Disk(), pool: CodecPool? = nil) throws {
    self.path = path
    target = .file(PieceWriter(try disk.create(FilePath(path)), pool: pool))
  }

  /// A sink in memory; `name` stands in messages.
  package init(memory name: String) {
    path = name
    target = .memory
  }

  /// A sink that only counts what comes: to measure everything but the writing.
  package init(discarding name: String) {
    path = name
    target = .nowhere
  }

  package func append(_ bytes: UnsafeRawBufferPointer) throws {
    count += Int64(bytes.count)
    if digests { bytesDigest.append(bytes) }
    switch target {
    case .nowhere: return
    case .memory: buffer.append(bytes)
    case .file(let writer):
      if buffer.count + bytes.count > Self.bufferSize { try writer.take(buffer) }
      if bytes.count < Self.bufferSize { return buffer.append(bytes) }
      try writer.write(bytes)
    }
  }

  package func append(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try append($0) } }

  /// Writes what is gathered, syncs the file to the disk and closes it. Throws `SystemError`. The sink takes no more then.
  package func finish() throws {
    guard case .file(let writer) = target else { return }
    try writer.write(buffer.bytes)
    buffer.release()
    if let syncsLater {
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

  /// What was appended to a sink in memory.
  package var memory: [UInt8] {
    guard case .memory = target else { preconditionFailure("only a sink in memory keeps what it gets") }
    return [UInt8](buffer.bytes)
  }
}
