import BlockFile

/// The meta block `accumulo.summaries.index`: which summarizers a file has. Accumulo: `SummaryWriter.writeConfig`.
///
///     15 ea 28 3e c0 3e 4c 49 | byte 1 (version) | VInt-W number of summarizers | each:
///     configuration                                                  (SummarizerConfiguration.swift)
///     boolean inline, never | VInt-W number of its block | VInt-W offset in there, 0
///
/// Block N is the meta block `accumulo.summaries.N` (SummaryBlock.swift).
struct SummaryIndex {
  private static let prefix = "accumulo.summaries."
  static let blockName = prefix + "index"
  private static let magic: Int64 = 0x15ea_283e_c03e_4c49
  private static let version: UInt8 = 1

  /// Each with the number of its block.
  var summarizers: [(configuration: SummarizerConfiguration, block: Int)]

  static func blockName(_ number: Int) -> String { prefix + "\(number)" }

  /// Whether a meta block of this name is the index or one of its blocks.
  static func names(_ block: String) -> Bool { block.hasPrefix(prefix) }

  init(_ configurations: [SummarizerConfiguration]) {
    summarizers = configurations.enumerated().map { ($1, $0) }
  }

  /// Throws `DecodeError`, and `UnsupportedFormat` for another version.
  init(from reader: inout ByteReader) throws {
    let magic = try reader.int64("magic of the summaries")
    guard magic == Self.magic else {
      throw DecodeError(
        at: 0, expected: "magic \(String(Self.magic, radix: 16))",
        found: String(UInt64(bitPattern: magic), radix: 16))
    }
    let version = try reader.byte("version of the summaries")
    guard version == Self.version else {
      throw UnsupportedFormat("summaries of version \(version), which are not supported; Accumulo 2.1 writes version 1")
    }
    let count = try reader.writableCount("number of summarizers", ofSize: 8)
    try reader.reserve(count, ofSize: 256, "summarizers")
    summarizers = []
    var blocks: Set<Int64> = []
    for _ in 0..<count {
      let configuration = try SummarizerConfiguration(from: &reader)
      let at = reader.offset
      let isInline = try reader.boolean("inline flag of a summary")
      let block = try reader.writableVLong("block of a summary")
      let offset = try reader.writableVLong("offset of a summary")
      guard !isInline, offset == 0, 0...Int64(Int32.max) ~= block else {
        throw DecodeError(
          at: at, expected: "a summary in a block of its own",
          found: "block \(block), offset \(offset)\(isInline ? ", inline" : "")")
      }
      // Otherwise a small index could have one large block read a hundred thousand times.
      guard blocks.insert(block).inserted else {
        throw DecodeError(at: at, expected: "a summary in a block of its own", found: "block \(block) twice")
      }
      summarizers.append((configuration, Int(block)))
    }
    try reader.checkAtEnd("the summaries' index")
  }

  func encode(into bytes: inout [UInt8]) {
    bytes.appendBigEndian(Self.magic)
    bytes.append(Self.version)
    bytes.appendWritableVLong(Int64(summarizers.count))
    for (configuration, block) in summarizers {
      configuration.encode(into: &bytes)
      bytes.append(0)
      bytes.appendWritableVLong(Int64(block))
      bytes.appendWritableVLong(0)
    }
  }
}
