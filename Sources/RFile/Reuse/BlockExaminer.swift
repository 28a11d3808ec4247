import BlockFile
import Entries

// Can a block of an input go into the output as it is stored? Every entry is decoded and must be one that the
// compaction would write, unchanged and next to its neighbours:
//
//     in order                              or the block is damaged, and reading it the ordinary way will say where
//     no delete marker                      markers hide others, or are dropped
//     no more versions of a cell than stay
//     of a family that the group accepts, passed by the table's filters, and in no column that is combined
//     before the next entry of any other input
//
// Entries before the block are not considered here: the stack of iterators checks those. A block that fails is read
// again the ordinary way, so nothing is recorded before its last entry passed. To fail early where inputs interleave,
// entries 1, 2, 4, 8 ... and the last are compared with the other inputs.

/// Examines the blocks of one merge.
final class BlockExaminer {
  /// The first key of the block.
  let first = EntryBuffer()
  /// The number of entries of each family in the block, if they are counted.
  let families = FamilyTable()
  /// The number of versions of its last cell in the block.
  var versions: Int { state.pointee.versions }
  /// The sum of its entries, if they are summed.
  var sum: EntrySum { state.pointee.sum }

  private let maxVersions: Int
  /// Whether an entry passes everything that judges it alone; nil when nothing does.
  private let passes: ((EntryPointer) -> Bool)?

  private struct State {
    var last = LastKey()
    var versions = 0
    var sum = EntrySum()
  }
  private let state: UnsafeMutablePointer<State>

  private let sums: Bool

  /// - Parameter sums: whether to sum the entries of each block.
  init(_ passage: BlockPassage, _ familyFilter: FamilyFilter?, sums: Bool) {
    self.sums = sums
    maxVersions = passage.maxVersions
    var filters = passage.filters
    if let familyFilter { filters.append { familyFilter.passes($0.pointee.family) } }
    passes = filters.isEmpty ? nil : { entry in filters.allSatisfy { $0(entry) } }
    state = .allocate(capacity: 1)
    state.initialize(to: State())
  }

  deinit {
    state.pointee.last.free()
    state.deinitialize(count: 1)
    state.deallocate()
  }

  /// Decodes to the end of the block. True when all entries pass.
  ///
  /// - Parameters:
  ///   - decoder: has decoded the first entry of the block, which is at `view`.
  ///   - remaining: the number of entries after the first.
  ///   - other: the next entry of all other inputs; nil when they are at their end.
  func examine(
    _ decoder: UnsafeMutablePointer<RelativeKeyDecoder>, _ view: EntryPointer, remaining: Int, _ rules: FamilyRules,
    before other: EntryPointer?
  ) throws(DecodeError) -> Bool {
    first.copyKey(view.pointee)
    families.forgetCounts()
    state.pointee.sum = EntrySum()
    var look = 1
    for number in 0...remaining {
      if number > 0 { try decoder.pointee.decode() }
      let rises = state.pointee.last.match(view)
      if number == 0 || !state.pointee.last.matchesCell {
        state.pointee.versions = 1
      } else {
        state.pointee.versions += 1
      }
      guard rises || number == 0, !view.pointee.deleted, state.pointee.versions <= maxVersions else { return false }
      if number == look || number == remaining {
        if let other, view.pointee.compareKey(other.pointee) >= 0 { return false }
        look *= 2
      }
      state.pointee.last.remember(view)
      if let takes = rules.takes, !takes(view.pointee.family) { return false }
      if let passes, !passes(view) { return false }
      if sums { state.pointee.sum.add(view) }
      if rules.counts { families.increment(families.find(view.pointee.family) ?? families.insert(view.pointee.family)) }
    }
    return decoder.pointee.isAtEnd
  }
}
