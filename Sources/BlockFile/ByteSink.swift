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
    case file(OutputFile)
    case memory
    /// Counts what comes, and no more.
    case nowhere
  }
  private let target: Target
  private let buffer = BlockBuffer()
  /// A helper writes one piece while the next is gathered.
  private let pool: CodecPool?
  private let piece = WrittenPiece()
  private var isWriting = false
  /// `finish()` leaves syncing and closing to a thread from here, so that the file can be read back meanwhile.
  package var syncsLater: ThreadSupply?
  private var sync: BackgroundSync?

  /// Appends are gathered up to this many bytes.
  private static let bufferSize = 1 << 20

  /// Creates the file at `path`, which must not exist. Helpers of the pool write to it, in order. Throws `SystemError`.
  package init(creating path: String, on disk: Disk = Disk(), pool: CodecPool? = nil) throws {
    self.path = path
    self.pool = pool?.ifHelpful
    target = .file(try disk.create(FilePath(path)))
  }

  /// A sink in memory; `name` stands in messages.
  package init(memory name: String) {
    path = name
    pool = nil
    target = .memory
  }

  /// A sink that only counts what comes: to measure everything but the writing.
  package init(discarding name: String) {
    path = name
    pool = nil
    target = .nowhere
  }

  deinit { if let pool, isWriting { pool.withdraw(piece) } }

  package func append(_ bytes: UnsafeRawBufferPointer) throws {
    count += Int64(bytes.count)
    switch target {
    case .nowhere: return
    case .memory: buffer.append(bytes)
    case .file(let file):
      if buffer.count + bytes.count > Self.bufferSize { try pass(to: file) }
      if bytes.count < Self.bufferSize { return buffer.append(bytes) }
      try finishWriting()
      try file.write(bytes)
    }
  }

  package func append(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try append($0) } }

  /// Writes what is gathered, syncs the file to the disk and closes it. Throws `SystemError`. The sink takes no more then.
  package func finish() throws {
    guard case .file(let file) = target else { return }
    try finishWriting()
    if buffer.count > 0 { try file.write(buffer.bytes) }
    buffer.release()
    if let syncsLater {
      sync = BackgroundSync(file, syncsLater)
    } else {
      try file.sync()
      try file.close()
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

  /// Empties the buffer into the file, behind this thread's back if there is somebody for it.
  private func pass(to file: OutputFile) throws {
    try finishWriting()
    guard buffer.count > 0 else { return }
    if let pool, !pool.isBusy {
      piece.begin(buffer, to: file, in: pool)
      isWriting = true
    } else {
      try file.write(buffer.bytes)
    }
    buffer.removeAll()
  }

  private func finishWriting() throws {
    guard isWriting, let pool else { return }
    isWriting = false
    pool.finish(piece)
    try piece.check()
  }
}

/// Bytes on their way into a file.
private final class WrittenPiece: BlockTask, @unchecked Sendable {
  private let bytes = BlockBuffer()
  private var file: OutputFile?
  private var failure: (any Error)?

  func begin(_ buffer: BlockBuffer, to file: OutputFile, in pool: CodecPool) {
    bytes.swap(with: buffer)
    self.file = file
    failure = nil
    pool.post(self)
  }

  func check() throws { if let failure { throw failure } }

  override func perform(with tools: CodecTools) {
    do { try file?.write(bytes.bytes) } catch { failure = error }
  }
}
