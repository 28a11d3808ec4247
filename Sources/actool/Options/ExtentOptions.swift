import ArgumentParser

/// `info --extents`: files with data outside the rows of their tablets.
struct ExtentOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Of tablet and table directories, exported tables, and files of tablet records: list the files with rows outside those of their "
        + "tablet."))
  var extents = false

  @Flag(help: "With --extents: count the entries outside, by reading all blocks of these files.")
  var deep = false

  @Option(
    help: ArgumentHelp(
      "With --extents: the tablets of a live cluster, from the output of `scan -t accumulo.metadata`; their files are "
        + "found with --map.", valueName: "FILE"))
  var metadata: String?

  @Option(
    name: .customLong("table"), parsing: .singleValue,
    help: ArgumentHelp("With --extents: only this table. Repeatable. Default: all tables.", valueName: "ID"))
  var tables: [String] = []

  func validate() throws {
    let others = [("--deep", deep), ("--metadata", metadata != nil), ("--table", !tables.isEmpty)].filter(\.1)
    guard extents || others.isEmpty else { throw ValidationError("\(others[0].0) goes with --extents") }
  }
}
