// From entries to tablets. The columns of a tablet come together, and the importer stops at the `~tab:~pr` of the tablet
// without an end row (Accumulo: `PopulateMetadataTable`):
//
//     2a;m   file:hdfs://nn1/accumulo/tables/2a/t-1/F0001.rf      "1234,56" or "1234,56,1625819156894"
//     2a;m   srv:time                                              "M1705792626286" or "L17"
//     2a;m   ~tab:availability                                     4.0 only
//     2a;m   ~tab:~pr                                              00, or 01 and the previous end row
//     2a<    file:..
//     2a<    srv:time
//     2a<    ~tab:~pr                                              the end; nothing behind it is read

internal import Entries
internal import Java
package import Records

/// A tablet of an exported table.
package struct ExportedTablet: Hashable, Sendable {
  /// Its files are named as in the metadata: a full URI, or a bare name.
  package var tablet: Tablet
  /// `srv:time`: `M` and milliseconds, or `L` and a counter.
  package var time: String
  /// 4.0: `~tab:availability`.
  package var availability: String?

  package init(_ tablet: Tablet, time: String, availability: String? = nil) {
    (self.tablet, self.time, self.availability) = (tablet, time, availability)
  }
}

/// Reads the tablets of an export one by one, in their order. Holds one of them and a block of the archive.
package final class ExportedTablets {
  /// Rows that two tablets have or none has, as far as was read.
  package private(set) var extentProblems: [ExtentProblem] = []
  /// Whether something stands behind the last tablet, which the importer does not read.
  package private(set) var hasRest = false

  static let fileName = "metadata.bin"

  private let entries: MetadataEntries
  private let place: String
  private let isVersion4: Bool
  /// What is wrong; it throws where that is an error.
  private let find: (ImportFinding) throws -> Void
  private var sequence = ExtentSequence()
  private var row: [UInt8] = []
  private var current: Columns?
  private var isAtEnd = false

  private struct Columns {
    var extent: KeyExtent
    var files: [TabletFile] = []
    var time: String?
    var availability: String?
    var hasPreviousRow = false
  }

  init(
    _ stream: ZipStream, place: String, exportVersion: Int32, find: @escaping (ImportFinding) throws -> Void
  ) {
    entries = MetadataEntries(place: place) { try stream.read(into: $0) }
    self.place = place
    isVersion4 = exportVersion >= 2
    self.find = find
  }

  /// The next tablet; nil at the end.
  /// - Throws: `ExportError`.
  package func next() throws -> ExportedTablet? {
    while !isAtEnd {
      guard let entry = try entries.next() else { throw endless() }
      var complete: ExportedTablet?
      if !isSameRow(entry.row) {
        complete = try finish()
        row = entry.row.array
        current = Columns(extent: try extent(entry.row))
      }
      let isLast = try add(entry)
      if isLast {
        isAtEnd = true
        // The tablet before it comes out first.
        if complete == nil { return try last() }
      }
      if let complete { return complete }
    }
    return try last()
  }

  private func last() throws -> ExportedTablet? {
    guard current != nil else { return nil }
    let tablet = try finish()
    extentProblems += sequence.problems(before: nil)
    hasRest = try entries.skipRest()
    return tablet
  }

  private func endless() -> ExportError {
    ExportError(
      place: place,
      problem: entries.count == 0
        ? "there is no entry in it, so the importer fails"
        : "ends after \(entries.count) entries without the ~tab:~pr of a last tablet, so the importer fails: it is cut off"
    )
  }

  private func isSameRow(_ next: ByteView) -> Bool { current != nil && next.bytes.elementsEqual(row) }

  /// Table id, and `;` and the end row, or `<`. The id has neither.
  private func extent(_ row: ByteView) throws -> KeyExtent {
    let bytes = row.bytes
    let separator = bytes.firstIndex(of: UInt8(ascii: ";"))
    let id = bytes[..<(separator ?? max(bytes.count - 1, 0))]
    guard !id.isEmpty, id.allSatisfy({ (48...57).contains($0) || (97...122).contains($0) || $0 == 33 || $0 == 43 }),
      separator != nil || bytes.last == UInt8(ascii: "<")
    else {
      throw entries.error(
        "expected the row of a tablet, ID;END-ROW or ID<, found \"\(ByteText.encode(bytes.prefix(80)))\"")
    }
    return KeyExtent(
      tableId: String(decoding: id, as: UTF8.self), endRow: separator.map { Array(bytes[($0 + 1)...]) })
  }

  /// Returns true for the entry at which the importer stops.
  private func add(_ entry: MetadataEntry) throws -> Bool {
    if entry.is("file") {
      try addFile(entry)
    } else if entry.is("srv", "time") {
      try addTime(entry.value)
    } else if entry.is("~tab", "~pr") {
      try addPreviousRow(entry.value)
      return current?.extent.endRow == nil
    } else if isVersion4, entry.is("~tab", "availability") {
      current?.availability = String(decoding: entry.value.bytes, as: UTF8.self)
    } else {
      let name =
        ByteText.encode(entry.family.bytes.prefix(40)) + ":" + ByteText.encode(entry.qualifier.bytes.prefix(40))
      try found(.refused, "a column that no export has, \(name)")
    }
    return false
  }

  private func addFile(_ entry: MetadataEntry) throws {
    guard let (size, fields) = Self.numbers(entry.value), size.size >= 0, size.entries >= 0 else {
      return try found(
        .refused,
        "expected SIZE,ENTRIES or SIZE,ENTRIES,TIME as the value of a file, found "
          + "\"\(ByteText.encode(entry.value.bytes.prefix(60)))\"")
    }
    if fields > 3 { try found(.odd, "a file has \(fields) numbers in place of three, and loses its set time") }
    var file: TabletFile
    do throws(FieldError) { file = try ExportedFileName.file(entry.qualifier, isVersion4: isVersion4) } catch {
      return try found(.refused, "a file that cannot be read: \(error)")
    }
    (file.size, file.entries) = (size.size, size.entries)
    file.time = size.time.flatMap { $0 < 0 ? nil : $0 }
    current?.files.append(file)
  }

  /// As Java's `split(",")` and `parseLong` read them: empty fields at the end do not count.
  private static func numbers(
    _ value: ByteView
  ) -> (value: (size: Int64, entries: Int64, time: Int64?), fields: Int)? {
    var numbers: (Int64, Int64, Int64) = (0, 0, 0)
    var (fields, start, end) = (0, 0, value.count)
    while end > 0, value.start[end - 1] == UInt8(ascii: ",") { end -= 1 }
    while start <= end {
      var next = start
      while next < end, value.start[next] != UInt8(ascii: ",") { next += 1 }
      if fields < 3 {
        let field = ByteView(start: value.start + start, count: next - start)
        // Of four numbers the third is not read.
        let number = JavaNumber.long(field)
        guard let number = fields < 2 ? number : number ?? .min else { return nil }
        switch fields {
        case 0: numbers.0 = number
        case 1: numbers.1 = number
        default: numbers.2 = number
        }
      }
      fields += 1
      start = next + 1
    }
    guard fields >= 2, fields != 3 || numbers.2 != .min else { return nil }
    return ((numbers.0, numbers.1, fields == 3 ? numbers.2 : nil), fields)
  }

  private func addTime(_ value: ByteView) throws {
    let text = String(decoding: value.bytes, as: UTF8.self)
    guard let kind = text.first, kind == "M" || kind == "L", JavaNumber.long(String(text.dropFirst())) != nil else {
      return try found(
        .broken,
        "expected M or L and a number in srv:time, found \"\(ByteText.encode(value.bytes.prefix(40)))\": "
          + "such a tablet cannot be loaded")
    }
    current?.time = text
  }

  private func addPreviousRow(_ value: ByteView) throws {
    guard value.count > 0 else { return try found(.refused, "an empty ~tab:~pr") }
    current?.hasPreviousRow = true
    guard value.start[0] != 0 else { return }
    let previous = Array(value.bytes.dropFirst())
    if let end = current?.extent.endRow, !previous.lexicographicallyPrecedes(end) {
      return try found(
        .refused,
        "the previous end row \"\(ByteText.encode(previous.prefix(60)))\" is not before the end row "
          + "\"\(ByteText.encode(end.prefix(60)))\"")
    }
    current?.extent.prevEndRow = previous
  }

  private func finish() throws -> ExportedTablet? {
    guard let done = current else { return nil }
    current = nil
    if !done.hasPreviousRow { try found(.broken, "\(done.extent) has no ~tab:~pr") }
    if done.time == nil { try found(.broken, "\(done.extent) has no srv:time, so it cannot be loaded") }
    try checkNames(of: done)
    extentProblems += sequence.problems(before: done.extent)
    var tablet = Tablet(extent: done.extent, files: done.files)
    if isVersion4 { tablet.version = .v4 }
    return ExportedTablet(tablet, time: done.time ?? "", availability: done.availability)
  }

  /// A file may come several times in 4.0, each time with other rows.
  private func checkNames(of done: Columns) throws {
    guard done.files.count > 1 else { return }
    var paths: [Substring: String] = Dictionary(minimumCapacity: done.files.count)
    for (place, file) in done.files.enumerated() {
      guard let other = paths.updateValue(file.file, forKey: file.file.lastPart) else { continue }
      if other != file.file {
        try found(.broken, "\(done.extent) has \(other) and \(file.file), which become one file")
      } else if done.files[..<place].contains(where: { $0.part == file.part }) {
        throw entries.error("\(done.extent) has \(file.part) twice")
      }
    }
  }

  private func found(_ kind: ImportFinding.Kind, _ problem: String) throws {
    try find(ImportFinding(kind, at: "\(place), entry \(entries.count)", problem))
  }
}

extension MetadataEntry {
  fileprivate func `is`(_ family: StaticString, _ qualifier: StaticString? = nil) -> Bool {
    self.family.equals(family) && (qualifier.map { self.qualifier.equals($0) } ?? true)
  }
}

extension ByteView {
  fileprivate func equals(_ text: StaticString) -> Bool {
    count == text.utf8CodeUnitCount
      && bytes.elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}
