/// The settings of a table: Accumulo's defaults, with everything that was given laid over them.
package struct Settings: Sendable {
  private var values = AccumuloDefaults.settings
  /// Keys that were set, not defaults.
  private var setKeys: Set<String> = []
  /// Keys that a listing of the shell shows as defaults of its cluster.
  private var listedDefaults: Set<String> = []
  /// Whether settings of the table itself (`table.*`) were given, some or all of them.
  package private(set) var speaksOfTable = false

  /// Accumulo's defaults.
  init() {}

  /// Accumulo's defaults with these settings over them, as one source: how a job's `properties` are read.
  init(_ properties: [String: String]) {
    apply(ConfigurationSource(name: "properties", settings: properties))
  }

  package subscript(key: String) -> String? { values[key] }

  /// Whether Accumulo 2.1 has a setting of this name, or a prefix that takes any name after it: `table.custom.note`.
  package static func isKnown(_ key: String) -> Bool { AccumuloDefaults.knows(key) }

  /// Whether it was set; defaults do not count.
  package func isSet(_ key: String) -> Bool { setKeys.contains(key) }

  /// The first key below a prefix, in the order of their bytes, that any source names; nil when none does.
  package func firstNamed(below prefix: String) -> String? {
    [setKeys, listedDefaults].flatMap { keys in keys.filter { $0.hasPrefix(prefix) && $0 != prefix } }.min()
  }

  /// What somebody set below a prefix, by what follows it.
  package func set(below prefix: String) -> [String: String] {
    below(prefix).filter { setKeys.contains(prefix + $0.key) }
  }

  /// All settings with a prefix, by the rest of their names.
  package func below(_ prefix: String) -> [String: String] {
    var found: [String: String] = [:]
    for (key, value) in values where key.utf8.starts(with: prefix.utf8) {
      found[String(key.utf8.dropFirst(prefix.utf8.count)) ?? ""] = value
    }
    return found
  }

  /// The `table.*` settings that differ from Accumulo's defaults. A stack of iterators is given whole or, when it is
  /// the default one, not at all. An empty stack is written as the default iterator with an empty value.
  package var tableProperties: [String: String] {
    var properties: [String: String] = [:]
    for (key, value) in values where key.hasPrefix("table.") && AccumuloDefaults.settings[key] != value {
      properties[key] = value
    }
    for scope in AccumuloDefaults.iteratorScopes {
      let prefix = "table.iterator.\(scope)."
      let stack = values.filter { $0.key.hasPrefix(prefix) }
      let standard = AccumuloDefaults.settings.filter { $0.key.hasPrefix(prefix) }
      if stack == standard { continue }
      properties.merge(stack.isEmpty ? [prefix + "vers": ""] : stack) { $1 }
    }
    return properties
  }

  // MARK: Typed values

  /// Bytes, at least 0.
  package func size(_ key: String) throws(ConfigurationError) -> Int64 {
    let size = try read(key, ConfigurationValue.size)
    guard size >= 0 else {
      throw ConfigurationError(place: key, problem: "expected a size of at least 0, found \(size)")
    }
    return size
  }

  /// Milliseconds.
  package func duration(_ key: String) throws(ConfigurationError) -> Int64 {
    try read(key, ConfigurationValue.duration)
  }

  /// A number of at least 0, so no NaN. Accumulo: `PropertyType.FRACTION`.
  package func fraction(_ key: String) throws(ConfigurationError) -> Double {
    let fraction = try read(key, ConfigurationValue.fraction)
    guard fraction >= 0 else {
      throw ConfigurationError(place: key, problem: "expected a number of at least 0, found \(values[key] ?? "")")
    }
    return fraction
  }

  /// The same without a percent sign, as 4.0 reads ratios.
  package func plainFraction(_ key: String) throws(ConfigurationError) -> Double {
    _ = try read(key, ConfigurationValue.double)
    return try fraction(key)
  }

  /// A whole number of at least 0. Accumulo: `PropertyType.COUNT`.
  package func count(_ key: String) throws(ConfigurationError) -> Int {
    let count = try read(key, ConfigurationValue.count)
    guard count >= 0 else {
      throw ConfigurationError(place: key, problem: "expected a whole number of at least 0, found \(count)")
    }
    return count
  }

  package func boolean(_ key: String) throws(ConfigurationError) -> Bool { try read(key, ConfigurationValue.boolean) }

  private func read<Value>(
    _ key: String, _ parse: (String) throws(ConfigurationValueError) -> Value
  ) throws(ConfigurationError) -> Value {
    guard let text = values[key] else {
      throw ConfigurationError(place: key, problem: "expected a value, found nothing")
    }
    do throws(ConfigurationValueError) { return try parse(text) } catch {
      throw ConfigurationError(place: key, problem: error.description)
    }
  }

  // MARK: Layers

  mutating func beginAs(metadataTable tableId: String) {
    guard let initial = AccumuloDefaults.metadataTable(tableId) else { return }
    for scope in AccumuloDefaults.iteratorScopes { removeAll("table.iterator.\(scope).") }
    values.merge(initial) { $1 }
    speaksOfTable = true
  }

  mutating func apply(_ source: ConfigurationSource) {
    values.merge(source.defaults) { $1 }
    listedDefaults.formUnion(source.defaults.keys)
    for scope in AccumuloDefaults.iteratorScopes {
      let prefix = "table.iterator.\(scope)."
      if source.isWhole || source.settings.keys.contains(where: { $0.hasPrefix(prefix) }) { dropDefaultStack(prefix) }
    }
    // Sorted, so that an iterator with an empty value is removed before any options are set.
    for (key, value) in source.settings.sorted(by: { $0.key < $1.key }) { set(key, value) }
    if source.isWhole { speaksOfTable = true }
  }

  mutating func set(_ key: String, _ value: String) {
    if key.hasPrefix("table.") { speaksOfTable = true }
    setKeys.insert(key)
    if value.isEmpty, isIterator(key) {
      values[key] = nil
      removeAll(key + ".opt.")
    } else {
      values[key] = value
    }
  }

  /// `table.iterator.<scope>.<name>`
  private func isIterator(_ key: String) -> Bool {
    key.hasPrefix("table.iterator.") && key.utf8.count(where: { $0 == UInt8(ascii: ".") }) == 3
  }

  private mutating func dropDefaultStack(_ prefix: String) {
    for (key, value) in AccumuloDefaults.settings where key.hasPrefix(prefix) && !setKeys.contains(key) {
      if values[key] == value { values[key] = nil }
    }
  }

  private mutating func removeAll(_ prefix: String) {
    for key in values.keys where key.hasPrefix(prefix) { values[key] = nil }
  }
}
