// Writes JSON: one object per line, fields in the order in which they are written.
//
//     {"type":"tablet","extent":{"tableId":"2","endRow":"m"},"files":[{"file":"F0001.rf","size":1234,"entries":56}]}\n
//
// `JSONEncoder` is not used. It promises no order of fields, so the same records would not give the same bytes. And it
// builds a tree of every record first, which is too slow for a plan of thousands of tablets or a scan of millions of
// entries.

/// A buffer of JSON text that grows by objects. Its owner can write out `bytes` and empty it at any time.
///
/// Commas are placed by looking at the last byte: after `{`, `[` or `:` nothing is needed, and no value ends in one of
/// them.
package struct JSONLine: Sendable {
  /// The text, and room for more.
  private var room: [UInt8] = []
  private var count = 0
  private let escapesHTML: Bool

  /// - Parameter escapesHTML: writes `<`, `>`, `&`, `=` and `'` as `\u003c` and so on, as Gson does by default.
  package init(escapesHTML: Bool = false) {
    self.escapesHTML = escapesHTML
  }

  package var bytes: [UInt8] { Array(room[..<count]) }
  package var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }
  package var isEmpty: Bool { count == 0 }

  /// What was written, without a copy of it.
  package func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
    try room.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[..<count])) }
  }

  /// Forgets what was written and keeps the memory.
  package mutating func removeAll() { count = 0 }

  /// An object with a `type`, and a line feed.
  package mutating func record(_ type: String, _ fields: (inout JSONLine) throws -> Void) rethrows {
    try object { line in
      line.field("type", type)
      try fields(&line)
    }
    put("\n")
  }

  /// An object as the next value, or as the whole text.
  package mutating func object(_ fields: (inout JSONLine) throws -> Void) rethrows {
    write(atMost: 2) { pen in
      pen.separate()
      pen.put(UInt8(ascii: "{"))
    }
    try fields(&self)
    put("}")
  }

  package mutating func object(_ name: String, _ fields: (inout JSONLine) throws -> Void) rethrows {
    key(name)
    try object(fields)
  }

  package mutating func array<Elements: Sequence>(
    _ name: String, _ elements: Elements, _ write: (inout JSONLine, Elements.Element) throws -> Void
  ) rethrows {
    key(name)
    put("[")
    for element in elements { try write(&self, element) }
    put("]")
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
    put(value ? "true" : "false")
  }

  /// JSON has no infinity and no NaN; they become null.
  package mutating func field(_ name: String, _ value: Double) {
    key(name)
    put(value.isFinite ? value.description : "null")
  }

  package mutating func null(_ name: String) {
    key(name)
    put("null")
  }

  /// Bytes in the text form of Accumulo's shell (`ByteText`), then escaped for JSON.
  package mutating func field(_ name: String, bytes value: some Collection<UInt8>) {
    key(name)
    let escapesHTML = escapesHTML
    write(atMost: value.count * JSONPen.longestByte + 3) { pen in
      pen.put(UInt8(ascii: "\""))
      for byte in value { pen.put(shell: byte, escapesHTML: escapesHTML) }
      pen.put(UInt8(ascii: "\""))
    }
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
  package mutating func value(_ text: String) { quote(text, then: nil) }

  /// A number as the next element of an array.
  package mutating func value(_ number: some FixedWidthInteger) {
    guard let small = Int64(exactly: number), small >= 0 else {
      write(atMost: 1) { $0.separate() }
      return put(number.description)
    }
    write(atMost: 20) { pen in
      pen.separate()
      pen.put(decimal: UInt64(small))
    }
  }

  private mutating func key(_ name: String) { quote(name, then: UInt8(ascii: ":")) }

  /// A string in quotes, and what follows it.
  private mutating func quote(_ text: String, then next: UInt8?) {
    let escapesHTML = escapesHTML
    var text = text
    text.withUTF8 { utf8 in
      // Paths, servers, numbers: nearly all text needs no escape.
      let isPlain = !escapesHTML && JSONPen.isPlain(utf8)
      write(atMost: utf8.count * (isPlain ? 1 : JSONPen.longestByte) + 4) { pen in
        pen.separate()
        pen.put(UInt8(ascii: "\""))
        if isPlain { pen.put(utf8) } else { for byte in utf8 { pen.put(escaping: byte, escapesHTML: escapesHTML) } }
        pen.put(UInt8(ascii: "\""))
        if let next { pen.put(next) }
      }
    }
  }

  /// Text as it is.
  private mutating func put(_ text: String) {
    var text = text
    text.withUTF8 { utf8 in write(atMost: utf8.count) { $0.put(utf8) } }
  }

  /// Writes at the end of the text, at most so many bytes.
  private mutating func write(atMost most: Int, _ body: (inout JSONPen) -> Void) {
    if room.count - count < most { room.append(contentsOf: repeatElement(0, count: max(most, room.count, 512))) }
    let place = count
    count = room.withUnsafeMutableBufferPointer { room in
      guard let start = room.baseAddress else { return place }
      var pen = JSONPen(start: start, at: start + place)
      body(&pen)
      return pen.at - start
    }
  }
}
