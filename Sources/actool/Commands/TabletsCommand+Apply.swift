import ArgumentParser
import Files
import Planning
import Records
import SystemPackage
import TabletStore

/// `tablets --apply`
extension TabletsCommand {
  func validateApply() throws {
    guard !apply.isEmpty else { return }
    try OptionConflict.refuse(
      [
        ("--load-plan", loading.loadPlan), ("--external", external), ("--check-export", !checkExport.isEmpty),
        ("--write-export", writeExport != nil), ("--arrivals", !arrivals.isEmpty),
      ], beside: "--apply")
    let tablets = metadata.map { [$0] } ?? (paths.isEmpty ? ["-"] : paths)
    guard (apply + tablets).filter({ $0 == "-" }).count <= 1 else {
      throw ValidationError("standard input cannot hold both results and tablets: give one of them as a file")
    }
  }

  /// The results that were given; nil if none were.
  func appliedResults() throws -> AppliedResults? {
    guard !apply.isEmpty else { return nil }
    let wanted = Set(tables)
    var results = AppliedResults()
    for path in apply {
      try RecordInput.forEach(in: path) { record, place in
        guard case .result(let result) = record, wanted.isEmpty || wanted.contains(result.extent.tableId) else {
          return
        }
        try results.add(result, at: place.description)
      }
    }
    return results
  }

  /// The tablet with the results applied.
  func applied(_ results: inout AppliedResults?, to tablet: Tablet, _ map: FileMap) throws -> Tablet {
    var tablet = tablet
    try results?.apply(to: &tablet) { uri in
      // As compact says where its outputs are.
      FileName.isURI(uri) ? (try? map.path(of: uri))?.string : uri
    }
    return tablet
  }

  /// - Throws: `AppliedResultError` when there were results of tablets that did not come.
  func checkAllUsed(_ results: AppliedResults?) throws {
    guard let first = results?.unused.first else { return }
    throw AppliedResultError("\(first.place): \(first.extent) is not among the tablets")
  }
}
