// JSON in. Two dialects: what the standard says, for records; and what Gson in its lenient mode takes, because Accumulo
// reads the `executors` option and its metadata with it:
//
//     strict   {"name":"small","numThreads":2}
//     lenient  {name:'small'; numThreads = "2"}   # quotes optional, `=` or `=>` for `:`, `;` for `,`, comments
//
// Ours and not `JSONDecoder`: it cannot be lenient, it does not name the field of an error in a form for people, and a
// stream of 11,280 tablets is 100 thousand objects, each of which would go through `Codable`.

/// A JSON value as it was written: numbers stay text, fields keep their order.
package enum JSONValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  /// The digits as they stand in the text.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([Field])

  package struct Field: Hashable, Sendable {
    package var name: String
    package var value: JSONValue

    package init(name: String, value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  package enum Dialect: Sendable {
    case strict
    /// `com.google.gson.stream.JsonReader` with `setLenient(true)`.
    case lenient
  }

  /// The value of a field, the last one when the name repeats; nil when there is none, or when this is no object.
  package subscript(name: String) -> JSONValue? {
    guard case .object(let fields) = self else { return nil }
    return fields.last { $0.name == name }?.value
  }

  /// What it is, for messages: `a string`, `the number 5`.
  package var kind: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .number(let digits): "the number \(digits.prefix(40))"
    case .string(let text): "the text \"\(text.prefix(40))\""
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// JSON text that is not JSON.
package struct JSONSyntaxError: Error, Hashable, CustomStringConvertible {
  /// Bytes before the place.
  package var offset: Int
  package var expected: String
  package var found: String

  /// `column 12: expected ':', found '}'`
  package var description: String { "column \(offset + 1): expected \(expected), found \(found)" }
}
