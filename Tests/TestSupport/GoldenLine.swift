public import Tablets

/// One line of a file of golden answers: a JSON object with `expect`, and an `id` or at least its place for reports.
public struct GoldenLine: CustomStringConvertible {
  public let json: JSONValue
  public let description: String

  /// All lines of a file such as `planner/planner.jsonl`.
  public static func all(_ name: String) throws -> [GoldenLine] {
    try Fixtures.goldenLines(name).enumerated().map { index, line in
      let json = try JSONValue(parsing: Array(line.utf8))
      return GoldenLine(json: json, description: "\(name) line \(index + 1) \(json["id"]?.text ?? "")")
    }
  }

  public subscript(name: String) -> JSONValue? { json[name] }

  public var expect: JSONValue { json["expect"] ?? .null }

  /// Whether Accumulo threw something.
  public var expectsError: Bool { expect["error"] != nil }
}

extension JSONValue {
  /// The text of a string, or the digits of a number.
  public var text: String? {
    switch self {
    case .string(let text), .number(let text): text
    default: nil
    }
  }

  public var int64: Int64? { text.flatMap { Int64($0) } }

  public var int: Int? { int64.map { Int($0) } }

  public var double: Double? { text.flatMap { Double($0) } }

  public var bool: Bool? { if case .boolean(let value) = self { value } else { nil } }

  public var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }

  public var fields: [Field] { if case .object(let fields) = self { fields } else { [] } }

  public var strings: [String] { elements.compactMap(\.text) }

  /// An object of strings.
  public var dictionary: [String: String] {
    Dictionary(fields.compactMap { field in field.value.text.map { (field.name, $0) } }) { $1 }
  }
}
