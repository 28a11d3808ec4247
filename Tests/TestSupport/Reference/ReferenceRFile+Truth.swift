import Entries

extension ReferenceRFile {
  /// Throws unless everything that the file says about itself is true. Accumulo relies on this, unchecked, when it
  /// seeks, skips blocks, counts and splits.
  package func verifyTruth() throws {
    for (i, group) in groups.enumerated() { try group.verifyTruth("group \(i)") }
    for (i, group) in sampleGroups.enumerated() { try group.verifyTruth("sample group \(i)") }
    try verifyGroups(groups)
    try verifyGroups(sampleGroups)
    try verifyRegions()
    if version >= 6 { try require(container.dataRegions.isEmpty, "regions in BCFile.index of version \(version)") }
  }

  /// There is at most one default group, and it has no family of a named group.
  private func verifyGroups(_ groups: [ReferenceGroup]) throws {
    try require(groups.filter(\.isDefault).count <= 1, "two default groups")
    let names = groups.compactMap(\.name)
    try require(Set(names).count == names.count, "two groups of one name")
    var owner: [[UInt8]: Int] = [:]
    for (i, group) in groups.enumerated() {
      for family in Set(group.entries.map(\.key.family)).union(group.families?.keys.map { $0 } ?? []) {
        try require(owner.updateValue(i, forKey: family) == nil, "family \(ByteText.encode(family)) in two groups")
      }
    }
  }

  /// Data and index blocks fill the file from the magic to the meta blocks, each reached once.
  private func verifyRegions() throws {
    let all = groups + sampleGroups
    let blocks = all.flatMap { $0.blocks.map(\.region) + $0.levels.joined().compactMap(\.region) }
    let metas = container.metaBlocks.map(\.region)
    var end = ReferenceBlockFile.magic.count
    for region in blocks.sorted(by: { ($0.offset, $0.end) < ($1.offset, $1.end) }) {
      try require(region.offset == end, "a block starts at \(region.offset), the one before ends at \(end)")
      end = region.end
    }
    for region in metas.sorted(by: { $0.offset < $1.offset }) {
      try require(region.offset == end, "a meta block starts at \(region.offset), the block before ends at \(end)")
      end = region.end
    }
    let last = container.metaBlocks.max { $0.region.offset < $1.region.offset }
    try require(last?.name == "BCFile.index", "the last meta block is \(last?.name ?? "missing")")
  }
}

extension ReferenceGroup {
  func verifyTruth(_ place: String) throws {
    try require(totalAdded == blocks.count, "\(place): totalAdded \(totalAdded), \(blocks.count) data blocks")
    try verifyEntries(place)
    try verifyDataIndex(place)
    try verifyLevels(place)
  }

  private func verifyEntries(_ place: String) throws {
    let entries = self.entries
    for (a, b) in zip(entries, entries.dropFirst()) {
      try require(!(b.key < a.key), "\(place): \(b.key) after \(a.key)")
    }
    try require(firstKey == entries.first?.key, "\(place): first key")
    var counts: [[UInt8]: Int] = [:]
    for entry in entries { counts[entry.key.family, default: 0] += 1 }
    // A named group lists its configured families, with or without entries.
    if let families { try require(families.filter { $0.value != 0 } == counts, "\(place): family counts") }
  }

  /// Compares the level 0 entries with the data blocks.
  private func verifyDataIndex(_ place: String) throws {
    let index = levels[0].flatMap(\.entries)
    for (i, entry) in index.enumerated() {
      let block = blocks[i]
      try require(!block.entries.isEmpty, "\(place), data block \(i): no entries")
      try require(
        entry.entries == block.entries.count, "\(place), data block \(i): \(entry.entries) entries in the index")
      try require(entry.region == block.region, "\(place), data block \(i): region")
      try require(entry.region.rawSize == block.bytes.count, "\(place), data block \(i): raw size")
      try require(entry.key >= block.entries.last!.key, "\(place), data block \(i): index key before its last key")
      if i + 1 < blocks.count {
        try require(
          entry.key <= blocks[i + 1].entries.first!.key, "\(place), data block \(i): index key after the next block")
      } else {
        try require(entry.key == block.entries.last!.key, "\(place): last index key is not the last key")
      }
    }
  }

  /// Compares each level with the one below. Only the last block of a level has no next; offset counts the data blocks
  /// before.
  private func verifyLevels(_ place: String) throws {
    // The number of data blocks under each block of the level below; a data block counts as one.
    var below = [Int](repeating: 1, count: blocks.count)
    var keysBelow: [Key] = []
    for (level, indexBlocks) in levels.enumerated() {
      let isTop = level == levels.count - 1
      try require(!isTop || indexBlocks.count == 1, "\(place): \(indexBlocks.count) roots")
      var offset = 0
      var next = 0
      var sums: [Int] = []
      for (i, block) in indexBlocks.enumerated() {
        let place = "\(place), index block \(i) of level \(level)"
        try require(block.level == level, "\(place): says level \(block.level)")
        try require(block.offset == offset, "\(place): offset \(block.offset) is not \(offset)")
        try require(block.hasNext == (i + 1 < indexBlocks.count), "\(place): hasNext \(block.hasNext)")
        try require(isTop || !block.entries.isEmpty, "\(place): empty")
        for (j, entry) in block.entries.enumerated() where level > 0 {
          try require(entry.entries == 0, "\(place), entry \(j): count \(entry.entries)")
          try require(entry.key == keysBelow[next + j], "\(place), entry \(j): not the last key of its block")
        }
        let sum = below[next..<next + block.entries.count].reduce(0, +)
        next += block.entries.count
        offset += sum
        sums.append(sum)
      }
      try require(next == below.count, "\(place), level \(level): \(next) entries for \(below.count) blocks")
      below = sums
      keysBelow = indexBlocks.compactMap { $0.entries.last?.key }
    }
  }
}
