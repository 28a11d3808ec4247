import BlockFile
import Entries
import RFile

// A file around bytes that are not to be trusted, made as a writer would make it: stored by a codec, with its checksum,
// and with an index that leads to them. So what decodes them sees all of them.

/// An RFile of one default group.
struct BuiltFile {
  struct Block {
    var raw: [UInt8]
    /// What the index says of it.
    var last: Key
    var entries: Int
  }

  /// The names of meta blocks that are read besides the index.
  static let bloom = "acu_bloom"
  static let summaries = ["accumulo.summaries.index", "accumulo.summaries.0"]

  var codec = Codec.none
  /// Nil: the group says that it has none.
  var first: Key?
  var blocks: [Block] = []
  var metaBlocks: [(name: String, bytes: [UInt8])] = []

  func bytes() throws -> [UInt8] {
    let sink = ByteSink(memory: "input.rf")
    let writer = try BCFileWriter(sink, codec: codec)
    var index: [UInt8] = []
    var starts: [Int32] = []
    for block in blocks {
      let region = try block.raw.withUnsafeBytes { try writer.writeBlock($0) }
      starts.append(Int32(index.count))
      index.append(key: block.last)
      index.appendBigEndian(Int32(clamping: block.entries))
      region.encode(into: &index)
    }
    try writer.writeMetaBlock("RFile.index", root(index, starts))
    for (name, bytes) in metaBlocks { try writer.writeMetaBlock(name, bytes) }
    try writer.finish()
    return sink.memory
  }

  /// RFileIndex.swift, LocalityGroup.swift and IndexBlock.swift have the pictures.
  private func root(_ index: [UInt8], _ starts: [Int32]) -> [UInt8] {
    var bytes: [UInt8] = []
    for number: Int32 in [0x2063_7474, 8, 1] { bytes.appendBigEndian(number) }
    bytes.append(1)
    bytes.appendBigEndian(Int32(-1))
    bytes.append(first == nil ? 0 : 1)
    if let first { bytes.append(key: first) }
    bytes.appendBigEndian(Int32(starts.count))
    for number: Int32 in [0, 0] { bytes.appendBigEndian(number) }
    bytes.append(0)
    for number in [Int32(starts.count)] + starts + [Int32(index.count)] { bytes.appendBigEndian(number) }
    return bytes + index + [0]
  }

  /// The first and the last key of a raw block, and how many entries can be read; nil: none.
  static func look(at raw: [UInt8]) -> (first: Key, last: Key, entries: Int)? {
    let most = Key(row: [UInt8](repeating: 0xff, count: 40))
    let file = BuiltFile(first: Key(row: []), blocks: [Block(raw: raw, last: most, entries: Int(Int32.max))])
    guard let bytes = try? file.bytes(),
      let cursor = try? RFileReader(ByteSource(bytes: bytes, name: "block.rf")).merged()
    else { return nil }
    var found: (first: Key, last: Key, entries: Int)?
    while let entry = try? cursor.next() {
      let key = entry.pointee.key
      found = (found?.first ?? key, key, (found?.entries ?? 0) + 1)
    }
    return found
  }
}

extension [UInt8] {
  /// Key+Coding.swift has the picture.
  fileprivate mutating func append(key: Key) {
    var end = 0
    for field in [key.row, key.family, key.qualifier, key.visibility] {
      end += field.count
      appendWritableVLong(Int64(end))
    }
    self += key.row + key.family + key.qualifier + key.visibility
    appendWritableVLong(key.timestamp)
    append(key.deleted ? 1 : 0)
  }
}
