// A tablet, built up line by line. Accumulo: `MetadataSchema.TabletsSection`, `TabletMetadata`.

internal import Entries
internal import Records

/// Says what a value of the metadata table should have been.
struct MetadataProblem: Error {
  var text: String

  init(_ text: String) { self.text = text }
}

/// The columns of one tablet read so far.
struct MetadataTablet {
  private var tablet: Tablet
  private var hasPreviousRow = false
  private var hasLocation = false
  private var jobs: [ExternalJob] = []
  private var fileNames = SpelledNames()
  /// 4.0: the user compaction that has selected files.
  private var selectedBy: String?
  /// 4.0: why nothing may be compacted.
  private var hindrances: Set<String> = []

  /// Starts a tablet from its escaped row, `2;end row` or `2<`. Returns nil for rows that are not tablets: they begin
  /// with `~`.
  init?(row: Slice<UnsafeBufferPointer<UInt8>>) throws(MetadataProblem) {
    guard row.first != UInt8(ascii: "~") else { return nil }
    let separator = row.firstIndex { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "<") } ?? row.endIndex
    guard separator > row.startIndex, separator < row.endIndex,
      let id = MetadataText.string(row[..<separator]), !id.utf8.contains(0x20)
    else {
      throw MetadataProblem("expected the row of a tablet, TABLE;END-ROW or TABLE<, found \"\(Self.quoted(row))\"")
    }
    let rest = row[(separator + 1)...]
    var extent = KeyExtent(tableId: id)
    if row[separator] == UInt8(ascii: ";") {
      guard let endRow = MetadataText.bytes(rest) else { throw Self.badText(rest) }
      extent.endRow = endRow
    } else if !rest.isEmpty {
      throw MetadataProblem("expected nothing behind the < of a last tablet, found \"\(Self.quoted(rest))\"")
    }
    tablet = Tablet(extent: extent, files: [])
  }

  mutating func add(
    _ line: MetadataLine, _ bytes: UnsafeBufferPointer<UInt8>
  ) throws(MetadataProblem) {
    let (qualifier, value) = (bytes[line.qualifier], bytes[line.value])
    func isNamed(_ name: StaticString) -> Bool { bytes.has(name, at: line.qualifier) }
    switch line.family {
    case .other: break
    case .tab:
      if isNamed("~pr") { try addPreviousRow(value) }
      if isNamed("availability") { tablet.version = .v4 }
    case .file:
      let file = try MetadataFile.file(qualifier, value)
      // Two spellings of one file are two files, two lines of one spelling are a broken copy.
      guard fileNames.insert(Array(qualifier)) else {
        throw MetadataProblem("the tablet \(tablet.extent) has the file \(file.part) twice")
      }
      tablet.files.append(file)
      if qualifier.first == UInt8(ascii: "{") { tablet.version = .v4 }
    case .location:
      guard !hasLocation else { throw MetadataProblem("a second location of the tablet; it can be hosted only once") }
      hasLocation = true
      tablet.location = try Self.server(value)
    case .future:
      guard tablet.future == nil else {
        throw MetadataProblem("a second future location of the tablet; it can be assigned only once")
      }
      tablet.future = try Self.server(value)
    case .last: tablet.last = try Self.server(value)
    case .server:
      if isNamed("dir") {
        try addDirectory(value)
      } else if isNamed("opid") {
        guard let operation = MetadataText.string(value) else { throw Self.badText(value) }
        hindrances.insert("operation \(operation)")
        tablet.version = .v4
      } else if isNamed("selected") {
        let selection = try MetadataFile.selected(value)
        (tablet.selected, selectedBy, tablet.version) = (selection?.files, selection?.operation, .v4)
      }
    case .external:
      let job = try MetadataFile.external(qualifier, value, of: tablet.extent)
      guard !jobs.contains(where: { $0.ecid == job.ecid }) else {
        throw MetadataProblem("the tablet \(tablet.extent) has the compaction \(job.ecid) twice")
      }
      jobs.append(job)
      if job.group != nil { tablet.version = .v4 }
    case .log: hindrances.insert("write-ahead logs are to be recovered")
    case .merged:
      hindrances.insert("merged into another tablet")
      tablet.version = .v4
    case .split: if isNamed("unsplittable") { (tablet.isUnsplittable, tablet.version) = (true, .v4) }
    case .userRequest: (tablet.userCompactionWaits, tablet.version) = (true, .v4)
    }
  }

  private mutating func addDirectory(_ value: Slice<UnsafeBufferPointer<UInt8>>) throws(MetadataProblem) {
    guard let name = MetadataText.string(value), !name.isEmpty else { throw Self.badText(value) }
    // Before version 1.8 the directory could be a whole URI.
    tablet.directory = FileName.isURI(name) || name.hasPrefix("/") ? name : "tables/\(tablet.extent.tableId)/\(name)"
  }

  /// The complete row. One that has only compactions is what is left of a tablet that is gone.
  func finished() throws(MetadataProblem) -> MetadataRow {
    guard hasPreviousRow || (!jobs.isEmpty && tablet.files.isEmpty) else {
      throw MetadataProblem("the tablet \(tablet.extent) ends without a ~tab:~pr, which every tablet has")
    }
    var row = MetadataRow(tablet: tablet, isTablet: hasPreviousRow, jobs: jobs, selectedBy: selectedBy)
    row.tablet.running = jobs.map(\.running)
    for place in jobs.indices { row.jobs[place].extent = tablet.extent }
    guard tablet.version == .v4 else { return row }
    var hindrances = hindrances
    if tablet.location != nil, tablet.future != nil { hindrances.insert("both a location and a future location") }
    if !hindrances.isEmpty { row.tablet.held = hindrances.sorted().joined(separator: "; ") }
    return row
  }

  /// The value is `\x00`, or `\x01` and the row.
  private mutating func addPreviousRow(_ value: Slice<UnsafeBufferPointer<UInt8>>) throws(MetadataProblem) {
    guard let bytes = MetadataText.bytes(value), let first = bytes.first, first <= 1, first == 1 || bytes.count == 1
    else { throw MetadataProblem("expected \\x00 or \\x01 and a row in ~tab:~pr, found \"\(Self.quoted(value))\"") }
    hasPreviousRow = true
    guard first == 1 else { return }
    let row = Array(bytes.dropFirst())
    if let end = tablet.extent.endRow, !row.lexicographicallyPrecedes(end) {
      throw MetadataProblem(
        "expected a previous end row before the end row \"\(ByteText.encode(end))\", found \"\(ByteText.encode(row))\"")
    }
    tablet.extent.prevEndRow = row
  }

  private static func server(_ value: Slice<UnsafeBufferPointer<UInt8>>) throws(MetadataProblem) -> String {
    guard let colon = value.lastIndex(of: UInt8(ascii: ":")), colon > value.startIndex, colon + 1 < value.endIndex,
      value[(colon + 1)...].allSatisfy({ (48...57).contains($0) }), let text = MetadataText.string(value)
    else { throw MetadataProblem("expected a server, HOST:PORT, found \"\(quoted(value))\"") }
    return text
  }

  static func quoted(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> String {
    String(decoding: text.prefix(80), as: UTF8.self)
  }

  static func badText(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> MetadataProblem {
    MetadataProblem(#"expected text with bytes as \xHH and \ as \\, found ""# + quoted(text) + "\"")
  }
}

/// Names as they are in the text.
private struct SpelledNames {
  /// Ascending, until the first that is not.
  private var ascending: [[UInt8]] = []
  /// All, from then on.
  private var all: Set<[UInt8]>?

  /// Whether the name is new. A scan prints names in order: mostly a look at the last one tells.
  mutating func insert(_ name: [UInt8]) -> Bool {
    if all == nil {
      if ascending.last.map({ $0.lexicographicallyPrecedes(name) }) ?? true {
        ascending.append(name)
        return true
      }
      all = Set(ascending)
    }
    return all?.insert(name).inserted ?? false
  }
}
