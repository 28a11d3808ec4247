/// The names and places of the meta blocks. Accumulo: `BCFile.MetaIndex`.
///
///     VInt-U count | count meta blocks, sorted by name
struct MetaIndex: Hashable, Sendable {
  /// Sorted by name, without duplicate names.
  let blocks: [MetaBlock]

  /// Takes the blocks in any order, without duplicate names.
  init(_ blocks: [MetaBlock]) { self.blocks = blocks.sorted { $0.name < $1.name } }

  init(from reader: inout ByteReader) throws(DecodeError) {
    let count = try reader.bcFileVLong("count of meta blocks")
    guard count >= 0, count <= Int64(reader.remaining / 6 + 1) else {
      throw DecodeError(at: 0, expected: "a count of meta blocks", found: "\(count)")
    }
    try reader.reserve(Int(count), ofSize: MetaBlock.sizeInMemory, "meta blocks")
    var blocks: [MetaBlock] = []
    var names: Set<String> = []
    for _ in 0..<count {
      let at = reader.offset
      let block = try MetaBlock(from: &reader)
      guard names.insert(block.name).inserted else {
        throw DecodeError(at: at, expected: "each meta block once", found: "\"\(block.name.prefix(40))\" twice")
      }
      blocks.append(block)
    }
    self.init(blocks)
  }

  func encode(into bytes: inout [UInt8]) {
    bytes.appendBCFileVLong(Int64(blocks.count))
    for block in blocks { block.encode(into: &bytes) }
  }

  /// The block of that name, or nil.
  subscript(name name: String) -> MetaBlock? { blocks.first { $0.name == name } }
}

/// One named block, separate from the data blocks. Accumulo: `BCFile.MetaIndexEntry`.
///
///     string "data:" + name | string codec | region
package struct MetaBlock: Hashable, Sendable {
  package var name: String
  package var codecName: String
  package var region: BlockRegion

  private static let namePrefix = "data:"
  /// In bytes, with room for a name of moderate length and its place in a set.
  static let sizeInMemory = 256

  init(name: String, codecName: String, region: BlockRegion) {
    self.name = name
    self.codecName = codecName
    self.region = region
  }

  init(from reader: inout ByteReader) throws(DecodeError) {
    let at = reader.offset
    let fullName = try reader.bcFileString("name of a meta block")
    guard fullName.hasPrefix(Self.namePrefix) else {
      throw DecodeError(at: at, expected: "a name that starts with data:", found: "\"\(fullName.prefix(40))\"")
    }
    name = String(fullName.dropFirst(Self.namePrefix.count))
    codecName = try reader.bcFileString("codec of a meta block")
    region = try BlockRegion(from: &reader)
  }

  func encode(into bytes: inout [UInt8]) {
    bytes.appendBCFileString(Self.namePrefix + name)
    bytes.appendBCFileString(codecName)
    region.encode(into: &bytes)
  }
}
