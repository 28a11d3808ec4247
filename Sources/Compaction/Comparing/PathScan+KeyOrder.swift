package import Entries
internal import ExportedTable
internal import Records
internal import TabletStore

extension PathScan {
  /// Opens everything that some paths name as one stream in key order. Files are merged. Tablets come one after the other;
  /// each is opened when the previous one has ended.
  /// - Throws: `ComparisonError` if the paths mix files and tablets or if tablets overlap, and whatever `forEachStream`
  ///   throws.
  package mutating func entriesInKeyOrder(at paths: [String]) throws -> any EntryCursor {
    var files: [String] = []
    var tablets: [(extent: KeyExtent, directory: TabletDirectory)] = []
    for path in paths {
      for target in try targets(at: path) {
        switch target {
        case .file(let path): files.append(path)
        case .tablet(let extent, let directory): tablets.append((extent, directory))
        case .export(let export):
          guard paths.count == 1 else {
            throw ComparisonError(description: "\(export.path) is an exported table: a side can be only one of them")
          }
          return try entriesInKeyOrder(of: export)
        }
      }
    }
    if tablets.isEmpty { return try entries(ofFiles: files) }
    if let file = files.first {
      throw ComparisonError(
        description:
          "\(file) is a file and \(tablets[0].directory.path) is a tablet: a side can be files or tablets, not both")
    }
    // Only rows count: tablets of several tables can be one side if their rows do not overlap.
    tablets.sort { Self.precedes($0.extent.prevEndRow, $1.extent.prevEndRow) }
    for (a, b) in zip(tablets, tablets.dropFirst()) {
      guard let end = a.extent.endRow, let start = b.extent.prevEndRow, !start.lexicographicallyPrecedes(end) else {
        throw ComparisonError(
          description:
            "tablet \(a.extent) in \(a.directory.path) and \(b.extent) in \(b.directory.path) overlap: their "
            + "common rows would be read twice")
      }
    }
    let scan = self
    if tablets.count == 1 { return try scan.entries(of: tablets[0].directory, expecting: tablets[0].extent) }
    var rest = tablets[...]
    return StreamSequence {
      try rest.popFirst().map { try scan.entries(of: $0.directory, expecting: $0.extent) }
    }
  }

  /// Holds one tablet at a time.
  private mutating func entriesInKeyOrder(of export: ExportDirectory) throws -> any EntryCursor {
    // Once without the files: what is wrong with the tablets is better known before the first difference.
    let check = try export.tablets()
    while try check.next() != nil {}
    if let overlap = check.extentProblems.first(where: { !$0.isHole }) {
      throw ComparisonError(description: "\(export.path): \(overlap): their common rows would be read twice")
    }
    exportProblems += export.problems(of: check)
    let (scan, tablets) = (self, try export.tablets())
    return StreamSequence { try tablets.next().map { try scan.entries(of: $0.tablet, in: export) } }
  }

  /// Compares where tablets begin; nil is the start of the table.
  private static func precedes(_ a: [UInt8]?, _ b: [UInt8]?) -> Bool {
    guard let b else { return false }
    return a.map { $0.lexicographicallyPrecedes(b) } ?? true
  }
}

/// Concatenates streams.
final class StreamSequence: EntryCursor {
  private var current: (any EntryCursor)?
  private var isAtEnd = false
  private let open: () throws -> (any EntryCursor)?

  /// - Parameter open: opens the next stream; nil after the last one.
  init(_ open: @escaping () throws -> (any EntryCursor)?) { self.open = open }

  func next() throws -> EntryPointer? {
    while !isAtEnd {
      if let entry = try current?.next() { return entry }
      current = try open()
      isAtEnd = current == nil
    }
    return nil
  }
}
