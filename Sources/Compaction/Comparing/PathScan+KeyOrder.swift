package import Entries
internal import Records
internal import TabletStore

extension PathScan {
  /// All that some paths name as one stream in key order: files are merged, tablets come one after the other, each opened
  /// when the one before has ended.
  /// - Throws: `ComparisonError` when paths are files as well as tablets or when tablets overlap, and what `forEachStream`
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
        description: "\(file) is a file and \(tablets[0].directory.path) a tablet: one side is files, or it is tablets")
    }
    // Rows decide, whatever the table: two tables may be one side when they have rows of their own.
    tablets.sort { Self.precedes($0.extent.prevEndRow, $1.extent.prevEndRow) }
    for (a, b) in zip(tablets, tablets.dropFirst()) {
      guard let end = a.extent.endRow, let start = b.extent.prevEndRow, !start.lexicographicallyPrecedes(end) else {
        throw ComparisonError(
          description: "tablet \(a.extent) in \(a.directory.path) and \(b.extent) in \(b.directory.path) overlap: what "
            + "both hold would come twice")
      }
    }
    let scan = self
    let streams: [() throws -> any EntryCursor] = tablets.map { tablet in
      { try scan.entries(of: tablet.directory, expecting: tablet.extent) }
    }
    return try streams.count == 1 ? streams[0]() : StreamSequence(streams)
  }

  /// By where tablets begin; nil is the start of the table.
  private static func precedes(_ a: [UInt8]?, _ b: [UInt8]?) -> Bool {
    guard let b else { return false }
    return a.map { $0.lexicographicallyPrecedes(b) } ?? true
  }
}

/// Streams one after the other.
final class StreamSequence: EntryCursor {
  private var current: any EntryCursor
  /// The next one is the last of the array.
  private var rest: [() throws -> any EntryCursor]

  /// Opens the first of them; there is one at least.
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
