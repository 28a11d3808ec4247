// Where settings come from, lowest first:
//
//     Accumulo's defaults  <  --config FILE ..  <  table.properties beside the tablets
//                          <  --config TABLE=FILE ..  <  -p KEY=VALUE
//
// The properties in an exported table come right after the defaults, so that all that is given wins over them.
//
// Iterators are special, because they form a stack and are not single values. A new table has a VersioningIterator in
// every scope. A source that sets any `table.iterator.majc.*` defines the whole stack, so the default iterator is
// dropped; `-p` changes single keys; an empty value removes an iterator with its options. The same holds for the scopes
// scan and minc.
//
//     file: table.iterator.majc.sum=10,..SummingCombiner      the stack is sum alone
//     -p table.iterator.majc.vers.opt.maxVersions=3           the stack is vers, with three versions
//     -p table.iterator.majc.vers=                            the stack is empty

/// All the settings that were given, in layers.
package struct Configuration: Sendable {
  private var shared: [ConfigurationSource] = []
  private var ofTable: [String: [ConfigurationSource]] = [:]
  private var overrides: [(key: String, value: String)] = []

  /// No settings given: Accumulo's defaults.
  package init() {}

  /// Adds a source that holds for all tables. Later sources win.
  package mutating func add(_ source: ConfigurationSource) { shared.append(source) }

  /// Adds a source that holds for one table.
  package mutating func add(_ source: ConfigurationSource, forTable tableId: String) {
    ofTable[tableId, default: []].append(source)
  }

  /// Sets a single value that wins over all sources.
  package mutating func override(_ key: String, _ value: String) { overrides.append((key, value)) }

  /// The settings of a table, or of no table in particular.
  /// - Parameter tableProperties: the `table.properties` of the table's directory, or those of its export.
  package func settings(forTable tableId: String? = nil, tableProperties: ConfigurationSource? = nil) -> Settings {
    var settings = Settings()
    if let tableId { settings.beginAs(metadataTable: tableId) }
    if let tableProperties, tableProperties.isBase { settings.apply(tableProperties) }
    for source in shared { settings.apply(source) }
    if let tableProperties, !tableProperties.isBase { settings.apply(tableProperties) }
    if let tableId { for source in ofTable[tableId] ?? [] { settings.apply(source) } }
    for (key, value) in overrides { settings.set(key, value) }
    return settings
  }

  /// The settings of a job that carries those of its table, as far as they differ from Accumulo's defaults. The sources
  /// and overrides given here win over them.
  package func settings(ofJob properties: [String: String], forTable tableId: String) -> Settings {
    var settings = Settings(properties)
    for source in shared { settings.apply(source) }
    for source in ofTable[tableId] ?? [] { settings.apply(source) }
    for (key, value) in overrides { settings.set(key, value) }
    return settings
  }
}
