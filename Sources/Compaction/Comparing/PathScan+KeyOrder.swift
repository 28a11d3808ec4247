package import Entries
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
    let streams: [() throws -> any EntryCursor] = tablets.map { tablet in
      { try scan.entries(of: tablet.directory, expecting: tablet.extent) }
    }
    return try streams.count == 1 ? streams[0]() : StreamSequence(streams)
  }

  /// Compares where tablets begin; nil is the start of the table.
  private static func precedes(_ a: [UInt8]?, _ b: [UInt8]?) -> Bool {
    guard let b else { return false }
    return a.map { $0.lexicographicallyPrecedes(b) } ?? true
  }
}

/// Concatenates streams.
final class StreamSequence: EntryCursor {
  private var current: any EntryCursor
  /// The streams that are not open yet, the next one last.
  private var rest: [() throws -> any EntryCursor]

  /// Opens the first stream; there must be at least one.
  init(_ streams: [() throws -> any EntryCursor]) throws {
    rest = streams.reversed()
    current = try rest.removeLast()()
  }

  func next() throws -> EntryPointer? {
    while true {
      if let entry = try current.next() { return entry }
      guard let open = rest.popLast() else { return nil }
      current = try open()
    }
  }
}
