// One entry of the metadata table as Accumulo's shell prints it:
//
//     2;row\x00 file:hdfs://nn1/accumulo/tables/2/t-1/F0001.rf [] 1625819156894⇥1234,56
//     └─row───┘ └family└─qualifier──────────────────────────┘ │  └timestamp    └value
//                                                             └visibility
//
// The timestamp is printed only with `-st`, the tab and the value only when the value is not empty. Bytes are escaped
// as in `ByteText`, but blanks are not, so a row may contain some: the column is found from the end of the line.

internal import Entries
internal import Glibc

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

  private static let families: [(name: StaticString, family: Family)] = [
    ("file", .file), ("srv", .server), ("~tab", .tab), ("loc", .location), ("last", .last), ("future", .future),
    ("ecomp", .external), ("log", .log), ("merged", .merged), ("split", .split),
    ("userRequestToCompact", .userRequest), ("suspend", .other), ("loaded", .other), ("scan", .other),
    ("!cloned", .other), ("chopped", .other), ("compacted", .other),
  ]

  /// Returns nil for a line that does not have the form of an entry.
  init?(_ bytes: UnsafeBufferPointer<UInt8>, in line: Range<Int>) {
    let tab = bytes.first(0x09, in: line) ?? line.upperBound
    value = (tab < line.upperBound ? tab + 1 : tab)..<line.upperBound
    guard let head = Self.endOfColumn(bytes, line.lowerBound..<tab) else { return nil }
    // Word by word from the end of the column: the first that begins with a known family, of which none has a blank.
    var end = head
    var lastColumn: Range<Int>?
    while let blank = bytes[line.lowerBound..<end].lastIndex(of: 0x20) {
      let word = blank + 1..<end
      end = blank
      guard let colon = bytes.first(UInt8(ascii: ":"), in: word) else { continue }
      let name = word.lowerBound..<colon
      if let known = Self.families.first(where: { bytes.has($0.name, at: name) }) {
        (row, family, qualifier) = (line.lowerBound..<blank, known.family, colon + 1..<head)
        if row.isEmpty { return nil }
        return
      }
      if lastColumn == nil { lastColumn = word.lowerBound..<head }
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

extension UnsafeBufferPointer<UInt8> {
  /// The place of the first such byte in a range.
  fileprivate func first(_ byte: UInt8, in range: Range<Int>) -> Int? {
    guard let start = baseAddress, let found = memchr(start + range.lowerBound, Int32(byte), range.count) else {
      return nil
    }
    return UnsafeRawPointer(found) - UnsafeRawPointer(start)
  }

  /// Whether the bytes of a range are those of a name.
  func has(_ name: StaticString, at range: Range<Int>) -> Bool {
    range.count == name.utf8CodeUnitCount
      && baseAddress.map { memcmp($0 + range.lowerBound, name.utf8Start, range.count) == 0 } ?? false
  }

  /// Whether the bytes of a range are these.
  func has(_ bytes: [UInt8], at range: Range<Int>) -> Bool {
    range.count == bytes.count
      && baseAddress.map { memcmp($0 + range.lowerBound, bytes, range.count) == 0 } ?? false
  }
}

/// Escaped parts of a line to bytes or text.
enum MetadataText {
  /// The bytes; nil for text that no shell prints.
  static func bytes(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8]? {
    ByteText.decode(UnsafeBufferPointer(rebasing: text))
  }

  /// The bytes as text; nil also for bytes that are not UTF-8.
  static func string(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> String? {
    // Nearly all text stands for itself. All bytes are looked at, so that many are looked at at once.
    let needsCare = text.reduce(0) { $0 | $1 & 0x80 | ($1 == UInt8(ascii: "\\") ? 1 : 0) } != 0
    if !needsCare { return String(decoding: UnsafeBufferPointer(rebasing: text), as: UTF8.self) }
    return bytes(text).flatMap { String(validating: $0, as: UTF8.self) }
  }
}
