public import Entries

// A second opinion on RFiles, for tests only: written from the description of the format alone, sharing no code with the
// reader that ships. It is naive on purpose. Everything is read at once, and anything unexpected is an error.

/// An entry of an index block: a data block (level 0) or an index block one level down.
public struct ReferenceIndexEntry {
  public var key: Key
  /// Entries in the data block; 0 above level 0.
  public var entries: Int
  public var region: ReferenceRegion
}

/// An index block with its header. Versions 3 and 4 have one a group, without these header fields: level 0, offset 0.
public struct ReferenceIndexBlock {
  public var level: Int
  /// Data blocks before the first that it leads to.
  public var offset: Int
  public var hasNext: Bool
  public var entries: [ReferenceIndexEntry]
  /// As stored in the file, decompressed: with the header, without the `totalAdded` that precedes a root.
  public var bytes: [UInt8]
  /// Nil for the root, which lies in `RFile.index`.
  public var region: ReferenceRegion?
}

public struct ReferenceDataBlock {
  public var region: ReferenceRegion
  /// Decompressed.
  public var bytes: [UInt8]
  public var entries: [Entry]
}

public struct ReferenceGroup {
  public var isDefault: Bool
  /// Nil for the default group.
  public var name: String?
  /// Versions 3 to 7.
  public var startBlock: Int?
  /// Entries by column family; nil: not tracked.
  public var families: [[UInt8]: Int]?
  public var firstKey: Key?
  /// How many data blocks the index says there are.
  public var totalAdded: Int
  /// The index blocks by level, from level 0 (which leads to data blocks) up to the root alone, each in file order.
  public var levels: [[ReferenceIndexBlock]]
  public var blocks: [ReferenceDataBlock]

  public var root: ReferenceIndexBlock { levels.last![0] }
  public var entries: [Entry] { blocks.flatMap(\.entries) }
}

/// An RFile with all that is in it.
public struct ReferenceRFile {
  public struct Sampler {
    public var className: String
    public var options: [String: String]
  }

  public var container: ReferenceBlockFile
  /// 3, 4, 6, 7 or 8.
  public var version: Int
  public var groups: [ReferenceGroup]
  public var sampleGroups: [ReferenceGroup]
  public var sampler: Sampler?

  public init(path: String) throws { try self.init(try Fixtures.bytes(path)) }

  public init(_ file: [UInt8]) throws {
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

  /// The entries of all groups in key order. Equal keys have one family, so one group, and stay in its order.
  public var entries: [Entry] { Self.merge(groups) }

  /// The same of the sample groups.
  public var sample: [Entry] { Self.merge(sampleGroups) }

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
