import Files

/// Writes a file from start to end in large pieces: a helper writes one while the next is gathered. For one thread.
final class PieceWriter {
  /// Whoever syncs or closes it must have called `write` before.
  let file: OutputFile
  private let pool: CodecPool?
  private let piece = WrittenPiece()
  private var isWriting = false

  /// `pool` nil: the calling thread writes everything.
  init(_ file: OutputFile, pool: CodecPool?) {
    self.file = file
    self.pool = pool?.ifHelpful
  }

  deinit { if isWriting { pool?.withdraw(piece) } }

  /// Empties the buffer into the file, behind this thread's back if there is somebody for it. Throws `SystemError`, perhaps
  /// of the piece before.
  func take(_ buffer: BlockBuffer) throws {
    try finishPiece()
    guard buffer.count > 0 else { return }
    if let pool, !pool.isBusy {
      piece.begin(buffer, to: file, in: pool)
      isWriting = true
    } else {
      try file.write(buffer.bytes)
    }
    buffer.removeAll()
  }

  /// Writes all that is on its way, and `bytes` behind it. Throws `SystemError`.
  func write(_ bytes: UnsafeRawBufferPointer) throws {
    try finishPiece()
    if bytes.count > 0 { try file.write(bytes) }
  }

  private func finishPiece() throws {
    guard isWriting, let pool else { return }
    isWriting = false
    pool.finish(piece)
    try piece.check()
  }
}

/// Bytes on their way into a file.
private final class WrittenPiece: PoolTask, @unchecked Sendable {
  let ticket = PoolTicket()
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

  func perform(with tools: CodecTools) {
    do { try file?.write(bytes.bytes) } catch { failure = error }
  }
}
