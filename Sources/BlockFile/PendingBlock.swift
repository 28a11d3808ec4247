/// A finished block on its way into the file.
final class PendingBlock: PoolTask, @unchecked Sendable {
  let ticket = PoolTicket()
  let raw = BlockBuffer()
  let stored = BlockBuffer()
  private(set) var rawSize = 0
  /// True when the block can be written.
  private(set) var isReady = false
  var then: ((BlockRegion) throws -> Void)?
  private var codec = Codec.none
  private var level: Int?

  /// Starts compressing the contents of `raw` in the pool.
  func begin(_ codec: Codec, level: Int?, in pool: CodecPool) {
    self.codec = codec
    self.level = level
    rawSize = raw.count
    isReady = false
    pool.post(self)
  }

  func take(_ stored: BlockBuffer, rawSize: Int) {
    self.stored.swap(with: stored)
    self.rawSize = rawSize
    isReady = true
  }

  func perform(with tools: CodecTools) {
    tools.compressor(codec, level: level).compress(raw.bytes, into: stored)
  }
}
