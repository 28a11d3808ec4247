import Entries

// A locality group in RFile.index:
//
//   boolean isDefault | [name] | [int32 start block: versions 3 to 7] | int32 families, each: int32 length, bytes, int64
//   boolean hasFirstKey, [key] | index: [int32 totalAdded] and the root index block
//
// An index block, from version 6 on:
//
//   int32 level | int32 offset | boolean hasNext | int32 n | n x int32 offset in the data | int32 size | data

extension ReferenceGroup {
  init(_ bytes: inout ReferenceBytes, version: Int, container: ReferenceBlockFile, place: String) throws {
    bytes.place = place
    isDefault = try bytes.boolean()
    name = isDefault ? nil : try bytes.stringJava()
    startBlock = version < 8 ? try bytes.count32() : nil
    let familyCount = try bytes.int32()
    if familyCount == -1 {
      try require(isDefault, "\(place): families not tracked in a named group")
    } else {
      var counts: [[UInt8]: Int] = [:]
      for _ in 0..<familyCount {
        let family = try bytes.take(try bytes.count32())
        try require(counts[family] == nil, "\(place): a family twice")
        counts[family] = Int(try bytes.signed(8))
      }
      families = counts
    }
    firstKey = try bytes.boolean() ? try referenceStoredKey(&bytes) : nil

    if version < 6 {
      let root = try Self.flatIndex(&bytes, version: version, startBlock: startBlock!, container: container)
      totalAdded = root.entries.count
      levels = [[root]]
    } else {
      totalAdded = try bytes.count32()
      var levels = [[try Self.indexBlock(&bytes, region: nil)]]
      // From the root down: each level consists of the blocks to which the entries of the level above lead.
      while levels[0][0].level > 0 {
        let level = levels[0][0].level - 1
        let below = try levels[0].flatMap(\.entries).map { entry in
          let place = "\(place), index block at \(entry.region.offset)"
          var block = ReferenceBytes(try container.block(entry.region, place: place), place)
          let parsed = try Self.indexBlock(&block, region: entry.region)
          try block.requireEnd()
          try require(parsed.level == level, "\(place): level \(parsed.level)")
          return parsed
        }
        try require(!below.isEmpty, "\(place): an empty index above level 0")
        levels.insert(below, at: 0)
      }
      self.levels = levels
    }

    blocks = []
    for entry in levels[0].flatMap(\.entries) {
      let place = "\(place), data block \(blocks.count)"
      let raw = try container.block(entry.region, place: place)
      blocks.append(
        ReferenceDataBlock(
          region: entry.region, bytes: raw, entries: try referenceEntries(raw, version: version, place: place)))
    }
  }

  private static func indexBlock(_ bytes: inout ReferenceBytes, region: ReferenceRegion?) throws -> ReferenceIndexBlock
  {
    let start = bytes.rest
    let level = try bytes.count32()
    let offset = try bytes.count32()
    let hasNext = try bytes.boolean()
    let entries = try indexEntries(&bytes) { data in
      ReferenceIndexEntry(
        key: try referenceStoredKey(&data), entries: try data.count32(), region: try ReferenceBlockFile.region(&data))
    }
    return ReferenceIndexBlock(
      level: level, offset: offset, hasNext: hasNext, entries: entries,
      bytes: Array(start.prefix(start.count - bytes.rest.count)), region: region)
  }

  /// n, the n offsets, the size of the data, the data. The entries must fill the data and begin where the offsets say.
  private static func indexEntries<T>(
    _ bytes: inout ReferenceBytes, _ entry: (inout ReferenceBytes) throws -> T
  ) throws -> [T] {
    let offsets = try (0..<(try bytes.count32())).map { _ in try bytes.count32() }
    let size = try bytes.count32()
    var data = ReferenceBytes(try bytes.take(size), bytes.place + ", index entries")
    var entries: [T] = []
    for offset in offsets {
      try require(size - data.rest.count == offset, "\(data.place): entry \(entries.count) is not at \(offset)")
      entries.append(try entry(&data))
    }
    try data.requireEnd()
    return entries
  }

  /// Versions 3 and 4: one list of keys and counts; the regions are in `BCFile.index`.
  private static func flatIndex(
    _ bytes: inout ReferenceBytes, version: Int, startBlock: Int, container: ReferenceBlockFile
  ) throws -> ReferenceIndexBlock {
    let start = bytes.rest
    func entry(_ data: inout ReferenceBytes) throws -> (Key, Int) {
      (try referenceStoredKey(&data), try data.count32())
    }
    let pairs =
      version == 3
      ? try (0..<(try bytes.count32())).map { _ in try entry(&bytes) }
      : try indexEntries(&bytes, entry)
    let regions = container.dataRegions.dropFirst(startBlock).prefix(pairs.count)
    try require(regions.count == pairs.count, "\(bytes.place): \(pairs.count) blocks, \(regions.count) regions")
    return ReferenceIndexBlock(
      level: 0, offset: 0, hasNext: false,
      entries: zip(pairs, regions).map { ReferenceIndexEntry(key: $0.0, entries: $0.1, region: $1) },
      bytes: Array(start.prefix(start.count - bytes.rest.count)), region: nil)
  }
}

/// A key as `Key.write` stores it: the ends of row, family, qualifier and visibility, their bytes, timestamp, deleted.
func referenceStoredKey(_ bytes: inout ReferenceBytes) throws -> Key {
  let ends = [try bytes.countW(), try bytes.countW(), try bytes.countW(), try bytes.countW()]
  try require(ends == ends.sorted(), "\(bytes.place): key fields end at \(ends)")
  let fields = try bytes.take(ends[3])
  return Key(
    row: Array(fields[..<ends[0]]), family: Array(fields[ends[0]..<ends[1]]),
    qualifier: Array(fields[ends[1]..<ends[2]]), visibility: Array(fields[ends[2]...]),
    timestamp: try bytes.longW(), deleted: try bytes.boolean())
}
