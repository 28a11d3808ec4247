import BlockFile
import Compaction
import Records
import SystemPackage
import TabletStore

extension TabletsCommand {
  /// `--load-plan`: where the files of a bulk import go.
  func runLoadPlan() throws {
    let splits = try splitPoints()
    let map = directories.files.mount()
    var plan = LoadPlan()
    for path in paths {
      let file = try map.path(of: path)
      let name = file.lastComponent?.string ?? path
      let rows = try FileRows(of: file.string, loader: BlockLoader())
      guard let splits else {
        if let (first, last) = rows.ends {
          plan.destinations.append(.init(name, startRow: first, endRow: last, rangeType: .file))
        }
        continue
      }
      let tablets = try rows.tablets(between: splits)
      plan.destinations += tablets.map { .init(name, startRow: $0.prevEndRow, endRow: $0.endRow, rangeType: .table) }
      if tablets.count > loading.mostTablets {
        Messages.write(
          "actool tablets: \(path) goes to \(tablets.count) tablets, more than \(loading.mostTablets): actool split cuts it"
        )
      }
    }
    let output = RecordOutput()
    try output.write { line in plan.write(to: &line) }
    try output.write("\n")
    try output.flush()
  }

  /// Rising; nil when none are given.
  private func splitPoints() throws -> [[UInt8]]? {
    if let file = loading.splits {
      return try SplitsFile.rows(in: FileText.bytes(file), isBase64: loading.base64, source: file)
    }
    guard let file = loading.records else { return nil }
    let wanted = Set(tables)
    var extents: [KeyExtent] = []
    try RecordInput.forEach(in: file) { record, place in
      guard case .tablet(let tablet) = record, wanted.isEmpty || wanted.contains(tablet.extent.tableId) else { return }
      extents.append(tablet.extent)
      guard tablet.extent.tableId == extents[0].tableId else {
        throw MixedTables(place: place.description, tables: [extents[0].tableId, tablet.extent.tableId])
      }
    }
    guard !extents.isEmpty else { throw MixedTables(place: file, tables: []) }
    try ExitStatus.end(withProblems: ExtentProblem.all(in: extents).map { "\(file): \($0)" }, of: "tablets")
    return extents.compactMap(\.endRow).sorted { $0.lexicographicallyPrecedes($1) }
  }
}

/// Tablets that are not those of one table.
struct MixedTables: Error, CustomStringConvertible {
  var place: String
  var tables: [String]

  var description: String {
    guard !tables.isEmpty else { return "\(place): expected the tablets of a table, found none" }
    return
      "\(place): expected tablets of one table, found \(tables.joined(separator: " and ")): choose one with --table"
  }
}
