// Opens the container: footer, meta index, default codec. It deals in blocks and never sees keys.

/// A container open for reading. Finds and inflates its blocks. Several threads can use it at the same time, each with
/// its own loader.
package final class BCFileReader: Sendable {
  package let source: ByteSource
  package let version: BCFileVersion
  private let metaIndex: MetaIndex
  private let dataIndex: DataIndex
  /// No block can extend beyond this offset.
  package let blocksEnd: Int64
  /// The limit of the loader that opened the file.
  package let limit: BlockLimit

  package var path: String { source.path }
  /// The codec of the data blocks.
  package var codec: Codec { dataIndex.codec }
  /// Sorted by name.
  package var metaBlocks: [MetaBlock] { metaIndex.blocks }
  /// The regions of the data blocks in files of RFile versions 3 and 4; empty in later versions.
  package var dataRegions: [BlockRegion] { dataIndex.regions }

  /// Reads footer, meta index and `BCFile.index`. Throws `SystemError` or `FileError`.
  package init(_ source: ByteSource, loader: BlockLoader = BlockLoader()) throws {
    self.source = source
    limit = loader.limit
    let (footer, metaIndexRange) = try FileError.locating(source.path, "footer") { try Self.readFooter(source) }
    version = footer.version
    blocksEnd = footer.metaIndexOffset
    metaIndex = try FileError.locating(source.path, "meta index") {
      try Self.readMetaIndex(source, metaIndexRange, loader.limit)
    }
    guard let index = metaIndex[name: DataIndex.blockName] else {
      throw FileError(path: source.path, place: "meta index", cause: "block \(DataIndex.blockName) is missing")
    }
    let bytes = try Self.read(index, source, end: blocksEnd, loader: loader)
    dataIndex = try FileError.locating(source.path, "block \(DataIndex.blockName)") {
      var reader = ByteReader(bytes, limit: loader.limit)
      let dataIndex = try DataIndex(from: &reader)
      try reader.checkAtEnd("the data index")
      return dataIndex
    }
  }

  /// The raw bytes of a meta block, or nil when the file has no such block.
  package func metaBlock(_ name: String, loader: BlockLoader) throws -> [UInt8]? {
    guard let block = metaIndex[name: name] else { return nil }
    return try Self.read(block, source, end: blocksEnd, loader: loader)
  }

  /// Inflates a data or index block into `buffer`, and puts its stored bytes into `stored` if given. `place` names the
  /// block in errors ("data block 17").
  package func load(
    _ region: BlockRegion, into buffer: BlockBuffer, stored: BlockBuffer? = nil, loader: BlockLoader,
    place: @autoclosure () -> String
  ) throws {
    if let refusal = refusal(of: region, place()) { throw refusal }
    try FileError.locating(path, "\(place()) at offset \(region.offset)") {
      try loader.load(region, codec: codec, from: source, into: buffer, stored: stored)
    }
  }

  /// Why a data or index block must not be loaded: its region is outside the file's blocks, its sizes are impossible,
  /// or it is larger than the limit. Nil if it can be loaded.
  package func refusal(of region: BlockRegion, _ place: @autoclosure () -> String) -> FileError? {
    Self.refusal(of: region, codec, source.path, end: blocksEnd, limit, place())
  }

  private static func refusal(
    of region: BlockRegion, _ codec: Codec, _ path: String, end: Int64, _ limit: BlockLimit,
    _ place: @autoclosure () -> String
  ) -> FileError? {
    if let problem = region.problem(codec: codec, end: end) {
      return FileError(path: path, place: place(), cause: problem)
    }
    return limit.problem(with: region).map { FileError(path: path, place: place(), kind: .unsupported, cause: $0) }
  }

  private static func read(
    _ block: MetaBlock, _ source: ByteSource, end: Int64, loader: BlockLoader
  ) throws -> [UInt8] {
    let place = "block \(block.name)"
    let codec = try FileError.locating(source.path, place) { try Codec(named: block.codecName) }
    if let refusal = refusal(of: block.region, codec, source.path, end: end, loader.limit, place) { throw refusal }
    let buffer = BlockBuffer()
    return try FileError.locating(source.path, "\(place) at offset \(block.region.offset)") {
      try loader.load(block.region, codec: codec, from: source, into: buffer)
      return [UInt8](buffer.bytes)
    }
  }

  /// Reads the footer and the range of the meta index. Also checks everything else at the two ends of the file.
  private static func readFooter(_ source: ByteSource) throws -> (Footer, metaIndex: Range<Int64>) {
    let smallest = Int64(BCFile.headerSize + Footer.smallestSize)
    guard source.count >= smallest else {
      throw FileError(
        path: source.path,
        cause: "not an RFile: \(source.count) bytes, and the smallest RFile has more than \(smallest)")
    }
    let tail = try source.bytes(at: source.count - Int64(Footer.largestSize), count: Footer.largestSize)
    let startsWithMagic = try source.bytes(at: 0, count: BCFile.magic.count) == BCFile.magic
    guard tail.suffix(BCFile.magic.count).elementsEqual(BCFile.magic) else {
      throw FileError(
        path: source.path,
        cause: startsWithMagic
          ? "it starts as an RFile but does not end as one: truncated, or still being written"
          : "not an RFile: there is no magic at its end")
    }
    guard startsWithMagic else {
      throw FileError(path: source.path, cause: "damaged: there is no magic at its start")
    }
    var reader = ByteReader(tail)
    let footer = try Footer(from: &reader)
    let metaIndex = try footer.metaIndex(inFileOf: source.count)
    try refuseEncryption(source, footer)
    return (footer, metaIndex)
  }

  private static func refuseEncryption(_ source: ByteSource, _ footer: Footer) throws {
    guard let range = try footer.cryptoParameters(inFileOf: source.count) else { return }
    var reader = ByteReader(try source.bytes(at: range.lowerBound, count: range.count))
    let parameters = try CryptoParameters(from: &reader)
    try reader.checkAtEnd("the crypto parameters")
    guard parameters == .none else {
      throw UnsupportedFormat(
        "encrypted by \(parameters.serviceName ?? "a crypto service"), which is not supported; compact the table in "
          + "Accumulo without table.crypto.* settings first")
    }
  }

  private static func readMetaIndex(
    _ source: ByteSource, _ range: Range<Int64>, _ limit: BlockLimit
  ) throws -> MetaIndex {
    guard range.count <= 64 << 20 else {
      throw FileError(
        path: source.path, place: "footer", cause: "a meta index of \(range.count) bytes is implausibly large")
    }
    var reader = ByteReader(try source.bytes(at: range.lowerBound, count: range.count), limit: limit)
    let metaIndex = try MetaIndex(from: &reader)
    try reader.checkAtEnd("the meta index")
    return metaIndex
  }
}
