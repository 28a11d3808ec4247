import BlockFile

/// The inflated data blocks of a group, one after the other in one buffer.
final class BlockFeed {
  let buffer = BlockBuffer()
  let endRow: [UInt8]?
  let file: BCFileReader
  let loader: BlockLoader
  private let walker: IndexWalker
  /// " of group g"
  private let groupName: String
  /// Takes what is wrong with the group; nil: that is an error.
  var unsound: UnsoundInputs?
  private(set) var current: DataBlock?
  /// The current block as it lies in the file, and raw sizes (bytes) of blocks for which that may be wanted; nil: none.
  private(set) var stored: BlockBuffer?
  private var keptSizes: ClosedRange<Int>?
  /// Has blocks read before they are asked for; nil: each when it is.
  var forecast: Forecast?
  /// Blocks that are read ahead, the next one first.
  private var ahead: [(block: DataBlock, loaded: LoadedBlock)] = []
  /// What the walker threw when it was asked too early.
  private var failure: (any Error)?

  init(
    _ walker: IndexWalker, of file: BCFileReader, loader: BlockLoader, endRow: [UInt8]?, groupName: String
  ) {
    self.walker = walker
    self.file = file
    self.loader = loader
    self.endRow = endRow
    self.groupName = groupName
  }

  deinit { abandon() }

  /// Moves to the next block; nil after the last.
  func next() throws -> DataBlock? {
    guard let forecast else {
      current = try walker.next()
      guard let block = current else { return nil }
      try file.load(block.region, into: buffer, stored: stored, loader: loader, place: place(block))
      return block
    }
    if ahead.isEmpty { forecast.load(self) }
    guard !ahead.isEmpty else {
      if let failure { throw failure }
      current = nil
      return nil
    }
    let (block, loaded) = ahead.removeFirst()
    current = block
    try FileError.locating(file.path, "\(place(block)) at offset \(block.region.offset)") {
      try forecast.readAhead.finish(loaded, for: loader)
    }
    buffer.swap(with: loaded.raw)
    if let stored, let bytes = loaded.stored { stored.swap(with: bytes) }
    forecast.took(loaded, block)
    return block
  }

  /// From now on the bytes of blocks are kept as they lie in the file.
  func keep(_ sizes: ClosedRange<Int>) {
    keptSizes = sizes
    stored = BlockBuffer()
  }

  /// True when the current block is of a size that may be taken over, and lies in the range to its end.
  var keepsCurrent: Bool { keptSizes?.contains(buffer.count) == true && current?.mayPassEnd == false }

  /// Finds the next block that is not ahead yet, which begins behind all that are; nil: there is none, or no more can be read.
  func nextAhead() -> DataBlock? {
    guard failure == nil else { return nil }
    do { return try walker.next() } catch {
      failure = error
      return nil
    }
  }

  func append(_ block: DataBlock, _ loaded: LoadedBlock) { ahead.append((block, loaded)) }

  /// Gives the memory back at the end of the range; the last view of the cursor is over by then.
  func release() {
    abandon()
    buffer.release()
  }

  func located(_ error: DecodeError) -> FileError {
    guard let current else { return FileError(path: file.path, cause: error.description) }
    return FileError(
      path: file.path, place: "\(place(current)) at offset \(current.region.offset)", cause: error.description)
  }

  private func abandon() {
    for (block, loaded) in ahead { forecast?.readAhead.abandon(loaded, block.region) }
    ahead.removeAll()
  }

  private func place(_ block: DataBlock) -> String { "data block \(block.number)\(groupName)" }
}
