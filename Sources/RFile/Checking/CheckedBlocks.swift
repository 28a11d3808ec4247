import BlockFile

/// The data blocks of a group on their way to its checker, in the order of the index: some are read ahead when there are
/// helpers.
final class CheckedBlocks {
  private let file: BCFileReader
  private let loader: BlockLoader
  private let checker: GroupChecker
  private let buffer = BlockBuffer()
  /// Nil: each block is read when it comes.
  private let readAhead: ReadAhead?
  private var ahead: [(entry: IndexEntry, region: BlockRegion, loaded: LoadedBlock)] = []

  init(of file: BCFileReader, loader: BlockLoader, _ checker: GroupChecker) {
    self.file = file
    self.loader = loader
    self.checker = checker
    readAhead = file.codec == .none ? nil : loader.pool.map { ReadAhead($0) }
  }

  deinit { abandon() }

  /// The next block in the order of the index.
  func add(_ entry: IndexEntry, _ region: BlockRegion) throws {
    guard let readAhead, file.refusal(of: region, "") == nil else {
      // What came before is told of first.
      try finish()
      return try checker.check(entry, region) {
        try file.load(region, into: buffer, loader: loader, place: $0)
        return buffer
      }
    }
    while !ahead.isEmpty, !readAhead.hasRoom { try checkFirst(readAhead) }
    ahead.append((entry, region, readAhead.begin(region, of: file)))
  }

  /// Checks all blocks that were added. None is left after the first that is wrong.
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
