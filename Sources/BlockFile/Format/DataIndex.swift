/// The meta block `BCFile.index`: the codec of the data blocks, and where they are. Accumulo: `BCFile.DataIndex`.
///
///     string codec | VInt-U count | count regions
struct DataIndex: Hashable, Sendable {
  /// The name of the meta block.
  static let blockName = "BCFile.index"

  var codec: Codec
  /// Empty since RFile version 6, where the index of the RFile has the regions.
  var regions: [BlockRegion] = []

  init(codec: Codec, regions: [BlockRegion] = []) {
    self.codec = codec
    self.regions = regions
  }

  /// Throws `DecodeError`, and `UnsupportedFormat` for a codec that we do not have.
  init(from reader: inout ByteReader) throws {
    codec = try Codec(named: try reader.bcFileString("codec name"))
    let count = try reader.bcFileVLong("count of data blocks")
    guard count >= 0, count <= Int64(reader.remaining / BlockRegion.smallestSize) else {
      throw DecodeError(at: 0, expected: "a count of data blocks", found: "\(count)")
    }
    try reader.reserve(Int(count), ofSize: MemoryLayout<BlockRegion>.stride, "regions of data blocks")
    for _ in 0..<count { regions.append(try BlockRegion(from: &reader)) }
  }

  func encode(into bytes: inout [UInt8]) {
    bytes.appendBCFileString(codec.rawValue)
    bytes.appendBCFileVLong(Int64(regions.count))
    for region in regions { region.encode(into: &bytes) }
  }
}
