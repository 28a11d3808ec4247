/// Writes the container: blocks in the order they are added, named meta blocks, then the footer. See BCFile.swift.
///
/// With a pool, helpers deflate data blocks while the next ones are built. The owner's thread writes them in order, so
/// the file is the same with any number of threads.
package final class BCFileWriter {
  package let codec: Codec
  private let sink: ByteSink
  /// What data blocks are compressed with; nil for the codec none, and when `store` does it.
  private let ladder: Ladder?
  /// Returns the stored bytes of a block that is not in a stream, valid until the next call.
  private let store: (UnsafeRawBufferPointer) -> UnsafeRawBufferPointer
  private let onWrite: ((Int) throws -> Void)?
  private var metaBlocks: [MetaBlock] = []

  /// For the blocks that this thread compresses itself.
  private let tools: CodecTools
  private let compressed = BlockBuffer()
  private let pool: CodecPool?
  /// Blocks that are not written yet, the oldest first, and blocks to be reused.
  private var pending: [PendingBlock] = []
  private var free: [PendingBlock] = []
  private var pendingBytes = 0

  /// The codec must have the level. Index and meta blocks get the `metaRung` of its ladder. `onWrite` is called with the
  /// stored size (bytes) of each block after it was written, to count, slow down or stop; it can throw.
  package convenience init(
    _ sink: ByteSink, codec: Codec, level: CompressionLevel = .auto, pool: CodecPool? = nil,
    onWrite: ((Int) throws -> Void)? = nil
  ) throws {
    guard let ladder = Ladder(codec, level) else {
      try self.init(sink, codec: codec, onWrite: onWrite) { $0 }
      return
    }
    let tools = CodecTools()
    let compressed = BlockBuffer()
    try self.init(sink, codec: codec, ladder: ladder, tools: tools, pool: pool, onWrite: onWrite) { raw in
      tools.compressor(ladder.metaRung).compress(raw, into: compressed)
      return compressed.bytes
    }
  }

  /// Stores blocks with another function than our compressor. Tests use it to replay Accumulo's bytes.
  package convenience init(
    _ sink: ByteSink, codec: Codec, onWrite: ((Int) throws -> Void)? = nil,
    store: @escaping (UnsafeRawBufferPointer) -> UnsafeRawBufferPointer
  ) throws {
    try self.init(sink, codec: codec, ladder: nil, tools: CodecTools(), pool: nil, onWrite: onWrite, store: store)
  }

  private init(
    _ sink: ByteSink, codec: Codec, ladder: Ladder?, tools: CodecTools, pool: CodecPool?,
    onWrite: ((Int) throws -> Void)?, store: @escaping (UnsafeRawBufferPointer) -> UnsafeRawBufferPointer
  ) throws {
    self.sink = sink
    self.codec = codec
    self.ladder = ladder
    self.tools = tools
    self.pool = pool?.ifHelpful
    self.onWrite = onWrite
    self.store = store
    try sink.append(BCFile.magic)
  }

  deinit {
    guard let pool else { return }
    for block in pending where !block.isReady { pool.withdraw(block) }
  }

  /// Bytes written so far, without pending blocks.
  package var count: Int64 { sink.count }

  /// Compresses and writes one block immediately, before all pending blocks. Returns its region.
  package func writeBlock(_ raw: UnsafeRawBufferPointer) throws -> BlockRegion {
    try append(store(raw), rawSize: raw.count)
  }

  /// Begins a stream of data blocks, whose compression does not depend on those of other streams.
  package func makeStream() -> BlockStream { BlockStream(ladder) }

  /// Takes over the contents of `raw`, which becomes empty: the next block of the stream. `then` gets the block's region
  /// after the block was written: in the order of the blocks, on this thread, in this call or a later one.
  package func add(
    _ raw: BlockBuffer, to stream: BlockStream, then: @escaping (BlockRegion) throws -> Void
  ) throws {
    guard let order = stream.order(raw.bytes, with: tools) else {
      try then(writeBlock(raw.bytes))
      return raw.removeAll()
    }
    if let stored = try stream.takeKnown(raw.bytes, path: sink.path) {
      try flush()
      // The choice of later blocks depends on samples, so these are compressed all the same.
      if order.isSample { stream.note(order.compress(raw.bytes, into: compressed, with: tools), of: order) }
      try then(append(stored.bytes, rawSize: raw.count))
      return raw.removeAll()
    }
    guard let pool, raw.count <= CodecPool.mostBytes else {
      try flush()
      let sizes = order.compress(raw.bytes, into: compressed, with: tools)
      stream.note(sizes, of: order)
      try then(append(compressed.bytes, rawSize: raw.count))
      return raw.removeAll()
    }
    let block = takeFree(then)
    block.raw.swap(with: raw)
    raw.removeAll()
    block.begin(order, of: stream, in: pool)
    try enqueue(block)
  }

  /// Takes over the contents of `stored`, a block that is already compressed; inflated, it has `rawSize` bytes.
  package func add(
    stored: BlockBuffer, rawSize: Int, then: @escaping (BlockRegion) throws -> Void
  ) throws {
    guard !pending.isEmpty else { return try then(append(stored.bytes, rawSize: rawSize)) }
    let block = takeFree(then)
    block.take(stored, rawSize: rawSize)
    try enqueue(block)
  }

  /// Writes all pending blocks.
  package func flush() throws {
    while !pending.isEmpty { try writeFirst() }
  }

  private func enqueue(_ block: PendingBlock) throws {
    pending.append(block)
    pendingBytes += block.rawSize
    while let first = pending.first, let pool,
      pending.count > pool.writeBehindLimit || pendingBytes > CodecPool.mostBytes || first.isReady
        || pool.isDone(first) || pool.isBusy
    {
      try writeFirst()
    }
  }

  private func writeFirst() throws {
    let block = pending.removeFirst()
    pendingBytes -= block.rawSize
    if !block.isReady { pool?.finish(block) }
    block.end()
    let then = block.then
    block.then = nil
    let region = try append(block.stored.bytes, rawSize: block.rawSize)
    free.append(block)
    try then?(region)
  }

  private func takeFree(_ then: @escaping (BlockRegion) throws -> Void) -> PendingBlock {
    let block = free.popLast() ?? PendingBlock()
    block.then = then
    return block
  }

  private func append(_ stored: UnsafeRawBufferPointer, rawSize: Int) throws -> BlockRegion {
    let region = BlockRegion(
      offset: sink.count, compressedSize: Int64(stored.count), rawSize: Int64(rawSize))
    try sink.append(stored)
    try onWrite?(stored.count)
    return region
  }

  /// Appends a named block. Call it after the data blocks, once per name.
  package func writeMetaBlock(_ name: String, _ raw: [UInt8]) throws {
    precondition(!metaBlocks.contains { $0.name == name })
    try flush()
    let region = try raw.withUnsafeBytes { try writeBlock($0) }
    metaBlocks.append(MetaBlock(name: name, codecName: codec.rawValue, region: region))
  }

  /// Writes `BCFile.index`, the meta index and the footer, then syncs and closes the file.
  package func finish() throws {
    var index: [UInt8] = []
    DataIndex(codec: codec).encode(into: &index)
    try writeMetaBlock(DataIndex.blockName, index)

    let metaIndexOffset = sink.count
    var tail: [UInt8] = []
    MetaIndex(metaBlocks).encode(into: &tail)
    let footer = Footer(
      metaIndexOffset: metaIndexOffset, cryptoParametersOffset: metaIndexOffset + Int64(tail.count))
    CryptoParameters.none.encode(into: &tail)
    footer.encode(into: &tail)
    try sink.append(tail)
    try sink.finish()
  }
}
