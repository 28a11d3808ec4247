// The fields of a JSON object, read with checks. An error names the field by its path, `files[3].size`.

import Entries
import Glibc

/// A field that is missing or has the wrong value.
package struct FieldError: Error, Hashable, CustomStringConvertible {
  /// `files[3].size`; empty for the object itself.
  package var field: String
  package var expected: String
  package var found: String

  package init(_ field: String, expected: String, found: String) {
    self.field = field
    self.expected = expected
    self.found = found
  }

  /// The same error, seen from the object that holds `outer`.
  func inside(_ outer: String) -> FieldError {
    var error = self
    error.field = field.isEmpty ? outer : field.hasPrefix("[") ? outer + field : outer + "." + field
    return error
  }

  /// `files[3].size: expected a size in bytes, found "big"`
  package var description: String { (field.isEmpty ? "" : field + ": ") + "expected \(expected), found \(found)" }
}

/// A JSON object whose fields are read one by one. Fields that are never read are ignored; null counts as absent, and of
/// a field that is there twice the last counts.
package struct RecordFields {
  private let item: JSONItem
  /// Those of the item's text. Reading through them counts no owners of it, which is dear for a million small fields.
  private let values: UnsafePointer<JSONText.Value>
  private let bytes: UnsafePointer<UInt8>

  package init(_ item: JSONItem) throws(FieldError) {
    guard item.kind == .object else { throw FieldError("", expected: "an object", found: item.found) }
    self.item = item
    (values, bytes) = (UnsafePointer(item.text.values), UnsafePointer(item.text.bytes))
  }

  /// - Throws: `JSONSyntaxError`; `FieldError` for anything but an object.
  package init(parsing bytes: [UInt8]) throws {
    try self.init(JSONItem(parsing: bytes))
  }

  package func has(_ name: StaticString) -> Bool { place(of: name) != nil }

  /// Where the value of a field stands in the text.
  private func place(of name: StaticString) -> Int? {
    let (start, count) = (name.utf8Start, name.utf8CodeUnitCount)
    let end = Int(values[item.index].next)
    var place = item.index + 1
    var found = 0
    while place < end {
      let field = values[place]
      if Int(field.end &- field.start) == count, memcmp(bytes + Int(field.start), start, count) == 0 {
        found = place + 1
      }
      place = Int(values[place + 1].next)
    }
    return found == 0 || values[found].kind == .null ? nil : found
  }

  /// The bytes of a string or number.
  private func bytes(at place: Int) -> UnsafeBufferPointer<UInt8> {
    let value = values[place]
    return UnsafeBufferPointer(start: bytes + Int(value.start), count: Int(value.end - value.start))
  }

  /// A string's text, or a number's digits.
  private func content(at place: Int) -> String { String(decoding: bytes(at: place), as: UTF8.self) }

  private func value(_ name: StaticString) -> JSONItem? { place(of: name).map { JSONItem(text: item.text, index: $0) } }

  package func string(_ name: StaticString) throws(FieldError) -> String {
    guard let text = try optionalString(name) else { throw absent(name, "a string") }
    return text
  }

  /// Nil when absent, as with all `optional` ones.
  package func optionalString(_ name: StaticString) throws(FieldError) -> String? {
    guard let place = place(of: name) else { return nil }
    guard values[place].kind == .string else { throw wrong(name, "a string", at: place) }
    return content(at: place)
  }

  /// Bytes in shell text form.
  package func bytes(_ name: StaticString) throws(FieldError) -> [UInt8] {
    guard let bytes = try optionalBytes(name) else { throw absent(name, "bytes as the shell prints them") }
    return bytes
  }

  func optionalBytes(_ name: StaticString) throws(FieldError) -> [UInt8]? {
    guard let place = place(of: name) else { return nil }
    guard values[place].kind == .string else { throw wrong(name, "a string", at: place) }
    guard let bytes = ByteText.decode(bytes(at: place)) else {
      throw FieldError(
        "\(name)", expected: #"text with bytes as \xHH and \ as \\"#,
        found: "\"\(content(at: place).prefix(60))\"")
    }
    return bytes
  }

  package func boolean(_ name: StaticString, ifAbsent absent: Bool) throws(FieldError) -> Bool {
    guard let place = place(of: name) else { return absent }
    let kind = values[place].kind
    guard kind == .yes || kind == .no else { throw wrong(name, "true or false", at: place) }
    return kind == .yes
  }

  /// A whole number within the range. `2.0` and `1e3` count as whole.
  package func integer(
    _ name: StaticString, in range: ClosedRange<Int64> = 0...Int64.max, ifAbsent absent: Int64? = nil
  ) throws(FieldError) -> Int64 {
    if let number = try optionalInteger(name, in: range) ?? absent { return number }
    throw self.absent(name, Self.text(range))
  }

  package func optionalInteger(
    _ name: StaticString, in range: ClosedRange<Int64> = 0...Int64.max
  ) throws(FieldError) -> Int64? {
    guard let place = place(of: name) else { return nil }
    guard values[place].kind == .number, let number = Self.wholeNumber(bytes(at: place)), range.contains(number)
    else { throw wrong(name, Self.text(range), at: place) }
    return number
  }

  private static func text(_ range: ClosedRange<Int64>) -> String {
    "a whole number from \(range.lowerBound) to \(range.upperBound)"
  }

  func double(_ name: StaticString, ifAbsent absent: Double) throws(FieldError) -> Double {
    try optionalDouble(name) ?? absent
  }

  /// A finite number.
  package func optionalDouble(_ name: StaticString) throws(FieldError) -> Double? {
    guard let place = place(of: name) else { return nil }
    guard values[place].kind == .number, let number = Double(content(at: place)), number.isFinite
    else { throw wrong(name, "a number", at: place) }
    return number
  }

  package func array<Element>(
    _ name: StaticString, ifAbsent absent: [Element]? = nil, _ read: (JSONItem) throws(FieldError) -> Element
  ) throws(FieldError) -> [Element] {
    if let elements = try optionalArray(name, read) ?? absent { return elements }
    throw self.absent(name, "an array")
  }

  func optionalArray<Element>(
    _ name: StaticString, _ read: (JSONItem) throws(FieldError) -> Element
  ) throws(FieldError) -> [Element]? {
    guard let value = value(name) else { return nil }
    guard value.kind == .array else { throw wrong(name, "an array", at: value.index) }
    var elements: [Element] = []
    var place = value.index + 1
    while place < value.next {
      let item = JSONItem(text: value.text, index: place)
      do throws(FieldError) { elements.append(try read(item)) } catch {
        throw error.inside("\(name)[\(elements.count)]")
      }
      place = item.next
    }
    return elements
  }

  package func strings(_ name: StaticString, ifAbsent absent: [String]? = nil) throws(FieldError) -> [String] {
    try array(name, ifAbsent: absent) { (value) throws(FieldError) in
      guard let text = value.string else { throw FieldError("", expected: "a string", found: value.found) }
      return text
    }
  }

  package func object<Result>(
    _ name: StaticString, _ read: (RecordFields) throws(FieldError) -> Result
  ) throws(FieldError) -> Result {
    guard let result = try optionalObject(name, read) else { throw absent(name, "an object") }
    return result
  }

  package func optionalObject<Result>(
    _ name: StaticString, _ read: (RecordFields) throws(FieldError) -> Result
  ) throws(FieldError) -> Result? {
    guard let value = value(name) else { return nil }
    do throws(FieldError) { return try read(RecordFields(value)) } catch { throw error.inside("\(name)") }
  }

  /// An object of strings.
  func dictionary(_ name: StaticString) throws(FieldError) -> [String: String]? {
    guard let value = value(name) else { return nil }
    guard value.kind == .object else { throw wrong(name, "an object", at: value.index) }
    var dictionary: [String: String] = [:]
    for field in value.fields {
      guard let text = field.value.string else {
        throw FieldError("\(name).\(field.name)", expected: "a string", found: field.value.found)
      }
      dictionary[field.name] = text
    }
    return dictionary
  }

  /// All fields that are whole numbers.
  package func integers() -> [(name: String, value: Int64)] {
    item.fields.compactMap { field in
      guard field.value.kind == .number, let number = Self.wholeNumber(bytes(at: field.value.index)) else { return nil }
      return (field.name, number)
    }
  }

  private func absent(_ name: StaticString, _ expected: String) -> FieldError {
    FieldError("\(name)", expected: expected, found: "nothing")
  }

  private func wrong(_ name: StaticString, _ expected: String, at place: Int) -> FieldError {
    FieldError("\(name)", expected: expected, found: JSONItem(text: item.text, index: place).found)
  }

  /// The number, if it is whole and fits.
  private static func wholeNumber(_ digits: UnsafeBufferPointer<UInt8>) -> Int64? {
    // A number of up to 18 digits fits; nearly all are that.
    guard digits.count <= 18, digits.allSatisfy({ $0 >= 48 && $0 <= 57 }) else {
      return wholeNumber(String(decoding: digits, as: UTF8.self))
    }
    return digits.reduce(0) { $0 &* 10 &+ Int64($1 &- 48) }
  }

  /// Beyond 2^53 a fraction or an exponent cannot be trusted to be exact.
  static func wholeNumber(_ digits: String) -> Int64? {
    if let number = Int64(digits) { return number }
    guard digits.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }),
      let number = Double(digits), number.magnitude < 9_007_199_254_740_992
    else { return nil }
    return Int64(exactly: number)
  }
}
