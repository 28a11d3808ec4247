package import BlockFile
package import Entries

// The way into every merge, be it for a compaction, a scan or a verification. An entry of an input is seen here first, or,
// when its block is taken over as a whole, by `BlockExaminer`.
//
//     input 0   group g   ─ GroupCursor ─┐
//               default   ─ GroupCursor ─┼─ MergeCursor ─ [FamilyFilter] ─ entries
//     input 1   default   ─ GroupCursor ─┘
//
// Groups that hold none of the families are not read. The filter is needed only when one that is read holds others, too.

/// A file that takes part in a merge.
package struct MergeInput: Hashable, Sendable {
  package var path: String
  /// Other rows of the file are not read.
  package var rows: RowRange

  package init(_ path: String, rows: RowRange = .all) {
    self.path = path
    self.rows = rows
  }
}

/// The entries of some files in one order. Equal keys come in the order of the inputs.
package final class MergeInputs: EntryCursor {
  let merge: MergeCursor
  let filter: FamilyFilter?
  /// The input of each source of the merge.
  private let inputs: [Int]
  private let count: UnsafeMutablePointer<Int64>
  /// The account of each source of the merge; nil: nobody keeps books.
  private let accounts: [LedgerAccount]?
  /// What inputs have beside their entries, and no output of ours: names of meta blocks (Bloom filters, summaries) and
  /// `sample`.
  package let extras: Set<String>

  /// Opens all files. Throws `SystemError` and `FileError`, as `next()` does.
  ///
  /// - Parameters:
  ///   - reusable: blocks that may be taken over as a whole; their stored bytes are kept. Nil: none.
  ///   - ledger: takes every entry to the account of its input; it must outlive this.
  ///   - unsound: takes what is wrong with files that can be read all the same; nil: it is thrown.
  package init(
    _ inputs: [MergeInput], families: FamilySelection = .all, reusable: ReusableBlocks? = nil,
    ledger: EntryLedger? = nil, unsound: UnsoundInputs? = nil, loader: BlockLoader
  ) throws {
    var cursors: [GroupCursor] = []
    var inputsOfCursors: [Int] = []
    var extras: Set<String> = []
    var needsFilter = false
    for (number, input) in inputs.enumerated() {
      // The reader goes at the end of each round: a cursor keeps the file open, but not its whole index in memory.
      let reader = try RFileReader(path: input.path, loader: loader)
      let added = try reader.cursors(rows: input.rows, families: families, loader: loader)
      for cursor in added { cursor.feed.unsound = unsound }
      if let reusable, reader.file.codec == reusable.codec { for cursor in added { cursor.keepBlocks(reusable) } }
      cursors += added
      inputsOfCursors += added.map { _ in number }
      needsFilter = needsFilter || reader.exceeds(families)
      extras.formUnion(reader.extraMetaBlocks)
      if !reader.sampleGroups.isEmpty { extras.insert("sample") }
    }
    self.inputs = inputsOfCursors
    accounts = ledger.map { ledger in inputsOfCursors.map { ledger.account(.input($0)) } }
    self.extras = extras
    merge = MergeCursor(cursors)
    filter = needsFilter ? FamilyFilter(families) : nil
    count = .allocate(capacity: 1)
    count.initialize(to: 0)
  }

  deinit { count.deallocate() }

  /// Entries that were given so far, and those of blocks that were taken over.
  package var entriesRead: Int64 { count.pointee }

  /// The index of the input that the last entry is from.
  package var currentInput: Int { inputs[merge.currentSource] }

  package func next() throws -> EntryPointer? {
    while let entry = try merge.step() {
      if let filter, !filter.passes(entry.pointee.family) { continue }
      count.pointee &+= 1
      if let accounts { accounts[merge.currentSource].add(entry) }
      return entry
    }
    return nil
  }

  /// Counts entries that went by in a block.
  func note(_ block: WholeBlock) {
    count.pointee &+= Int64(block.entryCount)
    if let accounts { accounts[merge.currentSource].add(block.sum) }
  }

  /// Whether somebody keeps books.
  var isAudited: Bool { accounts != nil }
}

/// Passes the entries of some families only: those of one locality group, or all but those of every group.
/// Accumulo: `ColumnFamilySkippingIterator`.
struct FamilyFilter {
  private let families: FamilyTable
  private let passesMembers: Bool

  /// Nil when all pass.
  init?(_ selection: FamilySelection) {
    switch selection {
    case .all: return nil
    case .only(let families): (self.families, passesMembers) = (FamilyTable(families), true)
    case .except(let families): (self.families, passesMembers) = (FamilyTable(families), false)
    }
  }

  @inline(__always) func passes(_ family: ByteView) -> Bool { (families.find(family) != nil) == passesMembers }
}
