import BlockFile
import Entries

/// Checks one group, block by block.
final class GroupChecker {
  private let group: LocalityGroup
  private let file: BCFileReader
  private let kind: GroupKind
  private let state: UnsafeMutablePointer<State>
  private let view: EntryPointer
  private var lastIndexKey: EntryBuffer?
  private var lastEnd: Int64 = 0
  private(set) var dataBlocks = 0
  private(set) var entries: Int64 = 0

  private struct State {
    var decoder = RelativeKeyDecoder()
    var sum = EntrySum()
  }

  private let sums: Bool
  /// Nil: there is no filter that could be asked.
  private let bloom: BloomVerifier?

  /// The sum of all checked entries, if they are summed.
  var sum: EntrySum { state.pointee.sum }

  init(_ group: LocalityGroup, in file: BCFileReader, _ kind: GroupKind, sums: Bool, bloom: BloomFilter? = nil) {
    self.sums = sums
    self.bloom = BloomVerifier(bloom)
    self.group = group
    self.file = file
    self.kind = kind
    state = .allocate(capacity: 1)
    state.initialize(to: State())
    let offset = MemoryLayout<State>.offset(of: \State.decoder.view)!
    view = UnsafePointer(UnsafeMutableRawPointer(state).advanced(by: offset).assumingMemoryBound(to: EntryView.self))
    state.pointee.decoder.tally = group.families.map { FamilyTally($0) }
  }

  deinit {
    state.pointee.decoder.free()
    state.deallocate()
  }

  /// Checks one data block against its index entry. `load` returns its raw bytes; it gets the block's name for errors.
  func check(_ entry: IndexEntry, _ region: BlockRegion, _ load: (String) throws -> BlockBuffer) throws {
    let place =
      "\(kind == .sample ? "sample " : "")data block \(dataBlocks)"
      + (group.name.map { " of group \($0)" } ?? "")
    guard region.offset >= lastEnd else {
      throw FileError(
        path: file.path, place: place, cause: "offset \(region.offset) is before the end of the previous block")
    }
    let buffer = try load(place)
    lastEnd = region.offset + region.compressedSize
    try FileError.locating(file.path, "\(place) at offset \(region.offset)") {
      try decode(entry, buffer)
    }
    dataBlocks += 1
    entries += Int64(entry.entryCount)
  }

  private func decode(_ entry: IndexEntry, _ buffer: BlockBuffer) throws(DecodeError) {
    state.pointee.decoder.begin(buffer.start, count: buffer.count)
    for number in 0..<entry.entryCount {
      try state.pointee.decoder.decode()
      if let disorder = state.pointee.decoder.disorder { throw DecodeError(disorder) }
      if number == 0 { try checkFirst() }
      if sums { state.pointee.sum.add(view) }
      if let bloom, bloom.denies(view) { throw denial() }
    }
    guard state.pointee.decoder.isAtEnd else {
      throw DecodeError(
        at: state.pointee.decoder.offset, expected: "the end of the block after \(entry.entryCount) entries",
        found: "more bytes")
    }
    if let family = state.pointee.decoder.tally?.unlisted { throw .unlisted(family, at: state.pointee.decoder.offset) }
    try checkIndexKey(entry, size: buffer.count)
  }

  private func denial() -> DecodeError {
    DecodeError(
      at: state.pointee.decoder.offset, expected: "a key that \(BloomFilter.blockName) admits",
      found: "row \"\(ByteText.encode(view.pointee.row.array.prefix(64)))\", which it denies: lookups miss it; "
        + "compact the file to make the filter anew")
  }

  private func checkFirst() throws(DecodeError) {
    if entries == 0 && group.firstKey != view.pointee.key {
      throw DecodeError(at: 0, expected: "the first key of the group", found: "another key")
    }
    if let lastIndexKey, lastIndexKey.view.pointee.compareKey(view.pointee) > 0 {
      throw DecodeError(at: 0, expected: "keys at or above the index key of the previous block", found: "one below it")
    }
  }

  private func checkIndexKey(_ entry: IndexEntry, size: Int) throws(DecodeError) {
    let key = lastIndexKey ?? EntryBuffer()
    key.copy(Entry(key: entry.key))
    lastIndexKey = key
    if entry.entryCount > 0, key.view.pointee.compareKey(view.pointee) < 0 {
      throw DecodeError(at: size, expected: "keys at or below the block's index key", found: "one above it")
    }
  }

  func finish() throws {
    state.pointee.decoder.endGroup()
    guard let tally = state.pointee.decoder.tally else { return }
    // A sample has the family list of its group, with counts of its own entries.
    if tally.differs ?? true { throw FileError.familiesDiffer(file.path, group: group.name) }
    guard (group.firstKey == nil) == (entries == 0) else {
      throw FileError(path: file.path, place: "block \(RFileIndex.blockName)", cause: "a first key without entries")
    }
  }
}
