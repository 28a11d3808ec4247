// One entry of the metadata table as Accumulo's shell prints it:
//
//     2;row\x00 file:hdfs://nn1/accumulo/tables/2/t-1/F0001.rf [] 1625819156894⇥1234,56
//     └─row───┘ └family└─qualifier──────────────────────────┘ │  └timestamp    └value
//                                                             └visibility
//
// The timestamp is printed only with `-st`, the tab and the value only when the value is not empty. Bytes are escaped
// as in `ByteText`, but blanks are not, so a row may contain some: the column is found from the end of the line.

internal import Entries

/// The parts of a line, as ranges of its bytes, still escaped.
struct MetadataLine {
  enum Family: Sendable {
    case tab, file, location, future, last, server, external, log
    /// 4.0
    case merged, split, userRequest
    /// A family, known or unknown, that says nothing about where a tablet is or which files it has.
    case other
  }

  var row: Range<Int>
  var family: Family
  var qualifier: Range<Int>
  var value: Range<Int>

  private static let names: [(String, Family)] = [
    ("~tab", .tab), ("file", .file), ("loc", .location), ("future", .future), ("last", .last), ("srv", .server),
    ("ecomp", .external), ("log", .log), ("merged", .merged), ("split", .split),
    ("userRequestToCompact", .userRequest), ("suspend", .other), ("loaded", .other), ("scan", .other),
    ("!cloned", .other), ("chopped", .other), ("compacted", .other),
  ]
  private static let families: [(name: [UInt8], family: Family)] = names.map { (Array($0.0.utf8), $0.1) }

  /// Returns nil for a line that does not have the form of an entry.
  init?(_ bytes: UnsafeBufferPointer<UInt8>, in line: Range<Int>) {
    let tab = bytes[line].firstIndex(of: 0x09) ?? line.upperBound
    value = (tab < line.upperBound ? tab + 1 : tab)..<line.upperBound
    guard let head = Self.endOfColumn(bytes, line.lowerBound..<tab) else { return nil }
    // Going back from the last blank: the first blank that stands before the name of a known family.
    var blank = head
    var lastColumn: Range<Int>?
    while let next = bytes[line.lowerBound..<blank].lastIndex(of: 0x20) {
      blank = next
      let column = next + 1..<head
      guard let colon = bytes[column].firstIndex(of: UInt8(ascii: ":")) else { continue }
      let name = bytes[column.lowerBound..<colon]
      if let known = Self.families.first(where: { $0.name.count == name.count && name.elementsEqual($0.name) }) {
        (row, family, qualifier) = (line.lowerBound..<blank, known.family, colon + 1..<head)
        if row.isEmpty { return nil }
        return
      }
      if lastColumn == nil { lastColumn = column }
    }
    guard let lastColumn, lastColumn.lowerBound - 1 > line.lowerBound else { return nil }
    (row, family, qualifier) = (line.lowerBound..<lastColumn.lowerBound - 1, .other, lastColumn)
  }

  /// Where ` [visibility]` begins. Only a timestamp or a date follows it.
  private static func endOfColumn(_ bytes: UnsafeBufferPointer<UInt8>, _ part: Range<Int>) -> Int? {
    guard let close = bytes[part].lastIndex(of: UInt8(ascii: "]")) else { return nil }
    var open = close
    while let next = bytes[part.lowerBound..<open].lastIndex(of: UInt8(ascii: "[")) {
      open = next
      if open > part.lowerBound, bytes[open - 1] == 0x20 { return open - 1 }
    }
    return nil
  }
}

/// Escaped parts of a line to bytes or text.
enum MetadataText {
  /// The bytes; nil for text that no shell prints.
  static func bytes(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8]? {
    if !text.contains(UInt8(ascii: "\\")) { return Array(text) }
    return ByteText.decode(String(decoding: text, as: UTF8.self))
  }

  /// The bytes as text; nil also for bytes that are not UTF-8.
  static func string(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
    if text.contains(UInt8(ascii: "\\")) { return bytes(text).flatMap { String(validating: $0, as: UTF8.self) } }
    return String(validating: text, as: UTF8.self)
  }
}
