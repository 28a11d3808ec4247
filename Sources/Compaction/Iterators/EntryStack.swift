package import Entries
internal import RFile

// The iterators on top of the merged inputs: deletes first, then the iterators of the table. The stack has three kinds,
// which determine how an entry goes through it and whether whole blocks can pass:
//
//     kind      iterators                          an entry                     an unchanged block
//     cells     deletes, at most one of versions   one cursor checks its        passes whole
//                                                  cell: CellStream
//     filters   filters and versions over          each iterator on its own     passes whole
//               deletes, or over their refusal     keeps it or not
//     general   a combiner among them              can become part of another   is merged entry by entry

/// The effect of a table's iterator.
package enum IteratorLayer {
  /// Keeps this many of the newest versions of each cell; at least 1.
  case versions(Int)
  /// Keeps or drops each entry on its own: `passes` decides for an entry that is not a delete marker. Dropped entries
  /// go to the account.
  case filter(
    name: String, passes: (EntryPointer) -> Bool, cursor: (any EntryCursor, LedgerAccount?) -> any EntryCursor)
  /// Makes new entries from others. Both go to the accounts.
  case combiner(name: String, cursor: (any EntryCursor, CombinerAccounts?) -> any EntryCursor)

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
    case .combiner(_, let cursor): .combiner(name: name, cursor: cursor)
    }
  }
}

/// The iterators of a merge, one on top of another.
package enum EntryStack<Source: EntryCursor> {
  case cells(CellStream<Source>)
  case filters(FilterStack)
  case general(any EntryCursor)

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
    var stack = FilterStack(deletes, propagateDeletes: propagateDeletes, on: source, ledger)
    var isGeneral = false
    for layer in iterators {
      switch layer {
      case .versions(let maxVersions): stack.keepVersions(maxVersions)
      case .filter(let name, let passes, let cursor): stack.filter(name, passes, cursor)
      case .combiner(let name, let cursor):
        stack.top = cursor(stack.top, ledger.map { CombinerAccounts($0, name) })
        isGeneral = true
      }
    }
    self = isGeneral ? .general(stack.top) : .filters(stack)
  }

  /// No iterators at all: every entry of the source comes out.
  init(passing source: Source) { self = .filters(FilterStack(passing: source)) }

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
    case .filters(let stack): stack.top
    case .general(let top): top
    }
  }

  /// How whole blocks pass the stack; nil when every entry must be merged.
  var passage: BlockPassage? {
    switch self {
    case .cells(let cells): BlockPassage(maxVersions: cells.maxVersions, filters: [], judges: [cells])
    case .filters(let stack):
      BlockPassage(maxVersions: stack.maxVersions, filters: stack.filters, judges: stack.judges)
    case .general: nil
    }
  }
}

/// Iterators that only keep or drop entries.
package struct FilterStack {
  fileprivate var top: any EntryCursor
  fileprivate(set) var maxVersions = Int.max
  fileprivate var filters: [(EntryPointer) -> Bool] = []
  fileprivate var judges: [any CellJudge] = []

  private let ledger: EntryLedger?

  fileprivate init(
    _ deletes: DeleteBehavior, propagateDeletes: Bool, on source: any EntryCursor, _ ledger: EntryLedger?
  ) {
    self.ledger = ledger
    switch deletes {
    case .process:
      let cursor = DeletingIterator(source: source, propagateDeletes: propagateDeletes, ledger: ledger)
      top = cursor
      judges = [cursor]
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
    judges.append(cursor)
    maxVersions = min(maxVersions, count)
  }

  fileprivate mutating func filter(
    _ name: String, _ passes: @escaping (EntryPointer) -> Bool,
    _ cursor: (any EntryCursor, LedgerAccount?) -> any EntryCursor
  ) {
    top = cursor(top, ledger?.account(.dropped("filter " + name)))
    filters.append(passes)
  }
}
