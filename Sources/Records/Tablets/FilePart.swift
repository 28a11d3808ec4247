// Which file, among the files of a tablet: a path, and in 4.0 the rows of it that belong to the tablet. Two parts of one
// path are two files. In lists of files a part stands as one text, as Accumulo's log has it:
//
//     F0001.rf              the whole file, or the only part of it that the tablet has
//     F0001.rf (a,m]        rows after a, up to m
//     F0001.rf (-inf,m]     no bound
//
// Rows are in the text form of Accumulo's shell, with blanks and commas as `\x20` and `\x2C`, and a row `-inf` or
// `+inf` with its sign as `\x2D` or `\x2B`. Accumulo: `StoredTabletFile.toMinimalString`.

import Entries

package struct FilePart: Hashable, Sendable {
  /// A name in the tablet's directory, or a full URI.
  package var file: String
  /// Nil: all of it.
  package var range: FileRange?

  package init(_ file: String, range: FileRange? = nil) {
    self.file = file
    self.range = range
  }

  /// Reads the text of a list. What has no form of a part is the name of a file.
  package init(text: String) {
    self.init(text)
    guard text.utf8.last == UInt8(ascii: "]"), let blank = text.lastIndex(of: " ") else { return }
    let rows = text[text.index(after: blank)...].dropLast()
    guard rows.first == "(", let comma = rows.firstIndex(of: ","), !text[..<blank].isEmpty else { return }
    let (first, last) = (rows[..<comma].dropFirst(), rows[rows.index(after: comma)...])
    var range = FileRange(prevEndRow: nil, endRow: nil)
    if first != "-inf" {
      guard let row = ByteText.decode(String(first)) else { return }
      range.prevEndRow = row
    }
    if last != "+inf" {
      guard let row = ByteText.decode(String(last)) else { return }
      range.endRow = row
    }
    self.init(String(text[..<blank]), range: range)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(file)
    if let range { hasher.combine(range) }
  }
}

extension FilePart: ExpressibleByStringLiteral {
  package init(stringLiteral text: String) { self.init(text: text) }
}

extension FilePart: CustomStringConvertible {
  package var description: String { range.map { "\(file) \($0)" } ?? file }
}

extension TabletFile {
  package var part: FilePart { FilePart(file, range: range) }
}

extension FileRange: CustomStringConvertible {
  /// `(a,m]`, `(-inf,m]`
  package var description: String {
    "(\(Self.text(prevEndRow, unbounded: "-inf")),\(Self.text(endRow, unbounded: "+inf"))]"
  }

  private static func text(_ row: [UInt8]?, unbounded: String) -> String {
    guard let row else { return unbounded }
    let text = ByteText.encode(row).replacing(" ", with: #"\x20"#).replacing(",", with: #"\x2C"#)
    guard text == unbounded else { return text }
    return (text.first == "-" ? #"\x2D"# : #"\x2B"#) + text.dropFirst()
  }
}

extension FileRange: Comparable {
  /// By first row, then by last row; no bound is the first of first rows and the last of last rows.
  package static func < (a: FileRange, b: FileRange) -> Bool {
    if a.prevEndRow != b.prevEndRow {
      guard let x = a.prevEndRow else { return true }
      guard let y = b.prevEndRow else { return false }
      return x.lexicographicallyPrecedes(y)
    }
    guard a.endRow != b.endRow, let x = a.endRow else { return false }
    guard let y = b.endRow else { return true }
    return x.lexicographicallyPrecedes(y)
  }
}

extension TabletFile {
  /// Parts of one file may not overlap, or the tablet would have their common entries twice. Adjacent parts are fine.
  /// - Throws: `FieldError` for `files[n].range`.
  package static func checkParts(_ files: [TabletFile]) throws(FieldError) {
    guard files.contains(where: { $0.range != nil }) else { return }
    var ranges: [String: [FileRange]] = [:]
    for file in files { ranges[file.file, default: []].append(file.range ?? FileRange(prevEndRow: nil, endRow: nil)) }
    for (i, file) in files.enumerated() {
      guard let unsorted = ranges.removeValue(forKey: file.file), unsorted.count > 1 else { continue }
      // A range that ends where it begins has no rows.
      let parts = unsorted.filter { $0.prevEndRow == nil || $0.prevEndRow != $0.endRow }.sorted()
      for (a, b) in zip(parts, parts.dropFirst()) {
        if let end = a.endRow, let start = b.prevEndRow, !start.lexicographicallyPrecedes(end) { continue }
        throw FieldError(
          "files[\(i)].range", expected: "parts of \(file.file) that do not overlap", found: "\(a) and \(b)")
      }
    }
  }
}

extension FilePart {
  static func write(_ parts: [FilePart], as name: String, to line: inout JSONLine) {
    line.array(name, parts) { $0.value($1.description) }
  }

  static func list(
    _ name: StaticString, of fields: RecordFields, ifAbsent absent: [FilePart]? = nil
  ) throws(FieldError) -> [FilePart] {
    try fields.array(name, ifAbsent: absent, Self.init)
  }

  static func optionalList(_ name: StaticString, of fields: RecordFields) throws(FieldError) -> [FilePart]? {
    try fields.optionalArray(name, Self.init)
  }

  private init(_ element: JSONItem) throws(FieldError) {
    guard let text = element.string else { throw FieldError("", expected: "a string", found: element.found) }
    self.init(text: text)
  }
}

extension FileRange {
  /// The field `range` of a file.
  func write(to line: inout JSONLine) {
    line.object("range") { line in
      if let prevEndRow { line.field("prevEndRow", bytes: prevEndRow) }
      if let endRow { line.field("endRow", bytes: endRow) }
    }
  }

  /// The field `range` of a file; nil when it is not there.
  /// - Throws: `FieldError` for rows that are no text of bytes, and for a range that ends before it begins. One that
  ///   ends where it begins has no rows, and is taken, as Accumulo takes it.
  init?(_ file: RecordFields) throws(FieldError) {
    let found = try file.optionalObject("range") { (range) throws(FieldError) in
      let found = FileRange(
        prevEndRow: try range.optionalBytes("prevEndRow"), endRow: try range.optionalBytes("endRow"))
      if let first = found.prevEndRow, let last = found.endRow, last.lexicographicallyPrecedes(first) {
        throw FieldError("", expected: "an endRow that is not before prevEndRow", found: found.description)
      }
      return found
    }
    guard let found else { return nil }
    self = found
  }
}
