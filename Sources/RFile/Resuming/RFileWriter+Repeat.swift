package import BlockFile
package import Entries

// Brings a new writer to the state in which another one was, by giving it the entries that the other one got. They are
// decoded from the blocks of the partial file:
//
//     partial file ─ stored block ─┬─ inflated ─ decoded ─ entries ─> layers, group writer ─> raw block ─┐ compared
//                                  └─────────────────────────────────────────────────────> sink <──────┘
//
// The group writer cuts the same blocks again. Instead of being compressed, each is compared with the inflated block, and
// its stored bytes go to the sink, which compares them with the file: see `ByteSink.init(repeating:count:)`. Index blocks
// and blocks of samples are made again and compared, too. So nothing of the partial file is believed that would not have
// been written.

extension RFileWriter {
  /// Repeats blocks of the current group.
  ///
  /// - Parameters:
  ///   - source: the partial file.
  ///   - account: every entry is added to it.
  ///   - beat: called for each block; what it throws is passed on.
  package func repeatGroup(
    _ blocks: WrittenBlocks, of source: ByteSource, account: LedgerAccount?, beat: () throws -> Void
  ) throws {
    let repeater = BlockRepeater(self, account)
    defer { repeater.free() }
    try blocks.visit { block in
      try beat()
      try repeater.add(block, of: source, codec: file.codec, isInFile: true)
    }
  }

  /// Repeats what follows the blocks of the last group.
  package func repeatTail(_ tail: WriterState.Tail, account: LedgerAccount?) throws {
    let repeater = BlockRepeater(self, account)
    defer { repeater.free() }
    let block = WrittenBlock(
      region: BlockRegion(offset: 0, compressedSize: Int64(tail.bytes.count), rawSize: Int64(tail.rawSize)),
      entryCount: tail.entries, isCopied: tail.isCopied)
    try repeater.add(
      block, of: ByteSource(bytes: tail.bytes, name: "the checkpoint"), codec: tail.isCopied ? file.codec : .none,
      isInFile: false)
  }

  /// Nothing that was repeated is pending any more.
  package func endRepeating() throws { try file.flush() }
}

/// Appends the entries of blocks to a writer.
private struct BlockRepeater {
  private let writer: RFileWriter
  private let account: LedgerAccount?
  private let loader = BlockLoader(limit: .none)
  private let decoder: UnsafeMutablePointer<RelativeKeyDecoder>
  private let view: EntryPointer

  init(_ writer: RFileWriter, _ account: LedgerAccount?) {
    self.writer = writer
    self.account = account
    decoder = .allocate(capacity: 1)
    decoder.initialize(to: RelativeKeyDecoder())
    let offset = MemoryLayout<RelativeKeyDecoder>.offset(of: \RelativeKeyDecoder.view)!
    view = UnsafeRawPointer(decoder).advanced(by: offset).assumingMemoryBound(to: EntryView.self)
  }

  func free() {
    decoder.pointee.free()
    decoder.deallocate()
  }

  /// - Parameter isInFile: the group writer will end this block.
  func add(_ block: WrittenBlock, of source: ByteSource, codec: Codec, isInFile: Bool) throws {
    let (raw, stored) = (BlockBuffer(), BlockBuffer())
    if let problem = block.region.problem(codec: codec, end: source.count) {
      throw RepeatedBytesError(path: source.path, problem: "cannot have a block of the checkpoint: \(problem)")
    }
    try loader.load(block.region, codec: codec, from: source, into: raw, stored: codec == .none ? nil : stored)
    decoder.pointee.begin(raw.start, count: raw.count)
    if block.isCopied {
      try copy(block, raw, stored)
    } else {
      if isInFile, codec != .none { writer.currentGroup.stream.expect(raw, stored: stored) }
      for _ in 0..<block.entryCount {
        try decoder.pointee.decode()
        try writer.append(view)
        account?.add(view)
      }
    }
    guard decoder.pointee.isAtEnd else {
      throw RepeatedBytesError(path: source.path, problem: "has more entries in a block than its checkpoint says")
    }
  }

  private func copy(_ block: WrittenBlock, _ raw: BlockBuffer, _ stored: BlockBuffer) throws {
    let (first, families, counts) = (EntryBuffer(), FamilyTable(), writer.currentGroup.familyRules.counts)
    var sum = EntrySum()
    for number in 0..<block.entryCount {
      try decoder.pointee.decode()
      if number == 0 { first.copyKey(view.pointee) }
      if account != nil { sum.add(view) }
      guard counts else { continue }
      families.increment(families.find(view.pointee.family) ?? families.insert(view.pointee.family))
    }
    guard block.entryCount > 0 else { return }
    let whole = WholeBlock(
      stored: stored, raw: raw, entryCount: block.entryCount, first: EntryPointer(first.view), last: view, versions: 1,
      families: families, sum: sum)
    try writer.layers?.add(whole)
    try writer.currentGroup.append(whole)
    account?.add(sum)
  }
}
