package import BlockFile

/// How the data of a table can be stored: what `table.file.compress.type` and `table.file.compress.blocksize` say, and
/// how hard the codec tries.
package struct StorageChoice: Hashable, Sendable {
  package var codec: Codec
  /// The codec has it.
  package var level: CompressionLevel
  /// Raw bytes.
  package var blockSize: Int

  /// All combinations, each once. A level that a codec does not have is left out, and all but one of those that mean the
  /// same to it.
  package static func all(codecs: [Codec], levels: [CompressionLevel], blockSizes: [Int]) -> [StorageChoice] {
    var choices: [StorageChoice] = []
    for blockSize in blockSizes {
      for codec in codecs {
        var ladders: [Ladder?] = []
        for level in levels where level.problem(with: codec) == nil {
          let ladder = Ladder(codec, level)
          guard !ladders.contains(where: { $0?.rungs == ladder?.rungs }) else { continue }
          ladders.append(ladder)
          choices.append(StorageChoice(codec: codec, level: level, blockSize: blockSize))
        }
      }
    }
    return choices
  }

  /// The settings of the table. Accumulo has none for the level.
  package var properties: [(key: String, value: String)] {
    [
      ("table.file.compress.type", codec.rawValue), ("table.file.compress.blocksize", Self.text(ofSize: blockSize)),
    ]
  }

  /// `100K`: as settings have it.
  package static func text(ofSize bytes: Int) -> String {
    for (shift, unit) in [(30, "G"), (20, "M"), (10, "K")] where bytes > 0 && bytes % (1 << shift) == 0 {
      return "\(bytes >> shift)\(unit)"
    }
    return "\(bytes)"
  }
}
