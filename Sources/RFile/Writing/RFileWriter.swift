package import BlockFile
package import Entries

/// Why an entry cannot be appended to an RFile.
package enum RFileWriteError: Error, Equatable, CustomStringConvertible {
  case outOfOrder(Key, after: Key)
  /// The group does not accept entries of this family; nil is the default group.
  case foreignFamily([UInt8], group: String?)
  case entryTooLarge(Int)
  /// A Bloom filter that has so many rows and needs another.
  case filterTooLarge(Int)

  package var description: String {
    switch self {
    case .outOfOrder(let key, let last):
      "entry \(Self.text(key)) comes after \(Self.text(last)): entries must be appended in order"
    case .foreignFamily(let family, let group?):
      "family \"\(ByteText.encode(family))\" does not belong to locality group \(group)"
    case .foreignFamily(let family, nil):
      "family \"\(ByteText.encode(family))\" belongs to another locality group than the default one"
    case .entryTooLarge(let size): "an entry of \(size) bytes does not fit into a block of 2 GiB"
    case .filterTooLarge(let rows):
      "a Bloom filter of more than \(rows) rows does not fit into a block of 2 GiB: raise table.bloom.error.rate"
    }
  }

  private static func text(_ key: Key) -> String {
    let fields = [key.row, key.family, key.qualifier, key.visibility].map { ByteText.encode($0.prefix(64)) }
    return "\(fields[0]) \(fields[1]):\(fields[2]) [\(fields[3])] \(key.timestamp)\(key.deleted ? " deleted" : "")"
  }
}

/// Writes an RFile of version 8. Accumulo: `RFile.Writer`.
///
/// Start the named locality groups one after another, then the default group, and append the entries of each in order;
/// then `finish`. The same entries and settings give the same blocks and index as Accumulo.
package final class RFileWriter {
  package struct Options: Hashable, Sendable {
    /// `table.file.compress.type`
    package var codec: Codec
    /// The codec must have it.
    package var level: CompressionLevel
    /// Raw bytes; `table.file.compress.blocksize`. 1 to 2^31 - 1.
    package var blockSize: Int
    /// Raw bytes; `table.file.compress.blocksize.index`. 1 to 2^31 - 1.
    package var indexBlockSize: Int
    /// Nil: the file gets no Bloom filter.
    package var bloom: BloomSettings?
    /// Nil: no sample.
    package var sampler: Sampler?
    /// Bytes of sampled entries that wait in memory; Accumulo has no property for it.
    var sampleBufferSize = SampleWriter.bufferSize
    /// See `BlockSizes.gathered`.
    var gatheredIndexBytes = BlockSizes.gathered
    /// Nil: no summaries.
    package var summaries: SummarySettings?
    /// Whether to list the data blocks for `state()`.
    package var listsBlocks = false

    package init(
      codec: Codec = .gz, level: CompressionLevel = .auto, blockSize: Int = 100 << 10, indexBlockSize: Int = 128 << 10
    ) {
      self.codec = codec
      self.level = level
      self.blockSize = blockSize
      self.indexBlockSize = indexBlockSize
    }
  }

  let file: BCFileWriter
  private let options: Options
  private let sizes: BlockSizes
  private let block = BlockBuffer()
  private lazy var sampleBlock = BlockBuffer()
  private(set) var finished: [LocalityGroupWriter] = []
  private var current: LocalityGroupWriter?
  private var taken: Set<[UInt8]> = []
  /// Nil: the file gets nothing beside its blocks.
  let layers: WriterLayers?

  /// Begins a file in `sink`. Helpers of the pool deflate blocks; the file is the same without them. `onWrite` is
  /// called with the stored size (bytes) of each block after it was written, and can throw.
  package convenience init(
    _ sink: ByteSink, options: Options = Options(), pool: CodecPool? = nil, onWrite: ((Int) throws -> Void)? = nil
  ) throws {
    try self.init(
      BCFileWriter(sink, codec: options.codec, level: options.level, pool: pool, onWrite: onWrite), options: options)
  }

  /// Writes into a container that was already begun, with the container's codec and level.
  package init(_ file: BCFileWriter, options: Options) throws {
    precondition(1...BlockSizes.largest ~= options.blockSize && 1...BlockSizes.largest ~= options.indexBlockSize)
    sizes = BlockSizes(
      block: options.blockSize, index: options.indexBlockSize, gathered: options.gatheredIndexBytes)
    self.file = file
    self.options = options
    layers = WriterLayers(options)
  }

  /// Entries appended so far.
  package var entries: Int64 { finished.reduce(0) { $0 + $1.entries } + (current?.entries ?? 0) }

  /// Bytes written so far.
  package var size: Int64 { file.count }

  /// Begins a named group for exactly these families. No previous group can have any of them.
  package func startLocalityGroup(_ name: String, families: Set<[UInt8]>) throws {
    precondition(current?.name != nil || finished.isEmpty && current == nil, "the default group comes last")
    if let family = families.first(where: { taken.contains($0) }) {
      throw RFileWriteError.foreignFamily(family, group: name)
    }
    try startGroup(name, families)
    taken.formUnion(families)
  }

  /// Begins the last group, for all other families.
  package func startDefaultLocalityGroup() throws {
    precondition(current?.name != nil || current == nil, "the default group comes once")
    try startGroup(nil, [])
  }

  private func startGroup(_ name: String?, _ families: Set<[UInt8]>) throws {
    try finishGroup()
    func makeGroup(_ block: BlockBuffer) -> LocalityGroupWriter {
      LocalityGroupWriter(
        name: name, families: families, taken: FamilyTable(taken), file: file, sizes: sizes, block: block)
    }
    let group = makeGroup(block)
    if options.listsBlocks { group.written = WrittenBlocks() }
    if let sampler = options.sampler {
      group.sample = SampleWriter(sampler, limit: options.sampleBufferSize, into: makeGroup(sampleBlock))
    }
    current = group
    layers?.startGroup(group)
  }

  /// Appends an entry to the current group. Its key must not sort before the last key. Throws `RFileWriteError` and
  /// `SystemError`.
  @inline(__always) package func append(_ entry: EntryPointer) throws {
    if let layers { try layers.add(entry) }
    try currentGroup.append(entry)
  }

  /// Appends the rest of a cursor. Every written entry is added to the account.
  package func append(contentsOf entries: any EntryCursor, account: LedgerAccount? = nil) throws {
    let group = currentGroup
    if let layers { return try append(contentsOf: entries, to: group, layers, account: account) }
    guard let account else {
      while let entry = try entries.next() { try group.append(entry) }
      return
    }
    while let entry = try entries.next() {
      try group.append(entry)
      account.add()
    }
  }

  /// The same for a file with layers: apart, so that the others do not ask for them with each entry.
  private func append(
    contentsOf entries: any EntryCursor, to group: LocalityGroupWriter, _ layers: WriterLayers, account: LedgerAccount?
  ) throws {
    while let entry = try entries.next() {
      try layers.add(entry)
      try group.append(entry)
      account?.add()
    }
  }

  @inline(__always) var currentGroup: LocalityGroupWriter {
    guard let current else { preconditionFailure("start a locality group first") }
    return current
  }

  /// The number of data blocks of the finished groups, and how many of them were taken over from inputs.
  package var blocks: Int { finished.reduce(0) { $0 + $1.blocks } }
  package var blocksReused: Int { finished.reduce(0) { $0 + $1.blocksReused } }

  /// How many data blocks of the finished groups were compressed with each rung, from cheap to dear. Blocks of samples
  /// do not count.
  package var rungs: [(rung: Rung, blocks: Int)] {
    var sums: [(rung: Rung, blocks: Int)] = []
    for (rung, blocks) in finished.flatMap(\.stream.rungs) {
      if let known = sums.firstIndex(where: { $0.rung == rung }) {
        sums[known].blocks += blocks
      } else {
        sums.append((rung, blocks))
      }
    }
    return sums.sorted { $0.rung.level < $1.rung.level }
  }

  /// Whether the file gets its own version of this extra of an input: see `MergeInputs.extras`.
  package func makesAnew(_ name: String) -> Bool { layers?.makes(name) ?? false }

  /// Writes index and footer, then syncs and closes the file. Returns its size in bytes.
  package func finish() throws -> Int64 {
    try finishGroup()
    try layers?.writeBlocks(to: file)
    var index: [UInt8] = []
    RFileIndex(
      groups: finished.map(\.metadata), sampleGroups: finished.compactMap(\.sample?.group.metadata),
      sampler: options.sampler?.configuration
    ).encode(into: &index)
    try file.writeMetaBlock(RFileIndex.blockName, index)
    try file.finish()
    return file.count
  }

  private func finishGroup() throws {
    guard let group = current else { return }
    layers?.finishGroup()
    try group.finish()
    finished.append(group)
    current = nil
  }
}
