// The container, from its end:
//
//   magic | blocks ... | meta blocks ... | meta index | crypto parameters | offset of both | version | magic
//
// Version 1 has neither crypto parameters nor their offset.

/// Where a block is, and its sizes.
package struct ReferenceRegion: Hashable, Sendable {
  package var offset: Int
  package var storedSize: Int
  package var rawSize: Int

  var end: Int { offset + storedSize }
}

/// A BCFile, parsed in the simplest way: the whole file is in memory, and any deviation from the format is an error.
package struct ReferenceBlockFile {
  package struct MetaBlock {
    package var name: String
    package var codec: String
    package var region: ReferenceRegion
    /// Decompressed.
    package var bytes: [UInt8]
  }

  static let magic: [UInt8] = [
    0xd1, 0x11, 0xd3, 0x68, 0x91, 0xb5, 0xd7, 0xb6, 0x39, 0xdf, 0x41, 0x40, 0x92, 0xba, 0xe1, 0x50,
  ]

  package var file: [UInt8]
  /// 1 or 3.
  package var version: Int
  /// Of the data blocks.
  package var codec: String
  /// In the order of the meta index.
  package var metaBlocks: [MetaBlock]
  /// `BCFile.index`; empty from RFile version 6 on.
  package var dataRegions: [ReferenceRegion]

  package init(_ file: [UInt8]) throws {
    self.file = file
    let listed: [MetaBlock]
    (version, listed) = try Self.metaIndex(file)
    metaBlocks = try listed.map { block in
      var block = block
      block.bytes = try Self.block(file, block.region, codec: block.codec, place: block.name)
      return block
    }
    guard let index = metaBlocks.first(where: { $0.name == "BCFile.index" }) else {
      throw ReferenceError("no BCFile.index")
    }
    var bytes = ReferenceBytes(index.bytes, "BCFile.index")
    codec = try bytes.stringU()
    dataRegions = []
    for _ in 0..<(try bytes.countU()) { dataRegions.append(try Self.region(&bytes)) }
    try bytes.requireEnd()
  }

  /// The container's version and what the meta index lists, without opening a block.
  static func metaIndex(_ file: [UInt8]) throws -> (version: Int, blocks: [MetaBlock]) {
    try require(file.count >= 44 && file.starts(with: magic), "no magic at the start")
    try require(file.suffix(16) == magic[...], "no magic at the end")
    var versionBytes = ReferenceBytes(file.dropLast(16).suffix(4), "version")
    let version = Int(try versionBytes.signed(2))
    let minor = try versionBytes.signed(2)
    try require((version == 1 || version == 3) && minor == 0, "version \(version).\(minor)")

    let offsetsSize = version == 1 ? 8 : 16
    let trailer = file.count - 20 - offsetsSize
    var offsets = ReferenceBytes(file[trailer...].prefix(offsetsSize), "footer")
    let start = Int(try offsets.signed(8))
    let end = version == 1 ? trailer : Int(try offsets.signed(8))
    try require(16 <= start && start <= end && end <= trailer, "footer offsets")
    if version == 3 {
      var crypto = ReferenceBytes(file[end..<trailer], "crypto parameters")
      let parameters = try crypto.take(try crypto.count32())
      try require(parameters == Array("U+1F47B".utf8), "encrypted")
      try crypto.requireEnd()
    }

    var bytes = ReferenceBytes(file[start..<end], "meta index")
    var blocks: [MetaBlock] = []
    for _ in 0..<(try bytes.countU()) {
      let name = try bytes.stringU()
      try require(name.hasPrefix("data:"), "meta block name \(name)")
      let codec = try bytes.stringU()
      blocks.append(
        MetaBlock(name: String(name.dropFirst(5)), codec: codec, region: try Self.region(&bytes), bytes: []))
    }
    try bytes.requireEnd()
    let names = blocks.map(\.name)
    try require(names == names.sorted() && Set(names).count == names.count, "meta blocks not sorted by name")
    return (version, blocks)
  }

  package func metaBlock(_ name: String) -> MetaBlock? { metaBlocks.first { $0.name == name } }

  /// Decompressed.
  func block(_ region: ReferenceRegion, place: String) throws -> [UInt8] {
    try Self.block(file, region, codec: codec, place: place)
  }

  static func region(_ bytes: inout ReferenceBytes) throws -> ReferenceRegion {
    ReferenceRegion(offset: try bytes.countU(), storedSize: try bytes.countU(), rawSize: try bytes.countU())
  }

  private static func block(_ file: [UInt8], _ region: ReferenceRegion, codec: String, place: String) throws -> [UInt8]
  {
    try require(region.offset >= 16 && region.end <= file.count, "\(place): \(region) outside the file")
    return try referenceDecompress(
      Array(file[region.offset..<region.end]), codec: codec, raw: region.rawSize, place: place)
  }
}
