import Compaction
import Files
import Records
import SystemPackage
import TabletStore

/// The input of `audit`: the histories of tablets from streams of results, and the directories of the tablets.
struct AuditInput {
  private let access: DirectoryAccess
  private var histories: [KeyExtent: TabletHistory] = [:]
  private var directories: [FilePath] = []
  /// Where the results come from, for messages.
  private var sources: [String] = []
  /// What is wrong with the results, and with the extents of the tablets; a line each.
  private(set) var problems: [String] = []
  /// Why some tablets cannot be audited, a line each.
  private(set) var failures: [String] = []

  init(access: DirectoryAccess) { self.access = access }

  /// A file with more damaged lines than this does not hold results at all.
  private static let damageLimit = 20

  /// Adds a path of the command line: a directory, or a stream of records. After a damaged line it goes on with the next,
  /// because a crash can leave half a line between results.
  /// - Throws: `SystemError`, and `RecordError` for a file that does not hold results.
  mutating func read(_ path: String) throws {
    if path != "-" {
      let location = try access.map.path(of: path)
      if try FileStatus.of(location)?.kind == .directory { return directories.append(location) }
    }
    let name = path == "-" ? RecordInput.standardInput : path
    sources.append(name)
    var damaged = 0
    try RecordInput.withFile(path) { file in
      var reader = RecordReader(file, source: name)
      while true {
        do {
          guard let record = try reader.next() else { return }
          add(record, at: "\(name), line \(reader.line)")
        } catch let error as RecordError {
          damaged += 1
          guard damaged <= Self.damageLimit else { throw error }
          problems.append("\(error)")
        }
      }
    }
  }

  private mutating func add(_ record: Record, at place: String) {
    switch record {
    // A failed job changed nothing.
    case .result(let result) where result.state == .finished:
      histories[result.extent, default: TabletHistory(result.extent)].add(result, at: place)
    case .tablet(let tablet):
      histories[tablet.extent, default: TabletHistory(tablet.extent)].begin(with: tablet, at: place)
    default: break
    }
  }

  /// The tablets to audit, in metadata order: those of the given directories, or else those of the results.
  /// - Throws: what reading the directories of tables throws.
  mutating func tablets() throws -> [(history: TabletHistory, directory: TabletDirectory)] {
    if directories.isEmpty, histories.isEmpty {
      failures.append("no results of finished jobs found in \(sources.joined(separator: ", "))")
    }
    let found = try directories.isEmpty ? tabletsOfResults() : tabletsOfDirectories()
    return found.sorted { $0.history.extent < $1.history.extent }
  }

  private mutating func tabletsOfResults() throws -> [(history: TabletHistory, directory: TabletDirectory)] {
    var found: [(history: TabletHistory, directory: TabletDirectory)] = []
    for (extent, history) in histories.sorted(by: { $0.key < $1.key }) {
      if let path = history.directory {
        found.append((history, TabletDirectory(try access.map.path(of: path), access: access)))
      } else {
        failures.append("\(extent): its results do not name a directory: give that of the tablet or of its table")
      }
    }
    return found
  }

  private mutating func tabletsOfDirectories() throws -> [(history: TabletHistory, directory: TabletDirectory)] {
    var found: [(history: TabletHistory, directory: TabletDirectory)] = []
    var check = ExtentCheck()
    var tables: Set<String> = []
    /// The real paths of tables and tablets: each counts once, however often it is given.
    var seen: Set<String> = []
    for path in directories {
      let kind = try DataPath(path)
      guard kind != .export else {
        failures.append("\(path): is an exported table; audit reads the directories of tablets and tables")
        continue
      }
      let isTable = kind == .table
      if isTable, try !seen.insert(realPath(path).string).inserted { continue }
      let table = TableDirectory(path, access: access)
      for tablet in try isTable ? table.tabletDirectories() : [TabletDirectory(path, access: access)] {
        do {
          let extent = try tablet.contents().extent
          if try seen.insert(realPath(tablet.path).string).inserted {
            found.append((histories.removeValue(forKey: extent) ?? TabletHistory(extent), tablet))
          }
          guard isTable else { continue }
          tables.insert(extent.tableId)
          check.add(extent, at: path.string)
          check.expectWholeTable(at: path.string)
        } catch {
          failures.append("\(error)")
        }
      }
    }
    problems += check.problems
    for extent in histories.keys.sorted() where tables.contains(extent.tableId) {
      problems.append("\(extent): there are results for it, but its table has no such tablet")
    }
    return found
  }
}
