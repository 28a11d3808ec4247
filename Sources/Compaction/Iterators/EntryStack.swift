package import Entries
package import RFile

// The iterators on top of the merged inputs: deletes first, then the iterators of the table. The stack has two kinds,
// which determine how an entry goes through it and whether whole blocks can pass:
//
//     kind     iterators                          an entry                         an unchanged block
//     cells    deletes, at most one of versions   one cursor checks its cell:      passes whole
//                                                 CellStream
//     layers   any others, over deletes or        each iterator on its own keeps   passes whole, unless an entry is
//              over their refusal                 it, drops it or combines it      in a column that is combined

/// The effect of a table's iterator.
package enum IteratorLayer {
  /// Keeps this many of the newest versions of each cell; at least 1.
  case versions(Int)
  /// Keeps or drops each entry on its own: `passes` decides for an entry that is not a delete marker. Dropped entries
  /// go to the account.
  case filter(
    name: String, passes: (EntryPointer) -> Bool, cursor: (any EntryCursor, LedgerAccount?) -> any EntryCursor)
  /// Makes new entries from others. Both go to the accounts. `spares` decides for an entry that is not a delete marker:
  /// true if it passes unchanged, and so does every version of its cell; nil: all entries are combined. The cursor's
  /// second argument is the merge below the stack, if there is one.
  case combiner(
    name: String, spares: ((EntryPointer) -> Bool)?,
    cursor: (any EntryCursor, MergeInputs?, CombinerAccounts?) -> any EntryCursor)

  static func filter<Filter: EntryFilter>(_ filter: Filter, negate: Bool) -> IteratorLayer {
    .filter(
      name: "",
      // Do not fail here on an entry that the filter cannot judge: the cursor will see it again.
      passes: { (try? filter.accepts($0)) == !negate },
      cursor: { FilterCursor(source: $0, filter: filter, negate: negate, dropped: $1) })
  }

  /// The same layer with the name that the table's properties give it.
  func named(_ name: String) -> IteratorLayer {
    switch self {
    case .versions: self
    case .filter(_, let passes, let cursor): .filter(name: name, passes: passes, cursor: cursor)
    case .combiner(_, let spares, let cursor): .combiner(name: name, spares: spares, cursor: cursor)
    }
  }
}

/// The iterators of a merge, one on top of another.
package enum EntryStack<Source: EntryCursor> {
  case cells(CellStream<Source>)
  case layers(LayerStack)

  /// Stacks deletes and then `iterators` (from the data upwards) on a source.
  /// - Parameter ledger: gets an account for everything that drops or makes entries. It must outlive the stack.
  package init(
    _ iterators: [IteratorLayer], deletes: DeleteBehavior = .process, propagateDeletes: Bool, on source: Source,
    ledger: EntryLedger? = nil
  ) {
    if deletes == .process, let maxVersions = Self.onlyVersions(iterators) {
      self = .cells(
        CellStream(source, propagateDeletes: propagateDeletes, maxVersions: maxVersions, ledger: ledger))
      return
    }
    var stack = LayerStack(deletes, propagateDeletes: propagateDeletes, on: source, ledger)
    for layer in iterators {
      switch layer {
      case .versions(let maxVersions): stack.keepVersions(maxVersions)
      case .filter(let name, let passes, let cursor): stack.filter(name, passes, cursor)
      case .combiner(let name, let spares, let cursor):
        stack.combine(name, spares) { cursor($0, source as? MergeInputs, $1) }
      }
    }
    self = .layers(stack)
  }

  /// No iterators at all: every entry of the source comes out.
  init(passing source: Source) { self = .layers(LayerStack(passing: source)) }

  /// The number of versions that stay, if the iterators do nothing else; otherwise nil.
  private static func onlyVersions(_ iterators: [IteratorLayer]) -> Int? {
    guard let first = iterators.first else { return .max }
    guard iterators.count == 1, case .versions(let maxVersions) = first else { return nil }
    return maxVersions
  }

  /// The entries that come out of the stack.
  package var entries: any EntryCursor {
    switch self {
    case .cells(let cells): cells
    case .layers(let stack): stack.top
    }
  }

  /// How whole blocks pass the stack; nil when every entry must be merged.
  var passage: BlockPassage? {
    switch self {
    case .cells(let cells): BlockPassage(maxVersions: cells.maxVersions, filters: [], judges: [cells])
    case .layers(let stack): stack.passage
    }
  }
}

/// Iterators of any kind, each with a cursor of its own.
package struct LayerStack {
  fileprivate var top: any EntryCursor
  /// How whole blocks pass; nil when a combiner takes every entry.
  fileprivate var passage: BlockPassage? = BlockPassage(maxVersions: .max, filters: [], judges: [])

  private let ledger: EntryLedger?

  fileprivate init(
    _ deletes: DeleteBehavior, propagateDeletes: Bool, on source: any EntryCursor, _ ledger: EntryLedger?
  ) {
    self.ledger = ledger
    switch deletes {
    case .process:
      let cursor = DeletingIterator(source: source, propagateDeletes: propagateDeletes, ledger: ledger)
      top = cursor
      passage?.judges.append(cursor)
    case .fail: top = DeleteRefusingCursor(source: source)
    }
  }

  fileprivate init(passing source: any EntryCursor) {
    ledger = nil
    top = source
  }

  fileprivate mutating func keepVersions(_ count: Int) {
    let cursor = VersioningIterator(
      source: top, maxVersions: count, dropped: ledger?.account(.dropped("versions")))
    top = cursor
    passage?.judges.append(cursor)
    if let most = passage?.maxVersions { passage?.maxVersions = min(most, count) }
  }

  fileprivate mutating func filter(
    _ name: String, _ passes: @escaping (EntryPointer) -> Bool,
    _ cursor: (any EntryCursor, LedgerAccount?) -> any EntryCursor
  ) {
    top = cursor(top, ledger?.account(.dropped("filter " + name)))
    passage?.filters.append(passes)
  }

  /// A cell is combined as a whole or not at all. So the cells of a block without any entry that is combined see only
  /// the other iterators.
  fileprivate mutating func combine(
    _ name: String, _ spares: ((EntryPointer) -> Bool)?,
    _ cursor: (any EntryCursor, CombinerAccounts?) -> any EntryCursor
  ) {
    top = cursor(top, ledger.map { CombinerAccounts($0, name) })
    if let spares { passage?.filters.append(spares) } else { passage = nil }
  }
}
