import Entries
import RFile

// Most blocks of a big file need no work when only small files are merged into it, or files that lie beside each other. A
// block whose entries would all be written as they are, one after the other, goes over with its compressed bytes: it is
// inflated and every entry decoded and looked at (BlockExaminer), but not deflated again, which is what costs.
//
//     input 1   | block of c..f | block of g..k | block of l..p |
//     input 2                         h
//     output    | block of c..f | g h i j k     | block of l..p |      the first and the last are taken over
//
// The stack of iterators does not see such a block. Each iterator must be of a kind that says beforehand what it would do
// (`BlockPassing`), must not be in the middle of a cell that goes on in the block, and is told afterwards what went by.

/// An iterator that can let a block go by. It gives the entry that it took from its source last, so it is never ahead; it
/// ends when its source does, and goes on when that goes on.
protocol BlockPassing: EntryCursor {
  var source: any EntryCursor { get }
  /// Versions of a cell that it lets pass.
  var maxVersions: Int { get }
  /// Whether it lets an entry pass, for one that looks at each entry by itself.
  var passes: ((EntryPointer) -> Bool)? { get }
  /// False when what came before decides about this entry.
  func isFresh(_ entry: EntryPointer) -> Bool
  /// A block went by.
  func letPass(_ block: ReusedBlock)
}

extension BlockPassing {
  var maxVersions: Int { .max }
  var passes: ((EntryPointer) -> Bool)? { nil }
  func isFresh(_ entry: EntryPointer) -> Bool { true }
  func letPass(_ block: ReusedBlock) {}
}

/// Writes a merge through its iterators, taking over the blocks that it may.
struct BlockReuse {
  private let merge: MergeCursor
  private let top: any EntryCursor
  private let iterators: [any BlockPassing]
  private let rules: BlockRules

  /// Nil when one of the iterators between `top` and the merge cannot let a block go by.
  init?(_ merge: MergeCursor, under top: any EntryCursor) {
    var iterators: [any BlockPassing] = []
    var next = top
    while next !== merge {
      guard let iterator = next as? any BlockPassing else { return nil }
      iterators.append(iterator)
      next = iterator.source
    }
    self.merge = merge
    self.top = top
    self.iterators = iterators
    let filters = iterators.compactMap(\.passes)
    rules = BlockRules(
      maxVersions: iterators.map(\.maxVersions).min() ?? .max,
      passes: filters.isEmpty ? nil : { entry in filters.allSatisfy { $0(entry) } })
  }

  /// Writes all entries to the writer's current group.
  func write(to writer: RFileWriter) throws {
    merge.stopBeforeBlocks()
    while true {
      try writer.append(contentsOf: top)
      guard let first = merge.blockAhead else { return }
      guard merge.mayBlockStandAlone, iterators.allSatisfy({ $0.isFresh(first) }),
        let block = try writer.takeBlock(of: merge, rules)
      else { continue }
      for iterator in iterators { iterator.letPass(block) }
    }
  }
}
