import BlockFile

/// The data blocks of a group on their way to its checker, in index order. With helpers, some are read ahead.
final class CheckedBlocks {
  private let file: BCFileReader
  private let loader: BlockLoader
  private let checker: GroupChecker
  private let buffer = BlockBuffer()
  /// Nil: each block is read when its turn comes.
  private let readAhead: ReadAhead?
  private var ahead: [(entry: IndexEntry, region: BlockRegion, loaded: LoadedBlock)] = []

  init(of file: BCFileReader, loader: BlockLoader, _ checker: GroupChecker) {
    self.file = file
    self.loader = loader
    self.checker = checker
    readAhead = file.codec == .none ? nil : loader.pool.map { ReadAhead($0) }
  }

  deinit { abandon() }

  /// Adds the next block, in index order.
  func add(_ entry: IndexEntry, _ region: BlockRegion) throws {
    guard let readAhead, file.refusal(of: region, "") == nil else {
      // Errors of earlier blocks come first.
      try finish()
      return try checker.check(entry, region) {
        try file.load(region, into: buffer, loader: loader, place: $0)
        return buffer
      }
    }
    while !ahead.isEmpty, !readAhead.hasRoom { try checkFirst(readAhead) }
    ahead.append((entry, region, readAhead.begin(region, of: file)))
  }

  /// Checks all blocks that were added. After the first error, no blocks are left.
  func finish() throws {
    guard let readAhead else { return }
    while !ahead.isEmpty { try checkFirst(readAhead) }
  }

  private func checkFirst(_ readAhead: ReadAhead) throws {
    let (entry, region, loaded) = ahead.removeFirst()
    do {
      try checker.check(entry, region) { place in
        try FileError.locating(file.path, "\(place) at offset \(region.offset)") {
          try readAhead.finish(loaded, for: loader)
        }
        return loaded.raw
      }
    } catch {
      abandon()
      throw error
    }
    readAhead.giveBack(loaded, region)
  }

  private func abandon() {
    for block in ahead { readAhead?.abandon(block.loaded, block.region) }
    ahead.removeAll()
  }
}
