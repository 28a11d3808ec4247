/// The fields of a JSON object, read the way Gson reads them into a Java object: strings, numbers and booleans are
/// interchangeable where Java can convert one to the other, null counts as absent, and unknown fields are ignored.
package struct GsonFields {
  private let value: JSONValue

  /// - Throws: `FieldError` for anything but an object.
  init(_ value: JSONValue, of field: String = "") throws(FieldError) {
    guard case .object = value else { throw FieldError(field, expected: "an object", found: value.kind) }
    self.value = value
  }

  package init(parsing text: some StringProtocol) throws(FieldError) {
    let value: JSONValue
    do throws(JSONSyntaxError) { value = try JSONValue(parsing: Array(text.utf8), .lenient) } catch {
      throw FieldError("", expected: error.expected, found: "\(error.found) at column \(error.offset + 1)")
    }
    try self.init(value)
  }

  package func optionalString(_ name: String) throws(FieldError) -> String? {
    try Self.string(value[name] ?? .null, name)
  }

  package func string(_ name: String) throws(FieldError) -> String {
    guard let text = try optionalString(name) else { throw FieldError(name, expected: "a string", found: "nothing") }
    return text
  }

  package func strings(_ name: String) throws(FieldError) -> [String] {
    guard case .array(let elements)? = value[name] else {
      throw FieldError(name, expected: "an array", found: value[name]?.kind ?? "nothing")
    }
    var strings: [String] = []
    for (index, element) in elements.enumerated() {
      guard let text = try Self.string(element, "\(name)[\(index)]") else {
        throw FieldError("\(name)[\(index)]", expected: "a string", found: "null")
      }
      strings.append(text)
    }
    return strings
  }

  func object(_ name: String) throws(FieldError) -> GsonFields { try GsonFields(value[name] ?? .null, of: name) }

  /// All of them, in the order of the text.
  var names: [String] {
    guard case .object(let fields) = value else { return [] }
    return fields.map(\.name)
  }

  /// Without Gson's liberties. False when absent.
  func plainBoolean(_ name: String) throws(FieldError) -> Bool {
    guard let value = value[name] else { return false }
    guard case .boolean(let flag) = value else { throw FieldError(name, expected: "true or false", found: value.kind) }
    return flag
  }

  /// False when absent.
  func boolean(_ name: String) throws(FieldError) -> Bool {
    switch value[name] ?? .null {
    case .null: return false
    case .boolean(let flag): return flag
    case .string(let text): return text.lowercased() == "true"
    case let other: throw FieldError(name, expected: "true or false", found: other.kind)
    }
  }

  func optionalInteger(_ name: String, in range: ClosedRange<Int64> = .min ... .max) throws(FieldError) -> Int64? {
    let value = value[name] ?? .null
    switch value {
    case .null: return nil
    case .number(let text), .string(let text):
      if let number = RecordFields.wholeNumber(text), range.contains(number) { return number }
    default: break
    }
    throw FieldError(
      name, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)", found: value.kind)
  }

  private static func string(_ value: JSONValue, _ name: String) throws(FieldError) -> String? {
    switch value {
    case .null: nil
    case .string(let text), .number(let text): text
    case .boolean(let flag): flag ? "true" : "false"
    default: throw FieldError(name, expected: "a string", found: value.kind)
    }
  }
}
