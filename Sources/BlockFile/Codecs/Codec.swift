/// How the blocks of a file are compressed. Accumulo: `table.file.compress.type`, `CompressionAlgorithm`.
///
/// A codec whose library is not in this build has no case, so its name is refused wherever names become codecs.
package enum Codec: String, Sendable, CaseIterable {
  /// Raw bytes.
  case none
  /// The zlib format (RFC 1950), in spite of the name.
  case gz
  /// Zstandard frames.
  case zstd
  #if Snappy
    /// Snappy in Hadoop's frames.
    case snappy
  #endif
  #if LZ4
    /// LZ4 blocks in Hadoop's frames.
    case lz4
  #endif
  #if Bzip2
    /// A bzip2 stream.
    case bzip2
  #endif

  /// The codec with the name `name` in a file. Throws `UnsupportedFormat` for codecs that we do not have.
  init(named name: String) throws(UnsupportedFormat) {
    guard let codec = Codec(rawValue: name) else { throw UnsupportedFormat(Self.refusal(of: name)) }
    self = codec
  }

  /// The valid compression levels; nil for codecs without levels. Those of gz depend on the engine in this build: 1 to
  /// 12 with libdeflate, 1 to 9 with zlib.
  package var levels: ClosedRange<Int>? {
    switch self {
    case .none: nil
    case .gz: DeflateEngine.numbered.levels
    case .zstd: 1...22
    #if Snappy
      case .snappy: nil
    #endif
    #if LZ4
      case .lz4: LZ4Chunks.levels
    #endif
    #if Bzip2
      // The size of a bzip2 block in units of 100,000 bytes.
      case .bzip2: 1...9
    #endif
    }
  }

  /// The level of Accumulo's writers: zlib's default of 6, Hadoop's defaults of 3 for zstd and 9 for bzip2, and LZ4's
  /// fast compressor. 0 for codecs without levels.
  package var defaultLevel: Int {
    switch self {
    case .none: 0
    case .gz: 6
    case .zstd: 3
    #if Snappy
      case .snappy: 0
    #endif
    #if LZ4
      case .lz4: 1
    #endif
    #if Bzip2
      case .bzip2: 9
    #endif
    }
  }

  /// The codecs of this build, like `none, gz, zstd`.
  package static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

  /// Codecs that need a package trait, with its name.
  private static let traits = ["snappy": "Snappy", "lz4": "LZ4", "bzip2": "Bzip2"]

  /// The error text for a file or table with the codec `name`, which we do not have.
  package static func refusal(of name: String) -> String {
    if let trait = traits[name] {
      return
        "codec \(name) is not in this build, which has \(names): build actool with make, or with the trait \(trait)"
    }
    guard name == "lzo" else {
      // The name comes from a file, so characters that would break the line are removed.
      let shown = String(String.UnicodeScalarView(name.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }))
      return "unknown codec \"\(shown.prefix(60))\" (supported: \(names))"
    }
    return "codec lzo is not supported (supported: \(names)); compact the table in Accumulo with "
      + "table.file.compress.type=zstd first"
  }
}
