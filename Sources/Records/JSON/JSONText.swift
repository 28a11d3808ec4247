// A parsed text: the bytes, and a flat list of the values in them, in the order in which they stand.
//
//     {"file":"F1.rf","parts":[1,2],"time":null}
//
//     0  object   next 9          everything up to `next` is inside
//     1  string   file            a field: its name, then its value
//     2  string   F1.rf
//     3  string   parts
//     4  array    next 7
//     5  number   1
//     6  number   2
//     7  string   time
//     8  null
//
// A list in place of a tree: a line of records has about a hundred values, and each would be an allocation or two.
// Records are read from it field by field (`RecordFields`); only what a record keeps becomes a `String`.

/// Immutable once `JSONParser` has filled it, up to the next text that it takes.
final class JSONText {
  enum Kind: UInt8 {
    case null, no, yes, number, string, array, object
  }

  /// One value. Offsets fit 32 bits, since a text is limited to `lengthLimit`.
  struct Value {
    let kind: Kind
    /// Where a number's or string's bytes begin, and where they end. Strings are without quotes and escapes.
    let start: UInt32
    let end: UInt32
    /// The index after the value and all that is inside of it.
    var next: UInt32
  }

  /// Bytes.
  static let lengthLimit = Int(UInt32.max) - 8

  /// A copy of the text, in which escapes are replaced by what they stand for. Zeros follow, so that eight bytes can
  /// be read at once.
  private(set) var bytes: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  private(set) var values: UnsafeMutablePointer<Value>
  private(set) var valueCount = 0
  /// Of `bytes`, and of `values`.
  private var room = 8
  private var capacity = 8

  /// Of no bytes.
  init() {
    bytes = .allocate(capacity: room)
    values = .allocate(capacity: capacity)
  }

  /// Takes another text, without its values. Nothing may be left that was made of the one before.
  /// - Parameter text: at most `lengthLimit` bytes.
  func take(_ text: UnsafeRawBufferPointer) {
    precondition(text.count <= Self.lengthLimit)
    (count, valueCount) = (text.count, 0)
    if room < count + 8 {
      bytes.deallocate()
      room = count + 8
      bytes = .allocate(capacity: room)
    }
    if capacity < count / 8 { grow(to: count / 8) }
    UnsafeMutableRawPointer(bytes).copyMemory(from: text.baseAddress ?? UnsafeRawPointer(bytes), byteCount: count)
    (bytes + count).initialize(repeating: 0, count: 8)
  }

  deinit {
    bytes.deallocate()
    values.deallocate()
  }

  func append(_ kind: Kind, _ start: Int, _ end: Int) {
    if valueCount == capacity { grow(to: capacity * 2) }
    values[valueCount] = Value(
      kind: kind, start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end),
      next: UInt32(truncatingIfNeeded: valueCount + 1))
    valueCount += 1
  }

  /// Makes room for so many values.
  private func grow(to capacity: Int) {
    let larger = UnsafeMutablePointer<Value>.allocate(capacity: capacity)
    larger.moveInitialize(from: values, count: valueCount)
    values.deallocate()
    (values, self.capacity) = (larger, capacity)
  }

  /// The bytes of a string or number. Valid as long as the text.
  func bytes(at place: Int) -> UnsafeBufferPointer<UInt8> {
    let value = values[place]
    return UnsafeBufferPointer(start: bytes + Int(value.start), count: Int(value.end - value.start))
  }

  /// A string's text, or a number's digits.
  func content(at place: Int) -> String { String(decoding: bytes(at: place), as: UTF8.self) }

  /// Ends the array or object at `index`: all values after it are inside of it.
  func close(_ index: Int) { values[index].next = UInt32(truncatingIfNeeded: valueCount) }
}

/// One value of a parsed text.
package struct JSONItem {
  let text: JSONText
  let index: Int

  var value: JSONText.Value { text.values[index] }
  var kind: JSONText.Kind { value.kind }
  /// The index of the value after this one.
  var next: Int { Int(value.next) }

  /// The bytes of a string or number. Valid as long as the item.
  var bytes: UnsafeBufferPointer<UInt8> { text.bytes(at: index) }

  /// A string's text, or a number's digits.
  var content: String { text.content(at: index) }

  /// Nil for anything but a string.
  package var string: String? { kind == .string ? content : nil }

  /// What it is, for messages: `the number 5`.
  package var found: String {
    switch kind {
    case .null: "null"
    case .no: "false"
    case .yes: "true"
    case .number: "the number \(content.prefix(40))"
    case .string: "the text \"\(content.prefix(40))\""
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSONItem {
  /// The whole text: one value with nothing but white space around it.
  package init(parsing bytes: [UInt8], _ dialect: JSONValue.Dialect = .strict) throws(JSONSyntaxError) {
    try self.init(parsing: bytes, in: 0..<bytes.count, dialect)
  }

  /// The value that fills this part of the bytes.
  package init(
    parsing bytes: [UInt8], in range: Range<Int>, _ dialect: JSONValue.Dialect = .strict
  ) throws(JSONSyntaxError) {
    try self.init(parsing: bytes, in: range, dialect, into: JSONText())
  }

  /// - Parameter text: where the value is kept; nothing may be left that was made of it before.
  init(
    parsing bytes: [UInt8], in range: Range<Int>, _ dialect: JSONValue.Dialect = .strict, into text: JSONText
  ) throws(JSONSyntaxError) {
    guard range.count <= JSONText.lengthLimit else {
      throw JSONSyntaxError(offset: 0, expected: "a text of at most 4 GiB", found: "\(range.count) bytes")
    }
    bytes.withUnsafeBytes { text.take(UnsafeRawBufferPointer(rebasing: $0[range])) }
    var parser = JSONParser(text, isLenient: dialect == .lenient)
    try parser.wholeText()
    self.init(text: text, index: 0)
  }
}

extension JSONItem {
  /// Of an array; none for anything else.
  var elements: [JSONItem] {
    guard kind == .array else { return [] }
    var items: [JSONItem] = []
    var place = index + 1
    while place < next {
      items.append(JSONItem(text: text, index: place))
      place = items[items.count - 1].next
    }
    return items
  }

  /// Of an object, in the order of the text; none for anything else.
  var fields: [(name: String, value: JSONItem)] {
    guard kind == .object else { return [] }
    var fields: [(name: String, value: JSONItem)] = []
    var place = index + 1
    while place < next {
      let value = JSONItem(text: text, index: place + 1)
      fields.append((JSONItem(text: text, index: place).content, value))
      place = value.next
    }
    return fields
  }
}
