import Java

/// A property of the iterator stack that cannot be used.
struct IteratorConfigurationError: Error, CustomStringConvertible, Equatable {
  /// The full name, such as `table.iterator.majc.age.opt.ttl`.
  var property: String
  /// nil when the property is missing.
  var value: String?
  var reason: String

  /// `table.iterator.majc.age.opt.ttl=1d: expected a number of milliseconds`
  var description: String { property + (value.map { "=\($0)" } ?? "") + ": " + reason }
}

/// The options of one iterator, with their property name for errors.
///
/// Unknown options are ignored, as in Accumulo.
struct IteratorOptions: Sendable {
  /// `table.iterator.majc.<name>`
  let property: String
  let values: [String: String]

  subscript(option: String) -> String? { values[option] }

  /// Java's `Boolean.parseBoolean`: anything but `true`, in upper or lower case, is false.
  func bool(_ option: String, default value: Bool = false) -> Bool {
    values[option].map { $0.lowercased() == "true" } ?? value
  }

  /// Java's `Long.parseLong`, or nil when the option is missing.
  func long(_ option: String, expected: String) throws -> Int64? {
    guard let text = values[option] else { return nil }
    guard let value = JavaNumber.long(text) else { throw error(option, "expected \(expected)") }
    return value
  }

  func error(_ option: String, _ reason: String) -> IteratorConfigurationError {
    IteratorConfigurationError(property: property + ".opt." + option, value: values[option], reason: reason)
  }

  func missing(_ option: String, of className: String) -> IteratorConfigurationError {
    error(option, "missing; \(className) needs it")
  }
}
