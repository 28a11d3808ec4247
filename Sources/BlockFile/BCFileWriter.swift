/// Writes the container: blocks in the order they come, named meta blocks, then the footer. See BCFileFormat.swift.
public final class BCFileWriter {
  public let codec: Codec
  private let sink: ByteSink
  /// Gives the stored bytes of a block, valid until the next call.
  private let store: (UnsafeRawBufferPointer) -> UnsafeRawBufferPointer
  private let onWrite: ((Int) throws -> Void)?
  private var metaBlocks: [MetaBlock] = []

  /// `level` nil is the codec's default. `onWrite` is called with the stored size (bytes) of each block after it was
  /// written: to count, slow down or stop; it may throw.
  public convenience init(
    _ sink: ByteSink, codec: Codec, level: Int? = nil, onWrite: ((Int) throws -> Void)? = nil
  ) throws {
    guard codec != .none else {
      try self.init(sink, codec: codec, onWrite: onWrite) { $0 }
      return
    }
    let compressor = Compressor(codec, level: level)
    let compressed = BlockBuffer()
    try self.init(sink, codec: codec, onWrite: onWrite) { raw in
      compressor.compress(raw, into: compressed)
      return compressed.bytes
    }
  }

  /// With another way to get from raw to stored bytes than our compressor: tests bring Accumulo's own.
  package init(
    _ sink: ByteSink, codec: Codec, onWrite: ((Int) throws -> Void)? = nil,
    store: @escaping (UnsafeRawBufferPointer) -> UnsafeRawBufferPointer
  ) throws {
    self.sink = sink
    self.codec = codec
    self.onWrite = onWrite
    self.store = store
    try sink.append(BCFileFormat.magic)
  }

  /// Bytes written so far.
  public var count: Int64 { sink.count }

  /// Compresses and appends one block. Gives where it lies.
  public func writeBlock(_ raw: UnsafeRawBufferPointer) throws -> BlockRegion {
    let offset = sink.count
    try sink.append(store(raw))
    let region = BlockRegion(offset: offset, compressedSize: sink.count - offset, rawSize: Int64(raw.count))
    try onWrite?(Int(region.compressedSize))
    return region
  }

  /// Appends a block under a name. Each name once; after the data blocks.
  public func writeMetaBlock(_ name: String, _ raw: [UInt8]) throws {
    precondition(!metaBlocks.contains { $0.name == name })
    let region = try raw.withUnsafeBytes { try writeBlock($0) }
    metaBlocks.append(MetaBlock(name: name, codecName: codec.rawValue, region: region))
  }

  /// Writes `BCFile.index`, the meta index and the footer, then syncs and closes the file.
  public func finish() throws {
    var dataIndex: [UInt8] = []
    dataIndex.appendBCFileString(codec.rawValue)
    dataIndex.appendBCFileVLong(0)
    try writeMetaBlock(BCFileFormat.dataIndexName, dataIndex)

    let metaIndexOffset = sink.count
    var tail: [UInt8] = []
    tail.appendBCFileVLong(Int64(metaBlocks.count))
    for block in metaBlocks.sorted(by: { $0.name < $1.name }) {
      tail.appendBCFileString(BCFileFormat.metaNamePrefix + block.name)
      tail.appendBCFileString(block.codecName)
      block.region.encode(into: &tail)
    }
    let cryptoOffset = metaIndexOffset + Int64(tail.count)
    tail.appendBigEndian(Int32(BCFileFormat.noEncryption.count))
    tail += BCFileFormat.noEncryption
    tail.appendBigEndian(metaIndexOffset)
    tail.appendBigEndian(cryptoOffset)
    tail.appendBigEndian(Int16(3))
    tail.appendBigEndian(Int16(0))
    tail += BCFileFormat.magic
    try sink.append(tail)
    try sink.finish()
  }
}
