package import Entries

// A second opinion on RFiles, for tests only. It was written from the description of the format alone and shares no
// code with the product's reader. It is naive on purpose: everything is read into memory, and anything unexpected is an
// error.

/// An entry of an index block: a data block (level 0) or an index block one level down.
package struct ReferenceIndexEntry {
  package var key: Key
  /// Entries in the data block; 0 above level 0.
  package var entries: Int
  package var region: ReferenceRegion
}

/// An index block with its header. Versions 3 and 4 have one per group, without these header fields: level 0, offset 0.
package struct ReferenceIndexBlock {
  package var level: Int
  /// Data blocks before the first that it leads to.
  package var offset: Int
  package var hasNext: Bool
  package var entries: [ReferenceIndexEntry]
  /// As stored in the file, decompressed: with the header, without the `totalAdded` that precedes a root.
  package var bytes: [UInt8]
  /// Nil for the root, which is part of `RFile.index`.
  package var region: ReferenceRegion?
}

package struct ReferenceDataBlock {
  package var region: ReferenceRegion
  /// Decompressed.
  package var bytes: [UInt8]
  package var entries: [Entry]
}

package struct ReferenceGroup {
  package var isDefault: Bool
  /// Nil for the default group.
  package var name: String?
  /// Versions 3 to 7.
  package var startBlock: Int?
  /// Entries by column family; nil: not tracked.
  package var families: [[UInt8]: Int]?
  package var firstKey: Key?
  /// How many data blocks the index says there are.
  package var totalAdded: Int
  /// The index blocks by level, from level 0 (which leads to data blocks) up to the root alone, each in file order.
  package var levels: [[ReferenceIndexBlock]]
  package var blocks: [ReferenceDataBlock]

  package var root: ReferenceIndexBlock { levels.last![0] }
  package var entries: [Entry] { blocks.flatMap(\.entries) }
}

/// An RFile with its whole contents.
package struct ReferenceRFile {
  package struct Sampler {
    package var className: String
    package var options: [String: String]
  }

  package var container: ReferenceBlockFile
  /// 3, 4, 6, 7 or 8.
  package var version: Int
  package var groups: [ReferenceGroup]
  package var sampleGroups: [ReferenceGroup]
  package var sampler: Sampler?

  package init(path: String) throws { try self.init(try Fixtures.bytes(path)) }

  package init(_ file: [UInt8]) throws {
    container = try ReferenceBlockFile(file)
    guard let index = container.metaBlock("RFile.index") else { throw ReferenceError("no RFile.index") }
    var bytes = ReferenceBytes(index.bytes, "RFile.index")
    try require(try bytes.int32() == 0x2063_7474, "RFile.index: magic")
    version = try bytes.int32()
    try require([3, 4, 6, 7, 8].contains(version), "RFile version \(version)")
    let count = try bytes.count32()
    groups = []
    sampleGroups = []
    for _ in 0..<count {
      groups.append(try ReferenceGroup(&bytes, version: version, container: container, place: "group \(groups.count)"))
    }
    if version == 8, try bytes.boolean() {
      for _ in 0..<count {
        sampleGroups.append(
          try ReferenceGroup(
            &bytes, version: version, container: container, place: "sample group \(sampleGroups.count)"))
      }
      let samplerVersion = try bytes.byte()
      try require(samplerVersion == 1, "sampler configuration version \(samplerVersion)")
      var sampler = Sampler(className: try bytes.stringJava(), options: [:])
      for _ in 0..<(try bytes.count32()) {
        let option = try bytes.stringJava()
        sampler.options[option] = try bytes.stringJava()
      }
      self.sampler = sampler
    }
    try bytes.requireEnd()
  }

  /// The entries of all groups in key order. Equal keys have the same family, so they are in one group and keep its
  /// order.
  package var entries: [Entry] { Self.merge(groups) }

  /// The entries of the sample groups in key order.
  package var sample: [Entry] { Self.merge(sampleGroups) }

  private static func merge(_ groups: [ReferenceGroup]) -> [Entry] {
    var rest = groups.map { $0.entries[...] }
    var merged: [Entry] = []
    while true {
      var first: Int?
      for (i, entries) in rest.enumerated() where !entries.isEmpty {
        if first == nil || entries.first!.key < rest[first!].first!.key { first = i }
      }
      guard let first else { return merged }
      merged.append(rest[first].removeFirst())
    }
  }
}
