/// How the blocks of a file are compressed. Accumulo: `table.file.compress.type`, `CompressionAlgorithm`.
package enum Codec: String, Sendable, CaseIterable {
  /// Raw bytes.
  case none
  /// The zlib format (RFC 1950), whatever the name says.
  case gz
  /// Zstandard frames.
  case zstd

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
    }
  }

  /// What Accumulo's writers use: zlib's default 6, Hadoop's default 3 for zstd. libdeflate's 6 gives no more bytes.
  package var defaultLevel: Int {
    switch self {
    case .none: 0
    case .gz: 6
    case .zstd: 3
    }
  }

  /// Names of Accumulo's codecs that this program does not read or write.
  package static let unsupported = ["snappy", "lz4", "bzip2", "lzo"]

  /// What to tell somebody whose file or table has the codec `name`, which is none of ours.
  package static func refusal(of name: String) -> String {
    guard unsupported.contains(name) else { return "unknown codec \"\(name)\" (supported: none, gz, zstd)" }
    return "codec \(name) is not supported (supported: none, gz, zstd); compact the table in Accumulo with "
      + "table.file.compress.type=zstd first"
  }
}
