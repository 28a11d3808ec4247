/// The data blocks of one locality group, in their order, and what each is compressed with. Made by a `BCFileWriter`.
package final class BlockStream {
  private var choice: LadderChoice?
  /// Blocks that need not be compressed, the next one first.
  private var known: [KnownBlock] = []

  /// A block that was compressed before.
  private struct KnownBlock {
    var raw: BlockBuffer
    var stored: BlockBuffer
  }

  /// `ladder` nil: the blocks are not compressed by us.
  init(_ ladder: Ladder?) { choice = ladder.map { LadderChoice($0) } }

  /// How many blocks were compressed with each rung, from cheap to dear; without rungs that had none.
  package var rungs: [(rung: Rung, blocks: Int)] {
    guard let choice else { return [] }
    return zip(choice.ladder.rungs, choice.counts).filter { $0.1 > 0 }.map { (rung: $0.0, blocks: $0.1) }
  }

  /// Says what the next block will be that has not been named yet, and how it was stored in a partial file.
  package func expect(_ raw: BlockBuffer, stored: BlockBuffer) { known.append(KnownBlock(raw: raw, stored: stored)) }

  /// The stored bytes of the next block if it was expected; nil: it has to be compressed. Throws `RepeatedBytesError` when
  /// another block was expected.
  func takeKnown(_ raw: UnsafeRawBufferPointer, path: String) throws -> BlockBuffer? {
    guard !known.isEmpty else { return nil }
    let next = known.removeFirst()
    guard next.raw.holds(raw) else {
      throw RepeatedBytesError(path: path, problem: "has a block that ends elsewhere")
    }
    return next.stored
  }

  /// The order for the next block; nil if it is not compressed by us. The first one is tried on the spot.
  func order(_ raw: UnsafeRawBufferPointer, with tools: CodecTools) -> BlockOrder? {
    guard let ladder = choice?.ladder else { return nil }
    var trials: [BlockBuffer] = []
    if choice?.needsFirst == true {
      trials = ladder.trials.map { tools.compressed(raw, $0) }
      choice?.note(trials.map(\.count), ofBlock: 0)
    }
    guard let number = choice?.number, let next = choice?.next() else { return nil }
    return BlockOrder(
      ladder: ladder, rung: next.rung, number: number, isSample: next.isSample,
      made: trials.isEmpty ? nil : trials[next.rung])
  }

  /// Notes what became of a sample. Called for each order, in their order.
  func note(_ sizes: [Int]?, of order: BlockOrder) {
    if let sizes { choice?.note(sizes, ofBlock: order.number) }
  }
}

/// How one block of a stream is to be compressed.
struct BlockOrder {
  let ladder: Ladder
  /// An index in the ladder.
  let rung: Int
  /// The block's number in its stream.
  let number: Int
  let isSample: Bool
  /// The compressed block, if it was tried before.
  let made: BlockBuffer?

  /// Replaces the contents of `stored` with the compressed block. Returns the bytes that each of the ladder's trials
  /// took, if the block is a sample.
  func compress(_ raw: UnsafeRawBufferPointer, into stored: BlockBuffer, with tools: CodecTools) -> [Int]? {
    if let made {
      stored.swap(with: made)
    } else {
      tools.compressor(ladder.rungs[rung]).compress(raw, into: stored)
    }
    guard isSample else { return nil }
    return ladder.trials.indices.map { $0 == rung ? stored.count : tools.size(of: raw, ladder.trials[$0]) }
  }
}
