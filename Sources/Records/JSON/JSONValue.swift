// Reads JSON, in two dialects: the standard's, for records; and that of Gson's lenient mode, with which Accumulo reads
// the `executors` option and its metadata:
//
//     strict   {"name":"small","numThreads":2}
//     lenient  {name:'small'; numThreads = "2"}   # quotes optional, `=` or `=>` for `:`, `;` for `,`, comments
//
// `JSONDecoder` is not used. It cannot be lenient, and its errors do not name the field in a readable form. And a
// stream of 11,280 tablets is 100 thousand objects, each of which would go through `Codable`.

/// A JSON value as a tree, for small texts of many forms: numbers stay text, fields keep their order.
package enum JSONValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  /// The digits as they are written in the text.
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

  /// The value of a field, the last one if the name repeats; nil when absent, or when this is not an object.
  package subscript(name: String) -> JSONValue? {
    guard case .object(let fields) = self else { return nil }
    return fields.last { $0.name == name }?.value
  }

  /// What kind of value it is, for messages: `a string`, `the number 5`.
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

  /// One value with nothing but white space around it.
  package init(parsing bytes: [UInt8], _ dialect: Dialect = .strict) throws(JSONSyntaxError) {
    self.init(try JSONItem(parsing: bytes, dialect))
  }

  /// The tree of a value and all that is inside of it.
  package init(_ item: JSONItem) {
    switch item.kind {
    case .null: self = .null
    case .no: self = .boolean(false)
    case .yes: self = .boolean(true)
    case .number: self = .number(item.content)
    case .string: self = .string(item.content)
    case .array: self = .array(item.elements.map { JSONValue($0) })
    case .object: self = .object(item.fields.map { Field(name: $0.name, value: JSONValue($0.value)) })
    }
  }
}

/// JSON text that is not JSON.
package struct JSONSyntaxError: Error, Hashable, CustomStringConvertible {
  /// How many bytes come before the error.
  package var offset: Int
  package var expected: String
  package var found: String

  /// `column 12: expected ':', found '}'`
  package var description: String { "column \(offset + 1): expected \(expected), found \(found)" }
}
