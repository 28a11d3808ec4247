/// A finished block on its way into the file.
final class PendingBlock: PoolTask, @unchecked Sendable {
  let ticket = PoolTicket()
  let raw = BlockBuffer()
  let stored = BlockBuffer()
  private(set) var rawSize = 0
  /// True when the block can be written.
  private(set) var isReady = false
  var then: ((BlockRegion) throws -> Void)?
  private var order: BlockOrder?
  private var stream: BlockStream?
  private var sizes: [Int]?

  /// Starts compressing the contents of `raw` in the pool.
  func begin(_ order: BlockOrder, of stream: BlockStream, in pool: CodecPool) {
    self.order = order
    self.stream = stream
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
    sizes = order?.compress(raw.bytes, into: stored, with: tools)
  }

  /// Gives what was learned to the stream, after the block was compressed.
  func end() {
    if let order { stream?.note(sizes, of: order) }
    (order, stream, sizes) = (nil, nil, nil)
  }
}
