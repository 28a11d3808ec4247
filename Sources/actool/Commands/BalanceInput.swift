import Balancing
import Entries
import Records
import Settings
import TabletStore

/// The tablets of one table and what was said about it.
struct BalanceTable {
  var id: String
  var sites: [TabletSite]
  var properties: ConfigurationSource?
}

/// All tables of the input, and the servers.
struct BalanceInput {
  /// In the order of their ids.
  var tables: [BalanceTable] = []
  /// Nil when no record and no option named servers.
  var servers: [String]?

  /// Reads directories, records, or the text of the metadata table.
  ///
  /// - Parameter named: the tables that are wanted; none stands for all but Accumulo's own (`!0`, `+r`).
  init(paths: [String], metadata: String?, named: [String], servers listed: [String]?, access: DirectoryAccess) throws {
    var byTable: [String: BalanceTable] = [:]
    func add(_ tablet: Tablet, _ properties: ConfigurationSource?) {
      let id = tablet.extent.tableId
      guard named.isEmpty ? !id.hasPrefix("!") && !id.hasPrefix("+") : named.contains(id) else { return }
      byTable[id, default: BalanceTable(id: id, sites: [], properties: properties)].sites.append(TabletSite(tablet))
    }
    var found: [String] = []
    if let metadata {
      try MetadataInput.forEach(in: metadata) { add($0, nil) }
    } else {
      try TabletInput(access: access).forEach(
        in: paths, servers: { found.append($0) }, { add($0.tablet, $0.tableProperties) })
    }
    servers = listed.map { $0 + found } ?? (found.isEmpty ? nil : found)
    tables = byTable.values.sorted { $0.id < $1.id }
    for name in named where byTable[name] == nil { throw BalanceError("table \(name): no tablet of it in the input") }
  }

  /// The servers that tablets are on: all there is to know without records of servers.
  var hosting: [String] { tables.flatMap { $0.sites.compactMap(\.location) } }
}

/// A file of groups: on each line an end row, in the text form of Accumulo's shell, a tab, and its group.
enum GroupFile {
  /// - Throws: `RecordError` for a line that is none, or that says another group of a row.
  static func groups(_ text: String, named file: String) throws -> [[UInt8]: String] {
    var groups: [[UInt8]: String] = [:]
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.isEmpty || line.hasPrefix("#") { continue }
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard parts.count == 2, let row = ByteText.decode(parts[0]) else {
        throw RecordError(
          source: file, line: index + 1,
          problem: "expected END-ROW, a tab and GROUP, found \"\(line.prefix(80))\"")
      }
      let group = String(parts[1])
      guard groups.updateValue(group, forKey: row).map({ $0 == group }) ?? true else {
        throw RecordError(source: file, line: index + 1, problem: "a second group for the end row \(parts[0])")
      }
    }
    return groups
  }
}
