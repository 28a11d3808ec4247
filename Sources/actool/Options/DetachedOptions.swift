import ArgumentParser
import ExportedTable

/// Jobs that belong to no tablet directory, and exported tables.
struct DetachedOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write all outputs into this directory; the inputs are only read, and nothing is reserved. A run that was interrupted "
        + "goes on there. Results are also in its jobs-done.json. On a server (s3://bucket/out, webhdfs://nn1:9870/out) every "
        + "output gets a name that is free, is read back, and has its result in NAME.json beside it.", valueName: "OUT")
  )
  var into: String?

  @Option(
    help: ArgumentHelp(
      "With --into on a server: the directory for outputs in the making. Default: TMPDIR, or /tmp.", valueName: "DIR"))
  var scratch: String?

  @Option(
    help: ArgumentHelp(
      "With --into: compact every tablet of this exported table fully, and make OUT an exported table; -p sets properties of "
        + "the new table.", valueName: "IN"))
  var export: String?

  @Option(
    name: .customLong("drop-property"), parsing: .singleValue,
    help: ArgumentHelp("With --export: the new table does not have this property. Repeatable.", valueName: "KEY"))
  var dropped: [String] = []

  @Option(
    help: ArgumentHelp(
      "With --export: the new table has other tablets. The file has the end row of each tablet but the last, one a line; "
        + "\\xHH is a byte.", valueName: "FILE"))
  var splits: String?

  func validate() throws {
    if into == nil {
      try OptionConflict.require("--into", for: [("--export", export != nil), ("--scratch", scratch != nil)])
    }
    if export == nil {
      try OptionConflict.require("--export", for: [("--drop-property", !dropped.isEmpty), ("--splits", splits != nil)])
    }
  }
}

/// How the properties of a new table differ.
struct PropertyChangeOptions: ParsableArguments {
  @Option(
    name: [.customShort("p"), .customLong("property")], parsing: .singleValue,
    help: ArgumentHelp(
      "With --write-export: a property of the new table. An empty value removes an iterator. Repeatable.",
      valueName: "KEY=VALUE"))
  var properties: [String] = []

  @Option(
    name: .customLong("drop-property"), parsing: .singleValue,
    help: ArgumentHelp("With --write-export: the new table does not have this property. Repeatable.", valueName: "KEY"))
  var dropped: [String] = []

  func validate() throws { try ConfigurationOptions.validate(properties: properties) }

  var given: [(name: String, isGiven: Bool)] {
    [("--property", !properties.isEmpty), ("--drop-property", !dropped.isEmpty)]
  }

  var changes: PropertyChanges { PropertyChanges(properties, dropped: dropped) }
}

extension PropertyChanges {
  /// - Parameter properties: `KEY=VALUE`
  init(_ properties: [String], dropped: [String]) {
    self.init(
      assigned: properties.compactMap { property in
        guard let equals = property.firstIndex(of: "=") else { return nil }
        return Change(String(property[..<equals]), String(property[property.index(after: equals)...]))
      }, dropped: dropped)
  }
}
