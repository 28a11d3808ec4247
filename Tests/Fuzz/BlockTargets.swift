import BlockFile
import Entries
import RFile

/// Raw blocks, in a file that is made around them.
enum BlockTargets {
  /// Data blocks, which the index describes as what they are, or nearly.
  ///
  ///     byte codec | each block: byte that is added to its count, int16 length, bytes
  static func blocks(_ bytes: [UInt8]) throws {
    var input = Input(bytes)
    var file = BuiltFile(codec: input.codec())
    while !input.isAtEnd, file.blocks.count < 20 {
      let error = Int(Int8(bitPattern: input.byte()))
      let raw = input.part()
      let found = BuiltFile.look(at: raw)
      if let found, file.first == nil { file.first = found.first }
      let last = found?.last ?? file.blocks.last?.last ?? Key(row: raw)
      file.blocks.append(BuiltFile.Block(raw: raw, last: last, entries: (found?.entries ?? 0) + error))
    }
    try read(file.bytes())
  }

  /// A meta block, beside others that are sound.
  ///
  ///     byte 0 | part: all data and index blocks, codec none | RFile.index
  ///     byte 1 | a Bloom filter
  ///     byte 2 | part: the index of the summaries | the first summary
  static func metaBlock(_ bytes: [UInt8]) throws {
    var input = Input(bytes)
    let kind = input.byte() % 3
    guard kind > 0 else {
      let sink = ByteSink(memory: "input.rf")
      let writer = try BCFileWriter(sink, codec: .none)
      _ = try input.part().withUnsafeBytes { try writer.writeBlock($0) }
      try writer.writeMetaBlock("RFile.index", Array(input.rest))
      try writer.finish()
      return try read(sink.memory)
    }
    // One entry: row a, value v.
    let block: [UInt8] = [0, 1, 97, 0, 0, 0, 0, 0, 0, 0, 1, 118]
    let key = Key(row: [97], timestamp: 0)
    var file = BuiltFile(first: key, blocks: [BuiltFile.Block(raw: block, last: key, entries: 1)])
    if kind == 1 {
      file.metaBlocks = [(BuiltFile.bloom, Array(input.rest))]
    } else {
      file.metaBlocks = [(BuiltFile.summaries[0], input.part()), (BuiltFile.summaries[1], Array(input.rest))]
    }
    try read(file.bytes())
  }

  private static func read(_ bytes: [UInt8]) throws {
    let result = Result { try RFileTargets.whole(bytes) }
    try RFileTargets.salvage(bytes)
    try result.get()
  }
}
