/// A data block that is read and inflated by a helper before it is needed, or by its owner on demand.
package final class LoadedBlock: PoolTask, @unchecked Sendable {
  let ticket = PoolTicket()
  /// The raw bytes, after `finish` and until the next `begin`.
  package let raw = BlockBuffer()
  /// The stored bytes; nil if the block does not keep them.
  package let stored: BlockBuffer?

  private struct Order {
    var region: BlockRegion
    var codec: Codec
    var source: ByteSource
  }
  private var order: Order?
  private var failure: (any Error)?

  package init(keepsStored: Bool = false) { stored = keepsStored ? BlockBuffer() : nil }

  /// Starts loading a block in the pool. `finish` must follow. The region must have been checked.
  package func begin(_ region: BlockRegion, of file: BCFileReader, in pool: CodecPool) {
    order = Order(region: region, codec: file.codec, source: file.source)
    failure = nil
    pool.post(self)
  }

  /// Waits for the block. Rethrows errors of the load.
  package func finish(in pool: CodecPool, for loader: BlockLoader) throws {
    pool.finish(self)
    defer { order = nil }
    if let failure { throw failure }
    if let region = order?.region { try loader.noteRead(region) }
  }

  /// Gives up a block that is no longer wanted.
  package func abandon(in pool: CodecPool) { pool.withdraw(self) }

  func perform(with tools: CodecTools) {
    guard let order else { return }
    do {
      try tools.inflater.load(order.region, codec: order.codec, from: order.source, into: raw, stored: stored)
    } catch { failure = error }
  }
}
