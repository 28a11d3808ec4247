// A file as the metadata of 4.0 names it, in column qualifiers and, as a string, within other JSON:
//
//     {"path":"hdfs://nn1:8020/accumulo/tables/2a/t-000001j/F0000070.rf","startRow":"AmMA","endRow":"Am0A"}
//
// The rows (startRow, endRow] belong to the tablet. No bound is an empty text. A bound is the row and a zero byte, with
// its length as Hadoop's variable-length integer before it, in base64 with `-` and `_`:
//
//     "m"   02 6d 00   Am0A          the zero byte makes of the row the first key behind it
//     ""    01 00      AQA=          the empty row is a bound
//
// Accumulo: `StoredTabletFile`, `ReferencedTabletFile`.

package struct StoredTabletFile: Hashable, Sendable {
  package var path: String
  /// Nil: the whole file.
  package var range: FileRange?

  /// - Throws: `FieldError` for a path that is none of a tablet's file, and for a range that ends before it begins.
  init(path: String, range: FileRange? = nil) throws(FieldError) {
    self.path = Self.normalized(path)
    self.range = range?.prevEndRow == nil && range?.endRow == nil ? nil : range
    do throws(TabletFilePathError) { try TabletFilePath.check(self.path) } catch {
      throw FieldError("path", expected: error.expected, found: "\"\(path.prefix(200))\"")
    }
    if let first = range?.prevEndRow, let last = range?.endRow, last.lexicographicallyPrecedes(first) {
      throw FieldError(
        "endRow", expected: "a row that is not before startRow",
        found: FileRange(prevEndRow: first, endRow: last).description)
    }
  }

  /// Reads the text; fields in any order, unknown ones ignored, padding or none, bytes behind a bound ignored.
  package init(json: some StringProtocol) throws(FieldError) {
    let fields = try GsonFields(parsing: json)
    let path = try fields.string("path")
    guard let place = Self.illegalByte(in: path) else {
      try self.init(
        path: path,
        range: FileRange(prevEndRow: try Self.row("startRow", of: fields), endRow: try Self.row("endRow", of: fields)))
      return
    }
    throw FieldError(
      "path", expected: "a URI, without byte 0x\(String(place, radix: 16))", found: "\"\(path.prefix(200))\"")
  }

  /// The text as Accumulo writes it.
  var json: String { Self.text(path: path, range: range) }

  /// The text of a part of a file; without a range, of all of it.
  package static func text(path: String, range: FileRange?) -> String {
    var line = JSONLine()
    line.object { line in
      line.field("path", path)
      line.field("startRow", text(range?.prevEndRow))
      line.field("endRow", text(range?.endRow))
    }
    return line.text
  }

  /// Whether a text has the form of a stored file; what 2.1 stored is a path.
  package static func isStored(_ text: some StringProtocol) -> Bool {
    let bytes = text.utf8.drop { $0 <= 0x20 }
    return bytes.first == UInt8(ascii: "{") && text.utf8.reversed().first { $0 > 0x20 } == UInt8(ascii: "}")
  }

  package var part: FilePart { FilePart(path, range: range) }

  private static func row(_ name: String, of fields: GsonFields) throws(FieldError) -> [UInt8]? {
    let text = try fields.string(name)
    if text.isEmpty { return nil }
    func wrong(_ expected: String) -> FieldError {
      FieldError(name, expected: expected, found: "\"\(text.prefix(60))\"")
    }
    guard !text.utf8.contains(UInt8(ascii: "+")), !text.utf8.contains(UInt8(ascii: "/")),
      let bytes = Base64.decode(text)
    else { throw wrong("base64 with - and _") }
    guard var row = hadoopText(bytes) else { throw wrong("a row in base64 with its length before it") }
    guard row.popLast() == 0 else { throw wrong("a row that a zero byte ends") }
    return row
  }

  private static func text(_ row: [UInt8]?) -> String {
    guard let row else { return "" }
    let length = row.count + 1
    var bytes: [UInt8] =
      switch length {
      case ...127: [UInt8(length)]
      case ...0xFF: [0x8F, UInt8(length)]
      case ...0xFFFF: [0x8E, UInt8(length >> 8), UInt8(length & 0xFF)]
      default: [0x8D, UInt8(length >> 16 & 0xFF), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF)]
      }
    bytes += row + [0]
    return Base64.encode(bytes).replacing("+", with: "-").replacing("/", with: "_")
  }

  /// A length of one byte up to 127, else -112 - n and n bytes of it, the highest first; and at least so many bytes.
  static func hadoopText(_ bytes: [UInt8]) -> [UInt8]? {
    guard let first = bytes.first.map({ Int8(bitPattern: $0) }) else { return nil }
    var (length, start) = (Int(first), 1)
    if first < 0 {
      let count = -112 - Int(first)
      guard (1...4).contains(count), bytes.count > count else { return nil }
      length = bytes[1...count].reduce(0) { $0 << 8 | Int($1) }
      start += count
    }
    return length >= 0 && bytes.count - start >= length ? Array(bytes[start..<start + length]) : nil
  }

  /// Without empty parts, `.` and `..` behind the authority. Hadoop: `Path`.
  private static func normalized(_ path: String) -> String {
    guard let colon = path.firstIndex(of: ":") else { return path }
    var rest = path[path.index(after: colon)...]
    var head = String(path[...colon])
    if rest.hasPrefix("//") {
      let end = rest.dropFirst(2).firstIndex(of: "/") ?? rest.endIndex
      head += rest[..<end]
      rest = rest[end...]
    }
    guard rest.contains("//") || rest.contains("/.") || rest.hasSuffix("/") else { return path }
    var parts: [Substring] = []
    for part in rest.split(separator: "/") where part != "." {
      if part == "..", !parts.isEmpty { parts.removeLast() } else { parts.append(part) }
    }
    return head + "/" + parts.joined(separator: "/")
  }

  /// One that Java takes in no URI.
  private static func illegalByte(in path: String) -> UInt8? {
    path.utf8.first { $0 <= 0x20 || $0 == 0x7F || #""<>\^`{|}"#.utf8.contains($0) }
  }
}
