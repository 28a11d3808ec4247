import BlockFile
import Entries

// Writes one group into a file: entries -> blocks -> index. Accumulo: `RFile.LocalityGroupWriter` and
// `LocalityGroupMetadata`.
//
// When does a block end? Not at a fixed size, but at the first good place after it. Let the block be larger than the
// block size, L the last key in it, K the key to append, and C a shortened key between them (KeyShortener). The block
// ends before K if C is not longer than the average key (or the block is already 10 % too large), and C is not a giant
// among recent keys. So index keys stay short, and a single huge key stays out of the index.

/// How blocks are cut. Accumulo: `table.file.compress.blocksize`, `table.file.compress.blocksize.index`.
struct BlockSizes {
  var block: Int
  var index: Int
  /// Bytes of index entries that wait, so that index blocks lie together; Accumulo has no property for it.
  var gathered = Self.gathered
  /// Above this size, a key of any ordinary length ends the block.
  var slack: Int { Int(Double(block) * 1.1) }
  /// The largest size of an array in Java.
  static let largest = Int(Int32.max)
  static let gathered = 10 << 20
}

final class LocalityGroupWriter {
  /// Nil for the default group.
  let name: String?
  let file: BCFileWriter
  let stream: BlockStream
  let sizes: BlockSizes
  let index: MultiLevelIndexWriter
  let families: FamilyTable
  /// The families of the previous groups, which the default group must not have.
  let taken: FamilyTable
  let block: BlockBuffer
  /// Nil: the file gets no sample.
  var sample: SampleWriter?

  /// A block that was taken over but is not written yet; see LocalityGroupWriter+Block.swift.
  var waiting: WaitingBlock?
  lazy var waitingBytes = BlockBuffer()
  var blocksReused = 0
  /// The data blocks in the file; nil: they are not listed.
  var written: WrittenBlocks?

  struct State {
    var last = LastKey()
    var keySizes = RollingKeySizes()
    /// Fixed while we look for a place to end the block; 0: not computed yet.
    var averageKeySize = 0.0
    var entriesInBlock = 0
    var entries: Int64 = 0
    /// False once the default group has too many families to count.
    var countsFamilies = true
    /// False once nothing depends on the family any more.
    var asksFamily = true
  }
  let state: UnsafeMutablePointer<State>
  var firstKey: Key?

  static let maxFamilies = 1000

  /// A named group accepts exactly `families`; the default group (nil) accepts all but those in `taken`.
  init(
    name: String?, families: Set<[UInt8]>, taken: FamilyTable, file: BCFileWriter, sizes: BlockSizes, block: BlockBuffer
  ) {
    self.name = name
    self.file = file
    stream = file.makeStream()
    self.sizes = sizes
    self.taken = taken
    self.block = block
    self.families = FamilyTable(families)
    index = MultiLevelIndexWriter(file, sizes)
    state = .allocate(capacity: 1)
    state.initialize(to: State())
    block.removeAll()
  }

  deinit {
    state.pointee.last.free()
    state.pointee.keySizes.free()
    state.deinitialize(count: 1)
    state.deallocate()
  }

  var entries: Int64 { state.pointee.entries }
  /// Data blocks in the index so far.
  var blocks: Int { index.totalAdded }

  @inline(__always) func append(_ entry: EntryPointer) throws {
    guard state.pointee.last.match(entry) else { throw outOfOrder(entry) }
    let keySize = entry.pointee.keySize
    let size = keySize &+ entry.pointee.value.count
    guard size < BlockSizes.largest - 128 else { throw RFileWriteError.entryTooLarge(size) }
    if state.pointee.asksFamily { try count(entry.pointee.family) }
    if state.pointee.entriesInBlock > 0 {
      if block.state.pointee.count > sizes.block { try endBlockIfGood(before: entry) }
    } else {
      try beginBlock(at: entry)
    }
    RelativeKeyEncoder.append(
      entry, after: &state.pointee.last, isFirst: state.pointee.entriesInBlock == 0, to: block.state)
    state.pointee.last.remember(entry)
    state.pointee.keySizes.add(keySize)
    state.pointee.entriesInBlock &+= 1
    state.pointee.entries &+= 1
  }

  /// Writes the last block and the index blocks, then the sample.
  func finish() throws {
    if state.pointee.entriesInBlock > 0 {
      try endBlock(state.pointee.last.view.key, isLast: true)
    } else if entries > 0 {
      try endWaiting(state.pointee.last.view.key, isLast: true)
    }
    try file.flush()
    try sample?.finish()
  }

  /// Ends the current block wherever it is, with its last key unshortened in the index.
  func endBlock() throws { try endBlock(state.pointee.last.view.key, isLast: false) }

  /// The group's metadata for `RFile.index`.
  var metadata: LocalityGroup {
    LocalityGroup(
      name: name, families: state.pointee.countsFamilies ? families.counts : nil, firstKey: firstKey,
      blockCount: index.totalAdded, root: index.root)
  }

  @inline(__always) private func count(_ family: ByteView) throws {
    if state.pointee.countsFamilies, let index = families.find(family) {
      families.increment(index)
    } else {
      try countNew(family)
    }
  }

  func stopCounting() {
    state.pointee.countsFamilies = false
    state.pointee.asksFamily = taken.count > 0
  }

  @inline(never) private func countNew(_ family: ByteView) throws {
    if let name { throw RFileWriteError.foreignFamily(family.array, group: name) }
    if taken.count > 0 && taken.find(family) != nil { throw RFileWriteError.foreignFamily(family.array, group: nil) }
    guard state.pointee.countsFamilies else { return }
    if families.count > Self.maxFamilies {
      stopCounting()
    } else {
      families.increment(families.insert(family))
    }
  }

  @inline(never) private func endBlockIfGood(before entry: EntryPointer) throws {
    let raw = block.count
    if state.pointee.averageKeySize == 0 { state.pointee.averageKeySize = state.pointee.keySizes.mean() }
    let last = state.pointee.last.view
    let short = KeyShortener.shorten(last, entry.pointee)
    let size = short?.size ?? last.keySize
    let isGood = Double(size) <= state.pointee.averageKeySize || raw > sizes.slack
    // 128 for everything that is stored with the key.
    let isFull = entry.pointee.keySize + entry.pointee.value.count + raw + 128 >= BlockSizes.largest
    if (isGood && !isGiant(size)) || isFull { try endBlock(short ?? last.key, isLast: false) }
  }

  private func isGiant(_ size: Int) -> Bool {
    let mean = state.pointee.keySizes.mean()
    return Double(size) > mean + max(9 * mean, 4 * state.pointee.keySizes.standardDeviation())
  }

  func endBlock(_ key: Key, isLast: Bool) throws {
    let entryCount = state.pointee.entriesInBlock
    // Unowned: this retains the file, and a file whose writing failed retains its pending blocks and their callbacks.
    try file.add(block, to: stream) { [unowned self] in
      try note(WrittenBlock(region: $0, entryCount: entryCount, isCopied: false), key, isLast: isLast)
    }
    state.pointee.entriesInBlock = 0
    state.pointee.averageKeySize = 0
    try sample?.groupEndedBlock()
  }

  /// Adds a block that was written to the index.
  func note(_ block: WrittenBlock, _ key: Key, isLast: Bool) throws {
    written?.append(block)
    try index.add(key, entryCount: block.entryCount, region: block.region, isLast: isLast)
  }

  @inline(never) func outOfOrder(_ entry: EntryPointer) -> RFileWriteError {
    .outOfOrder(entry.pointee.key, after: state.pointee.last.view.key)
  }
}
