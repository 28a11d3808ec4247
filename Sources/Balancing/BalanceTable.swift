package import Records
package import Settings

/// The tablets of one table and what was said about it.
package struct BalanceTable: Sendable {
  package let id: String
  /// In any order.
  package fileprivate(set) var sites = TabletSites()
  /// The `table.properties` beside its tablets.
  let properties: ConfigurationSource?
}

/// Tables that are to be balanced, gathered tablet by tablet.
package struct BalanceTables: Sendable {
  private let named: Set<String>
  private var byId: [String: BalanceTable] = [:]

  /// - Parameter named: the ids of the tables that are wanted; none stands for all but Accumulo's own (`!0`, `+r`).
  package init(named: [String]) { self.named = Set(named) }

  /// Adds a tablet, if its table is wanted.
  package mutating func add(_ tablet: Tablet, tableProperties: ConfigurationSource? = nil) {
    let id = tablet.extent.tableId
    guard Self.isWanted(id, named) else { return }
    byId[id, default: BalanceTable(id: id, properties: tableProperties)].sites.append(TabletSite(tablet))
  }

  /// Whether the tablets of a table are to be balanced.
  package static func isWanted(_ id: String, _ named: Set<String>) -> Bool {
    named.isEmpty ? !id.hasPrefix("!") && !id.hasPrefix("+") : named.contains(id)
  }

  /// The tables in the order of their ids.
  /// - Throws: `BalanceError` for a table that was named and has no tablet.
  package func all() throws -> [BalanceTable] {
    if let missing = named.sorted().first(where: { byId[$0] == nil }) {
      throw BalanceError("table \(missing): no tablet of it in the input")
    }
    return byId.values.sorted { $0.id < $1.id }
  }
}
