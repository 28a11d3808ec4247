import BlockFile

/// The inflated data blocks of a group, one after another in one buffer.
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
  /// The stored bytes of the current block, and the raw sizes (bytes) of blocks whose stored bytes are kept; nil: none.
  private(set) var stored: BlockBuffer?
  private var keptSizes: ClosedRange<Int>?
  /// Reads blocks ahead of need; nil: each block is read on demand.
  var forecast: Forecast?
  /// Blocks being read ahead, the next one first.
  private var ahead: [(block: DataBlock, loaded: LoadedBlock)] = []
  /// An error that the walker threw while reading ahead. It is reported when its block is needed.
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

  /// From now on, keeps the stored bytes of blocks of these raw sizes.
  func keep(_ sizes: ClosedRange<Int>) {
    keptSizes = sizes
    stored = BlockBuffer()
  }

  /// True when the current block has a size that can be taken over and is within the range to its end.
  var keepsCurrent: Bool { keptSizes?.contains(buffer.count) == true && current?.mayPassEnd == false }

  /// The next block that is not being read ahead yet; nil if there is none or no more can be read.
  func nextAhead() -> DataBlock? {
    guard failure == nil else { return nil }
    do { return try walker.next() } catch {
      failure = error
      return nil
    }
  }

  func append(_ block: DataBlock, _ loaded: LoadedBlock) { ahead.append((block, loaded)) }

  /// Frees the memory at the end of the range. The cursor's last view is no longer valid by then.
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
