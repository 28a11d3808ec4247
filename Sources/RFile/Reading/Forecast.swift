import BlockFile

// Which block will the merge need next? The next one of the input whose blocks read so far end first (Knuth, The Art of
// Computer Programming 3, 5.4.9: forecasting). The index says where each block ends:
//
//     input 1   ... blocks read up to row k
//     input 2   ... blocks read up to row c      <- its next block is read next
//     input 3   ... blocks read up to row x
//
// So a fixed number of blocks suffices for any number of inputs. Rows are compared by their first 8 bytes: a wrong
// guess costs time, nothing else.

/// Decides which blocks of several feeds are read ahead of a merge. Not thread-safe.
final class Forecast {
  private struct Source {
    unowned let feed: BlockFeed
    /// Where the last block begun for it ends.
    var endPrefix: UInt64 = 0
    var isExhausted = false
  }
  let readAhead: ReadAhead
  private var sources: [Source]

  private init(_ feeds: [BlockFeed], _ pool: CodecPool) {
    sources = feeds.map { Source(feed: $0) }
    readAhead = ReadAhead(pool, keepsStored: feeds.contains { $0.stored != nil })
  }

  /// From now on, reads the blocks of these feeds ahead if there are helpers. Files of codec none are not worth a
  /// helper.
  static func begin(for feeds: [BlockFeed]) {
    let worthy = feeds.filter { $0.file.codec != .none }
    guard let pool = worthy.first?.loader.pool else { return }
    let forecast = Forecast(worthy, pool)
    for feed in worthy { feed.forecast = forecast }
  }

  /// Begins the next block of a feed that has none ahead. At the end of the feed, does nothing.
  func load(_ feed: BlockFeed) {
    guard let index = sources.firstIndex(where: { $0.feed === feed }) else { return }
    begin(index)
    fill()
  }

  /// Notes that a feed used its block, which makes room for another.
  func took(_ loaded: LoadedBlock, _ block: DataBlock) {
    readAhead.giveBack(loaded, block.region)
    fill()
  }

  private func fill() {
    while readAhead.hasRoom, let index = nextSource() { begin(index) }
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
    sources[index].feed.append(block, readAhead.begin(block.region, of: sources[index].feed.file))
  }
}
