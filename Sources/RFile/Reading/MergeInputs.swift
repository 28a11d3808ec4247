package import BlockFile
package import Entries

// The entrance to every merge: for compactions, scans and verification. Every entry of an input is first seen here, or,
// if its block is taken over whole, by `BlockExaminer`.
//
//     input 0   group g   ─ GroupCursor ─┐
//               default   ─ GroupCursor ─┼─ MergeCursor ─ [FamilyFilter] ─ entries
//     input 1   default   ─ GroupCursor ─┘
//
// Groups without any selected family are not read. The filter is needed only when a group that is read has other
// families, too.

/// An input file of a merge.
package struct MergeInput: Hashable, Sendable {
  package var path: String
  /// The rows to read; all others are ignored.
  package var rows: RowRange
  /// The timestamp of every entry in place of that of its key, in ms since 1970; nil: that of its key.
  /// Accumulo: `TimeSettingIterator`.
  package var time: Int64?

  package init(_ path: String, rows: RowRange = .all, time: Int64? = nil) {
    self.path = path
    self.rows = rows
    self.time = time
  }
}

/// The merged entries of several files. Equal keys come in the order of the inputs.
package final class MergeInputs: EntryCursor {
  let merge: MergeCursor
  let filter: FamilyFilter?
  private let pause: MergePause
  /// For each source of the merge, the index of its input.
  private let inputs: [Int]
  private let count: UnsafeMutablePointer<Int64>
  /// For each source of the merge, the account of its input; nil without a ledger.
  private let accounts: [LedgerAccount]?
  /// Nil: no input has a set time, or there is no ledger.
  private let timed: TimedInputs?
  /// Extras of the inputs that our outputs never have: names of meta blocks (Bloom filters, summaries), and `sample`.
  package let extras: Set<String>
  /// What `extras` calls a sample.
  static let sampleName = "sample"

  /// Opens all files. Throws `SystemError` and `FileError`, as `next()` does.
  ///
  /// - Parameters:
  ///   - reusable: blocks that may be taken over as a whole; their stored bytes are kept. Nil: none.
  ///   - ledger: takes every entry to the account of its input; it must outlive this.
  ///   - unsound: takes what is wrong with files that can be read all the same; nil: it is thrown.
  ///   - kind: the entries, or their samples, which must all have been taken in the same way.
  ///   - start: keys before it are not read; nil: all keys of the rows.
  ///   - pause: pauses the merge; nil: it never pauses.
  ///   - open: returns the open file at a path; nil: each file is opened anew.
  package init(
    _ inputs: [MergeInput], families: FamilySelection = .all, reusable: ReusableBlocks? = nil,
    ledger: EntryLedger? = nil, unsound: UnsoundInputs? = nil, kind: GroupKind = .data,
    from start: Key? = nil, pause: MergePause? = nil, open: ((String) throws -> RFileReader)? = nil,
    loader: BlockLoader
  ) throws {
    var cursors: [GroupCursor] = []
    var inputsOfCursors: [Int] = []
    var extras: Set<String> = []
    var needsFilter = false
    var agreement = SampleAgreement()
    for (number, input) in inputs.enumerated() {
      // The reader is freed in each round: a cursor keeps the file open, but not the whole index in memory.
      let reader = try open?(input.path) ?? RFileReader(path: input.path, loader: loader)
      if kind == .sample { try agreement.add(reader) }
      let added = try reader.cursors(rows: input.rows, from: start, families: families, kind, loader: loader)
      for cursor in added { cursor.feed.unsound = unsound }
      if let time = input.time {
        for cursor in added { cursor.state.pointee.decoder.set(time: time) }
      } else if let reusable, reader.file.codec == reusable.codec {
        for cursor in added { cursor.keepBlocks(reusable) }
      }
      cursors += added
      inputsOfCursors += added.map { _ in number }
      needsFilter = needsFilter || reader.exceeds(families, kind)
      extras.formUnion(reader.extraMetaBlocks)
      if !reader.sampleGroups.isEmpty { extras.insert(Self.sampleName) }
    }
    self.pause = pause ?? MergePause()
    self.pause.begin()
    self.inputs = inputsOfCursors
    accounts = ledger.map { ledger in inputsOfCursors.map { ledger.account(.input($0)) } }
    timed = ledger.flatMap { TimedInputs(inputsOfCursors.map { inputs[$0].time != nil }, $0) }
    self.extras = extras
    merge = MergeCursor(cursors)
    filter = needsFilter ? FamilyFilter(families) : nil
    count = .allocate(capacity: 1)
    count.initialize(to: 0)
  }

  deinit { count.deallocate() }

  /// Entries returned so far, including those of blocks that were taken over.
  package var entriesRead: Int64 { count.pointee }

  /// The index of the input that the last entry came from.
  package var currentInput: Int { inputs[merge.currentSource] }

  package func next() throws -> EntryPointer? {
    if pause.state.pointee.isWanted { return try nextOrPause() }
    guard let entry = try select() else { return nil }
    return take(entry)
  }

  /// The next entry of a wanted family.
  @inline(__always) private func select() throws -> EntryPointer? {
    while let entry = try merge.step() {
      if let filter, !filter.passes(entry.pointee.family) { continue }
      return entry
    }
    return nil
  }

  /// Enters an entry that is given out into the books.
  @inline(__always) private func take(_ entry: EntryPointer) -> EntryPointer {
    count.pointee &+= 1
    if let accounts {
      let source = merge.currentSource
      if let timed, timed.isTimed[source] {
        timed.add(entry, keyTime: merge.sources[source].state.pointee.decoder.keyTime, to: accounts[source])
      } else {
        accounts[source].add(entry)
      }
    }
    return entry
  }

  /// `next()` while a pause is wanted.
  @inline(never) private func nextOrPause() throws -> EntryPointer? {
    if pause.isPaused { return nil }
    guard let entry = try select() else {
      if let first = merge.blockAhead?.first { _ = pause.pause(before: first) }
      return nil
    }
    if pause.pause(before: entry) {
      merge.hold()
      return nil
    }
    if !pause.state.pointee.hasCell { pause.remember(entry) }
    return take(entry)
  }

  /// Counts the entries of a block that was taken over.
  func note(_ block: WholeBlock) {
    count.pointee &+= Int64(block.entryCount)
    if let accounts { accounts[merge.currentSource].add(block.sum) }
    if pause.isWanted { pause.remember(block.last) }
  }

  /// The merge has returned nil, but only pauses.
  var isPaused: Bool { pause.isPaused }

  /// After `next()` returned nil before a block that may be taken over: the first entry of the block, with which the merge
  /// goes on. Otherwise nil.
  package var entryAhead: EntryPointer? { pause.isPaused ? nil : merge.blockAhead?.first }

  /// What is wrong with an input, found in the blocks read so far: the reason if the merged entries cannot be written.
  package var damage: FileError? {
    for source in merge.sources { if let found = source.damage { return found } }
    return nil
  }

  /// True when entries are added to a ledger.
  var isAudited: Bool { accounts != nil }
}

/// The books of inputs with a set time: the entry that the file has is consumed, and one with the other timestamp is made.
private struct TimedInputs {
  /// For each source of the merge.
  let isTimed: [Bool]
  private let consumed: LedgerAccount
  private let made: LedgerAccount

  /// Nil if no input has a set time.
  init?(_ isTimed: [Bool], _ ledger: EntryLedger) {
    guard isTimed.contains(true) else { return nil }
    self.isTimed = isTimed
    (consumed, made) = (ledger.account(.dropped("set time")), ledger.account(.made("set time")))
  }

  func add(_ entry: EntryPointer, keyTime: Int64, to input: LedgerAccount) {
    var original = entry.pointee
    original.timestamp = keyTime
    withUnsafePointer(to: original) { input.add($0) }
    consumed.add()
    made.add(entry)
  }
}

/// Passes only the entries of certain families: those of one locality group, or all families that are in no named
/// group. Accumulo: `ColumnFamilySkippingIterator`.
struct FamilyFilter {
  private let families: FamilyTable
  private let passesMembers: Bool

  /// Nil when all families pass.
  init?(_ selection: FamilySelection) {
    switch selection {
    case .all: return nil
    case .only(let families): (self.families, passesMembers) = (FamilyTable(families), true)
    case .except(let families): (self.families, passesMembers) = (FamilyTable(families), false)
    }
  }

  @inline(__always) func passes(_ family: ByteView) -> Bool { (families.find(family) != nil) == passesMembers }
}
