// Where settings come from, lowest first:
//
//     Accumulo's defaults  <  --config FILE ..  <  table.properties beside the tablets
//                          <  --config TABLE=FILE ..  <  -p KEY=VALUE
//
// Iterators are special, as they are a stack and not single values. A new table has a VersioningIterator in every
// scope. A source that sets any `table.iterator.majc.*` speaks of the whole stack, so that the default one is dropped;
// `-p` changes single keys; an empty value removes an iterator with its options. The same goes for the scopes scan and
// minc.
//
//     file: table.iterator.majc.sum=10,..SummingCombiner      the stack is sum alone
//     -p table.iterator.majc.vers.opt.maxVersions=3           the stack is vers, with three versions
//     -p table.iterator.majc.vers=                            the stack is empty

/// All that was said about settings.
package struct Configuration: Sendable {
  private var shared: [ConfigurationSource] = []
  private var ofTable: [String: [ConfigurationSource]] = [:]
  private var overrides: [(key: String, value: String)] = []

  /// Nothing was said: Accumulo's defaults.
  package init() {}

  /// A source that holds for all tables. Later ones win.
  package mutating func add(_ source: ConfigurationSource) { shared.append(source) }

  /// A source that holds for one table id.
  package mutating func add(_ source: ConfigurationSource, forTable tableId: String) {
    ofTable[tableId, default: []].append(source)
  }

  /// A single setting that holds whatever the sources say.
  package mutating func override(_ key: String, _ value: String) { overrides.append((key, value)) }

  /// What holds for a table, or for no table in particular.
  /// - Parameter tableProperties: the `table.properties` of the table's directory.
  package func settings(forTable tableId: String? = nil, tableProperties: ConfigurationSource? = nil) -> Settings {
    var settings = Settings()
    if let tableId { settings.beginAs(metadataTable: tableId) }
    for source in shared { settings.apply(source) }
    if let tableProperties { settings.apply(tableProperties) }
    if let tableId { for source in ofTable[tableId] ?? [] { settings.apply(source) } }
    for (key, value) in overrides { settings.set(key, value) }
    return settings
  }
  /// What holds for a job that brings its table's settings along, as far as they are not Accumulo's defaults: what was said here
  /// lies over them.
  package func settings(ofJob properties: [String: String], forTable tableId: String) -> Settings {
    var settings = Settings(properties)
    for source in shared { settings.apply(source) }
    for source in ofTable[tableId] ?? [] { settings.apply(source) }
    for (key, value) in overrides { settings.set(key, value) }
    return settings
  }
}
