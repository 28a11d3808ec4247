/// How the blocks of a file are compressed. Accumulo: `table.file.compress.type`, `CompressionAlgorithm`.
///
/// A codec whose library was not built in is no case here, so it is refused wherever a name becomes a codec.
package enum Codec: String, Sendable, CaseIterable {
  /// Raw bytes.
  case none
  /// The zlib format (RFC 1950), whatever the name says.
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

  /// The codec that a file calls `name`. Throws `UnsupportedFormat` for all that are none of ours.
  init(named name: String) throws(UnsupportedFormat) {
    guard let codec = Codec(rawValue: name) else { throw UnsupportedFormat(Self.refusal(of: name)) }
    self = codec
  }

  /// Compression levels that may be asked for; nil where there are none. Those of gz depend on the engine that was
  /// built in: 1 to 12 with libdeflate, 1 to 9 with zlib.
  package var levels: ClosedRange<Int>? {
    switch self {
    case .none: nil
    case .gz: DeflateEngine.best.levels
    case .zstd: 1...22
    #if Snappy
      case .snappy: nil
    #endif
    #if LZ4
      case .lz4: LZ4Chunks.levels
    #endif
    #if Bzip2
      // The size of what is sorted at once, in units of 100,000 bytes.
      case .bzip2: 1...9
    #endif
    }
  }

  /// What Accumulo's writers use: zlib's default 6, Hadoop's defaults of 3 for zstd and 9 for bzip2, LZ4's fast compressor.
  /// libdeflate's 6 gives no more bytes than zlib's. 0 where there are no levels.
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

  /// `none, gz, zstd`: what this build reads and writes.
  package static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

  /// Codecs that a package trait builds in.
  private static let traits = ["snappy": "Snappy", "lz4": "LZ4", "bzip2": "Bzip2"]

  /// What to tell somebody whose file or table has the codec `name`, which is none of ours.
  package static func refusal(of name: String) -> String {
    if let trait = traits[name] {
      return
        "codec \(name) is not in this build, which has \(names): build actool with make, or with the trait \(trait)"
    }
    guard name == "lzo" else {
      // It comes from a file: what would break the line goes.
      let shown = String(String.UnicodeScalarView(name.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }))
      return "unknown codec \"\(shown.prefix(60))\" (supported: \(names))"
    }
    return "codec lzo is not supported (supported: \(names)); compact the table in Accumulo with "
      + "table.file.compress.type=zstd first"
  }
}
