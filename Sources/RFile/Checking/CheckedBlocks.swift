import BlockFile

/// The data blocks of a group on their way to its checker: some are read ahead when there are helpers.
final class CheckedBlocks {
  private let file: BCFileReader
  private let loader: BlockLoader
  private let checker: GroupChecker
  private let buffer = BlockBuffer()
  private var ahead: [(entry: IndexEntry, region: BlockRegion, loaded: LoadedBlock)] = []
  private var aheadBytes: Int64 = 0
  private var free: [LoadedBlock] = []

  init(of file: BCFileReader, loader: BlockLoader, _ checker: GroupChecker) {
    self.file = file
    self.loader = loader
    self.checker = checker
  }

  deinit { abandon() }

  /// The next block in the order of the index.
  func add(_ entry: IndexEntry, _ region: BlockRegion) throws {
    guard let pool = loader.pool, file.codec != .none, file.refusal(of: region, "") == nil else {
      // What came before is told of first.
      try finish()
      return try checker.check(entry, region) {
        try file.load(region, into: buffer, loader: loader, place: $0)
        return buffer
      }
    }
    let loaded = free.popLast() ?? LoadedBlock()
    loaded.begin(region, of: file, in: pool)
    ahead.append((entry, region, loaded))
    aheadBytes += region.rawSize
    let limit = pool.isBusy ? 0 : pool.readAheadLimit
    while ahead.count > limit || aheadBytes > CodecPool.mostBytes { try checkFirst(pool) }
  }

  /// Checks all blocks that were added. None is left after the first that is wrong.
  func finish() throws {
    guard let pool = loader.pool else { return }
    while !ahead.isEmpty { try checkFirst(pool) }
  }

  private func checkFirst(_ pool: CodecPool) throws {
    let (entry, region, loaded) = ahead.removeFirst()
    aheadBytes -= region.rawSize
    do {
      try checker.check(entry, region) { place in
        try FileError.locating(file.path, "\(place) at offset \(region.offset)") {
          try loaded.finish(in: pool, for: loader)
        }
        return loaded.raw
      }
    } catch {
      abandon()
      throw error
    }
    free.append(loaded)
  }

  private func abandon() {
    guard let pool = loader.pool else { return }
    for block in ahead { block.loaded.abandon(in: pool) }
    ahead.removeAll()
  }
}
