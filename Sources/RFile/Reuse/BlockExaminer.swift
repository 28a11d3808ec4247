import BlockFile
import Entries

// May a block of an input go into the output as it lies there? Every entry of it is decoded and must be one that the
// compaction would write, unchanged and next to its neighbours:
//
//     in order                              or the block is damaged, and the ordinary way will say where
//     no delete marker                      markers hide others, or go
//     no more versions of a cell than stay
//     of a family that the group takes, and passed by the table's filters
//     before the next entry of any other input
//
// What lies before the block is none of its business: the stack of iterators knows that. A block that fails is read again
// in the ordinary way, so nothing is noted anywhere before its last entry passed. To fail early where inputs interleave, the
// other inputs are looked at with entries 1, 2, 4, 8 ... and the last.

/// Looks through blocks of one merge.
final class BlockExaminer {
  /// The first key of the block.
  let first = EntryBuffer()
  /// How many entries of each family it has, when they were counted.
  let families = FamilyTable()
  /// How many versions of its last cell it has.
  var versions: Int { state.pointee.versions }
  /// Its entries, when they are summed.
  var sum: EntrySum { state.pointee.sum }

  private let maxVersions: Int
  /// Whether an entry passes all filters; nil: there are none.
  private let passes: ((EntryPointer) -> Bool)?

  private struct State {
    var last = LastKey()
    var versions = 0
    var sum = EntrySum()
  }
  private let state: UnsafeMutablePointer<State>

  private let sums: Bool

  /// - Parameter sums: adds up the entries of each block.
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
  ///   - decoder: has decoded the first entry of the block, which lies at `view`.
  ///   - remaining: entries after that.
  ///   - other: the next entry of all other inputs; nil: there is none.
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
