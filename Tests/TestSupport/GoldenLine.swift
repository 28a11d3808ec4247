package import Records

/// One line of a file of golden answers: a JSON object with `expect`. Reports name it by its `id`, or by its place.
package struct GoldenLine: CustomStringConvertible {
  package let json: JSONValue
  package let description: String

  /// All lines of a file such as `planner/planner.jsonl`.
  package static func all(_ name: String) throws -> [GoldenLine] {
    try lines(Fixtures.goldenLines(name), of: name)
  }

  /// All lines of a file of 4.0 such as `planner4/planner4_edge.jsonl`.
  package static func all4(_ name: String) throws -> [GoldenLine] {
    try lines(Fixtures.golden4Lines(name), of: name)
  }

  private static func lines(_ lines: [String], of name: String) throws -> [GoldenLine] {
    try lines.enumerated().map { index, line in
      let json = try JSONValue(parsing: Array(line.utf8))
      return GoldenLine(json: json, description: "\(name) line \(index + 1) \(json["id"]?.text ?? "")")
    }
  }

  package subscript(name: String) -> JSONValue? { json[name] }

  package var expect: JSONValue { json["expect"] ?? .null }

  /// Whether Accumulo threw an exception.
  package var expectsError: Bool { expect["error"] != nil }
}

extension JSONValue {
  /// The text of a string, or the digits of a number.
  package var text: String? {
    switch self {
    case .string(let text), .number(let text): text
    default: nil
    }
  }

  package var int64: Int64? { text.flatMap { Int64($0) } }

  package var int: Int? { int64.map { Int($0) } }

  package var double: Double? { text.flatMap { Double($0) } }

  package var bool: Bool? { if case .boolean(let value) = self { value } else { nil } }

  package var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }

  package var fields: [Field] { if case .object(let fields) = self { fields } else { [] } }

  package var strings: [String] { elements.compactMap(\.text) }

  /// An object of strings.
  package var dictionary: [String: String] {
    Dictionary(fields.compactMap { field in field.value.text.map { (field.name, $0) } }) { $1 }
  }
}
