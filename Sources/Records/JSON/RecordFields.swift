// The fields of a JSON object, read with checks. An error names the field by its path, `files[3].size`.

import Entries

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

/// A JSON object whose fields are read one by one. Fields that are never read are ignored; null counts as absent.
package struct RecordFields {
  private let fields: [JSONValue.Field]

  package init(_ value: JSONValue) throws(FieldError) {
    guard case .object(let fields) = value else { throw FieldError("", expected: "an object", found: value.kind) }
    self.fields = fields
  }

  package func value(_ name: String) -> JSONValue? {
    guard let field = fields.last(where: { $0.name == name }), field.value != .null else { return nil }
    return field.value
  }

  func required(_ name: String, _ expected: String) throws(FieldError) -> JSONValue {
    guard let value = value(name) else { throw FieldError(name, expected: expected, found: "nothing") }
    return value
  }

  package func string(_ name: String) throws(FieldError) -> String {
    let value = try required(name, "a string")
    guard case .string(let text) = value else { throw FieldError(name, expected: "a string", found: value.kind) }
    return text
  }

  func optionalString(_ name: String) throws(FieldError) -> String? {
    value(name) == nil ? nil : try string(name)
  }

  /// Bytes in shell text form.
  func bytes(_ name: String) throws(FieldError) -> [UInt8] {
    guard let bytes = try optionalBytes(name) else {
      throw FieldError(name, expected: "bytes as the shell prints them", found: "nothing")
    }
    return bytes
  }

  /// Bytes in shell text form; nil when absent.
  func optionalBytes(_ name: String) throws(FieldError) -> [UInt8]? {
    guard let text = try optionalString(name) else { return nil }
    guard let bytes = ByteText.decode(text) else {
      throw FieldError(name, expected: #"text with bytes as \xHH and \ as \\"#, found: "\"\(text.prefix(60))\"")
    }
    return bytes
  }

  package func boolean(_ name: String, ifAbsent absent: Bool) throws(FieldError) -> Bool {
    guard let value = value(name) else { return absent }
    guard case .boolean(let flag) = value else { throw FieldError(name, expected: "true or false", found: value.kind) }
    return flag
  }

  /// A whole number within the range. `2.0` and `1e3` count as whole.
  package func integer(
    _ name: String, in range: ClosedRange<Int64> = 0...Int64.max, ifAbsent absent: Int64? = nil
  ) throws(FieldError) -> Int64 {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard let value = value(name) else {
      if let absent { return absent }
      throw FieldError(name, expected: expected, found: "nothing")
    }
    guard case .number(let digits) = value, let number = Self.wholeNumber(digits), range.contains(number) else {
      throw FieldError(name, expected: expected, found: value.kind)
    }
    return number
  }

  func double(_ name: String, ifAbsent absent: Double) throws(FieldError) -> Double {
    guard let value = value(name) else { return absent }
    guard case .number(let digits) = value, let number = Double(digits) else {
      throw FieldError(name, expected: "a number", found: value.kind)
    }
    return number
  }

  package func array<Element>(
    _ name: String, ifAbsent absent: [Element]? = nil, _ read: (JSONValue) throws(FieldError) -> Element
  ) throws(FieldError) -> [Element] {
    guard let value = value(name) else {
      if let absent { return absent }
      throw FieldError(name, expected: "an array", found: "nothing")
    }
    guard case .array(let values) = value else { throw FieldError(name, expected: "an array", found: value.kind) }
    var elements: [Element] = []
    elements.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      do throws(FieldError) { elements.append(try read(value)) } catch { throw error.inside("\(name)[\(index)]") }
    }
    return elements
  }

  package func strings(_ name: String, ifAbsent absent: [String]? = nil) throws(FieldError) -> [String] {
    try array(name, ifAbsent: absent) { (value) throws(FieldError) in
      guard case .string(let text) = value else { throw FieldError("", expected: "a string", found: value.kind) }
      return text
    }
  }

  package func object<Result>(_ name: String, _ read: (RecordFields) throws(FieldError) -> Result) throws(FieldError)
    -> Result
  {
    let value = try required(name, "an object")
    do throws(FieldError) { return try read(RecordFields(value)) } catch { throw error.inside(name) }
  }

  /// An object of strings.
  func dictionary(_ name: String) throws(FieldError) -> [String: String]? {
    guard let value = value(name) else { return nil }
    guard case .object(let fields) = value else { throw FieldError(name, expected: "an object", found: value.kind) }
    var dictionary: [String: String] = [:]
    for field in fields {
      guard case .string(let text) = field.value else {
        throw FieldError("\(name).\(field.name)", expected: "a string", found: field.value.kind)
      }
      dictionary[field.name] = text
    }
    return dictionary
  }

  func integers() -> [(name: String, value: Int64)] {
    fields.compactMap { field in
      guard case .number(let digits) = field.value, let number = Self.wholeNumber(digits) else { return nil }
      return (field.name, number)
    }
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
