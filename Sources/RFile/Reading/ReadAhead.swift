import BlockFile

// Which block will the merge need next? The one of the input whose blocks, as far as they are read, end first (Knuth, The
// Art of Computer Programming 3, 5.4.9: forecasting). The index knows where a block ends:
//
//     input 1   ... blocks read up to row k
//     input 2   ... blocks read up to row c      <- the next to be read is the next of this one
//     input 3   ... blocks read up to row x
//
// So a fixed number of blocks serves any number of inputs. Rows are compared by their first 8 bytes: a wrong guess costs
// time, nothing else.

/// Reads the blocks of several feeds ahead of a merge. For one thread.
final class ReadAhead {
  let pool: CodecPool

  private struct Source {
    unowned let feed: BlockFeed
    /// Where its last block that was begun ends.
    var endPrefix: UInt64 = 0
    var isExhausted = false
  }
  private var sources: [Source]
  private var free: [LoadedBlock] = []
  private let keepsStored: Bool
  /// Blocks that are being read or wait to be taken, and their raw bytes.
  private var outstanding = 0
  private var outstandingBytes = 0

  /// Takes over the reading of the feeds; nil when there are no helpers for it. Codec none is not worth a helper.
  @discardableResult init?(_ feeds: [BlockFeed]) {
    guard let pool = feeds.first?.loader.pool else { return nil }
    self.pool = pool
    let worthy = feeds.filter { $0.file.codec != .none }
    guard !worthy.isEmpty else { return nil }
    keepsStored = worthy.contains { $0.stored != nil }
    sources = worthy.map { Source(feed: $0) }
    for feed in worthy { feed.readAhead = self }
  }

  /// Begins the next block of a feed that has none ahead. None is begun at its end.
  func load(_ feed: BlockFeed) {
    guard let index = sources.firstIndex(where: { $0.feed === feed }) else { return }
    begin(index)
    fill()
  }

  /// A block was taken by its feed: there is room for another.
  func took(_ loaded: LoadedBlock, _ block: DataBlock) {
    outstanding -= 1
    outstandingBytes -= Int(block.region.rawSize)
    free.append(loaded)
    fill()
  }

  private func fill() {
    guard !pool.isBusy else { return }
    while outstanding < pool.readAheadLimit, outstandingBytes < CodecPool.mostBytes, let index = nextSource() {
      begin(index)
    }
  }

  private func nextSource() -> Int? {
    var best: Int?
    for i in sources.indices where !sources[i].isExhausted {
      if let best, sources[best].endPrefix <= sources[i].endPrefix { continue }
      best = i
    }
    return best
  }

  private func begin(_ index: Int) {
    guard !sources[index].isExhausted else { return }
    guard let block = sources[index].feed.nextAhead() else {
      sources[index].isExhausted = true
      return
    }
    sources[index].endPrefix = block.endPrefix
    let loaded = free.popLast() ?? LoadedBlock(keepsStored: keepsStored)
    loaded.begin(block.region, of: sources[index].feed.file, in: pool)
    sources[index].feed.append(block, loaded)
    outstanding += 1
    outstandingBytes += Int(block.region.rawSize)
  }
}
