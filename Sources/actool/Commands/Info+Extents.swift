import BlockFile
import Compaction
import Entries
import ExportedTable
import Records
import SystemPackage
import TabletStore

// A tablet reads only its own rows of a file. When it is split, both halves keep the file; the rows of the other half stay
// in it until a compaction writes them anew. A merge that widens the tablet again brings them back, even those that were
// deleted meanwhile:
//
//     2<<     F1 has a .. z        split at m        2;m<  and 2<;m  both have F1
//     2;m<    deletes, compacts to A1, which has a .. m; 2<;m keeps F1
//     2<<     merged again: A1 and F1, and the rows a .. m of F1 are back

extension Info {
  /// `--extents`: files with rows outside those of their tablet, and the tablets to compact before they are merged.
  func runExtents() throws {
    let limit = try limitOptions.limit()
    let access = try DirectoryAccess.ofThisProcess(map: mapOptions.mount(), limit: limit)
    let wanted = Set(extentOptions.tables)
    var input = TabletInput(access: access, for: "info") { wanted.isEmpty || wanted.contains($0) }
    var check = ExtentFiles(loader: BlockLoader(limit: limit), isDeep: extentOptions.deep, map: access.map)
    let output = RecordOutput()
    try output.flushing {
      if let metadata = extentOptions.metadata {
        try input.forEach(inMetadata: metadata) {
          try check.add(FoundTablet(tablet: $0, place: RecordPlace(source: metadata)), to: output)
        }
      } else {
        try input.forEach(in: files) { try check.add($0, to: output) }
      }
      try output.write { check.write(to: &$0) }
    }
    if check.isUnreadable { throw ExitStatus.failed }
    try ExitStatus.end(withProblems: input.problems, of: "info")
    if !check.toCompact.isEmpty { throw ExitStatus.found }
  }
}

/// Compares the rows of files with those of their tablets.
private struct ExtentFiles {
  let loader: BlockLoader
  let isDeep: Bool
  let map: FileMap
  private var tablets = 0
  private var files = 0
  private var outside = 0
  private(set) var toCompact: [KeyExtent] = []
  /// Whether a file could not be read.
  private(set) var isUnreadable = false

  init(loader: BlockLoader, isDeep: Bool, map: FileMap) {
    (self.loader, self.isDeep, self.map) = (loader, isDeep, map)
  }

  /// Looks at all files of a tablet.
  mutating func add(_ found: FoundTablet, to output: RecordOutput) throws {
    let tablet = found.tablet
    tablets += 1
    var isFound = false
    for file in tablet.files {
      files += 1
      do {
        isFound = try isOutside(file, of: found, output) || isFound
      } catch let error as ClosedOutput {
        throw error
      } catch {
        isUnreadable = true
        Messages.write("actool info: \(tablet.extent): \(error)".inOneLine)
      }
    }
    if isFound { toCompact.append(tablet.extent) }
  }

  private mutating func isOutside(_ file: TabletFile, of found: FoundTablet, _ output: RecordOutput) throws -> Bool {
    let tablet = found.tablet
    let path =
      try found.export?.location(of: file.file)
      ?? map.path(of: file.file, in: FilePath(tablet.directory ?? "."))
    let rows = try FileRows(of: path.string, loader: loader)
    let range = file.range.map { tablet.extent.rows.intersection($0.rows) } ?? tablet.extent.rows
    guard let (first, last) = rows.ends, !range.contains(first) || !range.contains(last) else { return false }
    outside += 1
    let entries = isDeep ? (all: try rows.entries(in: .all), inside: try rows.entries(in: range)) : nil
    try output.write { line in
      line.record("outside") { line in
        tablet.extent.write(to: &line)
        file.write(to: &line)
        line.field("firstRow", bytes: first)
        line.field("lastRow", bytes: last)
        guard let entries else { return }
        line.field("inside", entries.inside)
        line.field("outside", entries.all - entries.inside)
      }
    }
    return true
  }

  func write(to line: inout JSONLine) {
    line.record("extents") { line in
      line.field("tablets", tablets)
      line.field("files", files)
      line.field("outside", outside)
      line.field("compact", toCompact.map(\.description))
    }
  }
}
