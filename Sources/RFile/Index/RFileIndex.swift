import BlockFile

/// The meta block `RFile.index`, from which everything else in the file is found. Accumulo: `RFile.Writer.close`,
/// `RFile.Reader`.
///
///     int32 magic | int32 version | int32 number of locality groups | groups   (LocalityGroup.swift)
///     boolean hasSample; if so: as many sample groups | sampler                (version 8; SamplerConfiguration.swift)
struct RFileIndex: Sendable {
  /// The name of the meta block.
  static let blockName = "RFile.index"
  private static let magic: Int32 = 0x2063_7474

  let version: RFileVersion
  let groups: [LocalityGroup]
  /// One for each group, or none at all.
  let sampleGroups: [LocalityGroup]
  /// Nil when the file has no sample.
  let sampler: SamplerConfiguration?

  /// The index of a file of the current version: with a sample of each group, or without a sampler.
  init(groups: [LocalityGroup], sampleGroups: [LocalityGroup] = [], sampler: SamplerConfiguration? = nil) {
    version = .current
    self.groups = groups
    self.sampleGroups = sampleGroups
    self.sampler = sampler
  }

  /// Throws `DecodeError`, and `UnsupportedFormat` for other versions.
  init(from reader: inout ByteReader) throws {
    let at = reader.offset
    let magic = try reader.int32("magic")
    guard magic == Self.magic else {
      throw DecodeError(
        at: at, expected: "magic \(String(Self.magic, radix: 16))",
        found: String(UInt32(bitPattern: magic), radix: 16))
    }
    version = try RFileVersion(from: &reader)
    let count = try reader.count("number of locality groups", ofSize: 6)
    groups = try Self.groups(count, from: &reader, version: version)
    if version >= .v8, try reader.boolean("sample flag") {
      sampleGroups = try Self.groups(count, from: &reader, version: version)
      sampler = try SamplerConfiguration(from: &reader)
    } else {
      sampleGroups = []
      sampler = nil
    }
  }

  private static func groups(
    _ count: Int, from reader: inout ByteReader, version: RFileVersion
  ) throws(DecodeError) -> [LocalityGroup] {
    try reader.reserve(count, ofSize: LocalityGroup.sizeInMemory, "locality groups")
    var groups: [LocalityGroup] = []
    for _ in 0..<count { groups.append(try LocalityGroup(from: &reader, version: version)) }
    return groups
  }

  func encode(into bytes: inout [UInt8]) {
    bytes.appendBigEndian(Self.magic)
    version.encode(into: &bytes)
    bytes.appendBigEndian(Int32(groups.count))
    for group in groups { group.encode(into: &bytes) }
    guard version >= .v8 else { return }
    bytes.append(sampler == nil ? 0 : 1)
    for group in sampleGroups { group.encode(into: &bytes) }
    sampler?.encode(into: &bytes)
  }
}

extension RFileIndex {
  /// Reads the block from a container. Throws `FileError` and `SystemError`.
  init(of file: BCFileReader, loader: BlockLoader) throws {
    guard let bytes = try file.metaBlock(Self.blockName, loader: loader) else {
      throw FileError(path: file.path, cause: "not an RFile: a BCFile without the block \(Self.blockName)")
    }
    self = try FileError.locating(file.path, "block \(Self.blockName)") {
      var reader = ByteReader(bytes, limit: file.limit)
      let index = try RFileIndex(from: &reader)
      try reader.checkAtEnd("the index")
      try index.checkStarts()
      return index
    }
  }

  /// Every group has blocks of its own. Otherwise a small file could have a hundred thousand groups that begin with one
  /// large block, and a merge of them would inflate it as often.
  private func checkStarts() throws(DecodeError) {
    var starts: Set<Int64> = []
    for group in groups + sampleGroups where group.root.count > 0 {
      // A damaged entry is reported where it is used.
      guard let region = (try? group.root.entry(0))?.region, !starts.insert(region.offset).inserted else { continue }
      throw DecodeError(
        at: 0, expected: "groups with blocks of their own", found: "two that begin at offset \(region.offset)")
    }
  }
}
