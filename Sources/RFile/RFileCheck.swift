public import BlockFile
import Entries

// Reads a whole file and compares everything in it with everything else that speaks of it: what a reader of Accumulo relies
// on, and what the writer of a compaction must have done before its inputs may go.

/// What was found in a sound file.
public struct RFileCheck: Hashable, Sendable {
  public var entries: Int64 = 0
  public var dataBlocks = 0
  /// Bytes of the data blocks in the file, and inflated.
  public var storedBytes: Int64 = 0
  public var rawBytes: Int64 = 0
  public var sampleEntries: Int64 = 0
}

extension RFileReader {
  /// Inflates every block and decodes every entry. Throws `FileError` with the first thing that is wrong:
  ///
  /// keys out of order (in a block or from block to block), an index key below a key of its block or above one of the
  /// next, counts of entries, blocks and families that differ, a wrong first key, a broken index, a meta block that does
  /// not inflate.
  public func check(loader: BlockLoader = BlockLoader()) throws -> RFileCheck {
    var result = RFileCheck()
    for block in file.metaBlocks { _ = try file.metaBlock(block.name, loader: loader) }
    for i in groups.indices {
      try check(group: i, .data, loader, &result)
      if i < sampleGroups.count {
        var sample = RFileCheck()
        try check(group: i, .sample, loader, &sample)
        result.sampleEntries += sample.entries
      }
    }
    return result
  }

  private func check(group i: Int, _ kind: GroupKind, _ loader: BlockLoader, _ result: inout RFileCheck) throws {
    let group = groups(kind)[i]
    let checker = GroupChecker(group, in: file, kind)
    let stream = CheckedBlocks(of: file, loader: loader, checker)
    defer { checker.free() }
    do {
      try forEachDataBlock(ofGroup: i, kind, loader: loader) { entry, region in
        try stream.add(entry, region)
        result.dataBlocks += 1
        result.storedBytes += region.compressedSize
        result.rawBytes += region.rawSize
      }
    } catch {
      // The index is read ahead of the blocks: what they say comes first.
      try stream.finish()
      throw error
    }
    try stream.finish()
    try checker.finish()
    result.entries += checker.entries
  }
}

/// The data blocks of a group on their way to its checker: some are read ahead when there are helpers.
private final class CheckedBlocks {
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

  private func abandon() {
    guard let pool = loader.pool else { return }
    for block in ahead { block.loaded.abandon(in: pool) }
    ahead.removeAll()
  }

  /// The next block in the order of the index.
  func add(_ entry: IndexEntry, _ region: BlockRegion) throws {
    guard let pool = loader.pool, file.codec != .none,
      region.problem(codec: file.codec, limit: file.blockLimit) == nil
    else {
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

  /// Checks all blocks that are left: none after one that was not sound.
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
}

/// Follows one group from block to block.
private final class GroupChecker {
  private let group: LocalityGroup
  private let file: BCFileReader
  private let kind: GroupKind
  private let families: FamilyTable
  private let state: UnsafeMutablePointer<State>
  private let view: EntryPointer
  private var lastIndexKey: EntryBuffer?
  private var lastEnd: Int64 = 0
  private(set) var dataBlocks = 0
  private(set) var entries: Int64 = 0

  private struct State {
    var decoder = RelativeKeyDecoder()
    /// Only its memory of the last key is used: it knows the order.
    var order = RelativeKeyEncoder()
  }

  init(_ group: LocalityGroup, in file: BCFileReader, _ kind: GroupKind) {
    self.group = group
    self.file = file
    self.kind = kind
    families = FamilyTable(group.families?.map(\.family) ?? [])
    state = .allocate(capacity: 1)
    state.initialize(to: State())
    let offset = MemoryLayout<State>.offset(of: \State.decoder.view)!
    view = UnsafePointer(UnsafeMutableRawPointer(state).advanced(by: offset).assumingMemoryBound(to: EntryView.self))
  }

  func free() {
    state.pointee.decoder.free()
    state.pointee.order.free()
    state.deallocate()
  }

  /// One data block against its entry in the index. `load` gives its raw bytes; it is told how to call the block.
  func check(_ entry: IndexEntry, _ region: BlockRegion, _ load: (String) throws -> BlockBuffer) throws {
    let place =
      "\(kind == .sample ? "sample " : "")data block \(dataBlocks)"
      + (group.name.map { " of group \($0)" } ?? "")
    guard region.offset >= lastEnd else {
      throw FileError(
        path: file.path, place: place, cause: "offset \(region.offset) lies before the end of the block before")
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
      guard state.pointee.order.match(view) else {
        throw DecodeError(
          at: state.pointee.decoder.offset, expected: "keys in order", found: "entry \(number) below the one before")
      }
      if number == 0 { try checkFirst() }
      state.pointee.order.remember(view)
      if group.families != nil { try count(view.pointee.family) }
    }
    guard state.pointee.decoder.isAtEnd else {
      throw DecodeError(
        at: state.pointee.decoder.offset, expected: "the end of the block after \(entry.entryCount) entries",
        found: "more bytes")
    }
    try checkIndexKey(entry, size: buffer.count)
  }

  private func checkFirst() throws(DecodeError) {
    if entries == 0 && group.firstKey != view.pointee.key {
      throw DecodeError(at: 0, expected: "the first key of the group", found: "another key")
    }
    if let lastIndexKey, lastIndexKey.view.pointee.compareKey(view.pointee) > 0 {
      throw DecodeError(at: 0, expected: "keys at or above the index key of the block before", found: "one below it")
    }
  }

  private func checkIndexKey(_ entry: IndexEntry, size: Int) throws(DecodeError) {
    let key = lastIndexKey ?? EntryBuffer()
    key.copy(Entry(key: entry.key))
    lastIndexKey = key
    if entry.entryCount > 0, key.view.pointee.compareKey(state.pointee.order.last) < 0 {
      throw DecodeError(at: size, expected: "keys at or below the block's index key", found: "one above it")
    }
  }

  private func count(_ family: ByteView) throws(DecodeError) {
    guard let index = families.find(family) else {
      throw DecodeError(
        at: state.pointee.decoder.offset, expected: "a column family of the group's list",
        found: "\"\(ByteText.encode(family.array.prefix(64)))\"")
    }
    families.increment(index)
  }

  func finish() throws {
    guard let expected = group.families else { return }
    // A sample's list is that of its group: it counts what the sample holds.
    guard families.counts == expected else {
      throw FileError(
        path: file.path, place: "block \(RFileIndex.blockName)",
        cause: "the counts of the column families differ from the entries\(group.name.map { " of group \($0)" } ?? "")")
    }
    guard (group.firstKey == nil) == (entries == 0) else {
      throw FileError(path: file.path, place: "block \(RFileIndex.blockName)", cause: "a first key without entries")
    }
  }
}
