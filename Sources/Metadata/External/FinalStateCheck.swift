// Final states that wait: a compaction has ended, and its tablet has not heard of it. The coordinator looks for the tablet
// every minute. It deletes a state whose tablet is not there any more, or does not know the compaction.
//
//     state    (b,m]      ────────
//     tablets  (b,m]      ────────          it is there
//              (b,f] (f,m] ───|────         split since
//              (a,z]    ──────────────      merged since
//
// States are few and tablets are many: the states are read first, and the tablets pass by in metadata order. Those that
// begin before the end of the tablet are `active` until one begins behind their end.
//
// Accumulo: `CompactionFinalizer`.

internal import Entries
internal import Records

/// Finds the tablets of final states.
package struct FinalStateCheck {
  private struct Search {
    var final: FinalState
    /// Tablets that have rows of it: how many, the first, and whether one has rows of others, too.
    var tablets = 0
    var first: KeyExtent?
    var isMerged = false
    /// The tablet itself.
    var found: (isHosted: Bool, knowsIt: Bool)?

    mutating func take(_ tablet: KeyExtent) {
      tablets += 1
      first = first ?? tablet
      isMerged = isMerged || tablet.rows.intersection(final.state.extent.rows) != tablet.rows
    }
  }

  private var searches: [Search]
  /// Places of the states of each table, by their first rows.
  private let places: [String: [Int]]
  private var table: String?
  private var pending: ArraySlice<Int> = []
  private var active: [Int] = []

  package init(_ states: [FinalState]) {
    searches = states.map { Search(final: $0) }
    places = Dictionary(grouping: states.indices) { states[$0].state.extent.tableId }.mapValues { places in
      places.sorted { a, b in
        guard let y = states[b].state.extent.prevEndRow else { return false }
        return states[a].state.extent.prevEndRow?.lexicographicallyPrecedes(y) ?? true
      }
    }
  }

  /// Takes the next tablet, in metadata order.
  package mutating func pass(_ row: MetadataRow) {
    let tablet = row.tablet.extent
    if tablet.tableId != table {
      (table, pending, active) = (tablet.tableId, places[tablet.tableId, default: []][...], [])
    }
    guard row.isTablet, !(pending.isEmpty && active.isEmpty) else { return }
    while let next = pending.first, Self.begins(searches[next].final.state.extent, before: tablet.endRow) {
      active.append(next)
      pending.removeFirst()
    }
    active.removeAll { !Self.begins(tablet, before: searches[$0].final.state.extent.endRow) }
    for place in active {
      searches[place].take(tablet)
      guard tablet == searches[place].final.state.extent else { continue }
      let knowsIt = row.jobs.contains { $0.ecid == searches[place].final.ecid }
      searches[place].found = (row.tablet.location != nil, knowsIt)
    }
  }

  /// Each state, in its order, with what the coordinator will find; nothing when it will be committed.
  package var results: [(final: FinalState, problems: [String])] {
    searches.map { search in (search.final, Self.problem(of: search).map { [$0] } ?? []) }
  }

  private static func problem(of search: Search) -> String? {
    if let found = search.found {
      if !found.knowsIt { return "the tablet knows no such compaction (any more)" }
      return found.isHosted ? nil : "no server has the tablet now"
    }
    guard let first = search.first else { return "the tablet is gone, and nobody has its rows" }
    guard search.isMerged else { return "the tablet is gone: split into \(search.tablets), the first is \(first)" }
    return search.tablets == 1
      ? "the tablet is gone: merged into \(first)"
      : "the tablet is gone: split and merged, the first of it into \(first)"
  }

  /// Whether a tablet has rows up to this one; nil is behind all rows.
  private static func begins(_ extent: KeyExtent, before row: [UInt8]?) -> Bool {
    guard let row, let start = extent.prevEndRow else { return true }
    return start.lexicographicallyPrecedes(row)
  }
}
