// Writes JSON: one object per line, fields in the order in which they are written.
//
//     {"type":"tablet","extent":{"tableId":"2","endRow":"m"},"files":[{"file":"F0001.rf","size":1234,"entries":56}]}\n
//
// `JSONEncoder` is not used. It promises no order of fields, so the same records would not give the same bytes. And it
// builds a tree of every record first, which is too slow for a plan of thousands of tablets or a scan of millions of
// entries.

import Entries

/// A buffer of JSON text that grows by objects. Its owner can write out `bytes` and empty it at any time.
///
/// Commas are placed by looking at the last byte: after `{`, `[` or `:` nothing is needed, and no value ends in one of
/// them.
package struct JSONLine: Sendable {
  package private(set) var bytes: [UInt8] = []
  private let escapesHTML: Bool

  /// - Parameter escapesHTML: writes `<`, `>`, `&`, `=` and `'` as `\u003c` and so on, as Gson does by default.
  package init(escapesHTML: Bool = false) {
    self.escapesHTML = escapesHTML
  }

  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Forgets what was written and keeps the memory.
  package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// An object with a `type`, and a line feed.
  package mutating func record(_ type: String, _ fields: (inout JSONLine) throws -> Void) rethrows {
    try object { line in
      line.field("type", type)
      try fields(&line)
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  /// An object as the next value, or as the whole text.
  package mutating func object(_ fields: (inout JSONLine) throws -> Void) rethrows {
    separate()
    bytes.append(UInt8(ascii: "{"))
    try fields(&self)
    bytes.append(UInt8(ascii: "}"))
  }

  package mutating func object(_ name: String, _ fields: (inout JSONLine) throws -> Void) rethrows {
    key(name)
    try object(fields)
  }

  package mutating func array<Elements: Sequence>(
    _ name: String, _ elements: Elements, _ write: (inout JSONLine, Elements.Element) throws -> Void
  ) rethrows {
    key(name)
    bytes.append(UInt8(ascii: "["))
    for element in elements { try write(&self, element) }
    bytes.append(UInt8(ascii: "]"))
  }

  package mutating func field(_ name: String, _ value: String) {
    key(name)
    self.value(value)
  }

  package mutating func field(_ name: String, _ value: some FixedWidthInteger) {
    key(name)
    self.value(value)
  }

  package mutating func field(_ name: String, _ value: Bool) {
    key(name)
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
  }

  /// JSON has no infinity and no NaN; they become null.
  package mutating func field(_ name: String, _ value: Double) {
    key(name)
    bytes.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
  }

  package mutating func null(_ name: String) {
    key(name)
    bytes.append(contentsOf: "null".utf8)
  }

  /// Bytes in the text form of Accumulo's shell (`ByteText`), then escaped for JSON.
  package mutating func field(_ name: String, bytes value: some Sequence<UInt8>) {
    key(name)
    bytes.append(UInt8(ascii: "\""))
    for byte in value {
      switch byte {
      case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\\\"#.utf8)
      case 32...126: append(byte)
      default:
        bytes.append(UInt8(ascii: "\\"))
        ByteText.append(byte, to: &bytes)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  package mutating func field(_ name: String, _ values: [String]) {
    array(name, values) { $0.value($1) }
  }

  /// Sorted by name, because a dictionary has no order.
  package mutating func field(_ name: String, _ values: [String: String]) {
    object(name) { line in
      for (name, value) in values.sorted(by: { $0.key < $1.key }) { line.field(name, value) }
    }
  }

  /// Left out when nil.
  package mutating func field(_ name: String, _ value: String?) {
    if let value { field(name, value) }
  }

  /// A string as the next element of an array.
  package mutating func value(_ text: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { utf8 in
      // Paths, servers, numbers: nearly all text needs no escape.
      if !escapesHTML, !utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
        bytes.append(contentsOf: utf8)
      } else {
        for byte in utf8 { append(byte) }
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// A number as the next element of an array.
  package mutating func value(_ number: some FixedWidthInteger) {
    separate()
    guard let small = Int64(exactly: number), small >= 0 else {
      bytes.append(contentsOf: number.description.utf8)
      return
    }
    let start = bytes.count
    var rest = UInt64(small)
    repeat {
      bytes.append(48 + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  private mutating func key(_ name: String) {
    value(name)
    bytes.append(UInt8(ascii: ":"))
  }

  private mutating func separate() {
    switch bytes.last {
    case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"), UInt8(ascii: "\n"): break
    default: bytes.append(UInt8(ascii: ","))
    }
  }

  /// One byte of a UTF-8 string. Bytes beyond ASCII stay as they are.
  private mutating func append(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(byte)
    case 0x0A: bytes.append(contentsOf: "\\n".utf8)
    case 0x0D: bytes.append(contentsOf: "\\r".utf8)
    case 0x09: bytes.append(contentsOf: "\\t".utf8)
    case 0x08: bytes.append(contentsOf: "\\b".utf8)
    case 0x0C: bytes.append(contentsOf: "\\f".utf8)
    case 0..<32: appendEscape(byte)
    case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "'"):
      if escapesHTML { appendEscape(byte) } else { bytes.append(byte) }
    default: bytes.append(byte)
    }
  }

  /// `\u00xx` in lower case, as Gson writes it.
  private mutating func appendEscape(_ byte: UInt8) {
    bytes.append(contentsOf: "\\u00".utf8)
    for digit in [byte >> 4, byte & 15] { bytes.append(digit < 10 ? 48 + digit : 87 + digit) }
  }
}
