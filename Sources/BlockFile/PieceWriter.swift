import Files

/// Writes a file from start to end in large pieces: a helper writes one while the next is gathered. Not thread-safe.
final class PieceWriter {
  /// Call `write` before the file is synced or closed.
  let file: OutputFile
  private let pool: CodecPool?
  private let piece = WrittenPiece()
  private var isWriting = false

  /// With `pool` nil, the calling thread writes everything.
  init(_ file: OutputFile, pool: CodecPool?) {
    self.file = file
    self.pool = pool?.ifHelpful
  }

  deinit { if isWriting { pool?.withdraw(piece) } }

  /// Takes over the buffer's contents and writes them, by a helper if possible. Throws `SystemError`, possibly from the
  /// previous piece.
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

  /// Waits for the pending piece, then writes `bytes` after it. Throws `SystemError`.
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

/// A piece on its way into the file.
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
