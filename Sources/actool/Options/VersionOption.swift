import ArgumentParser
import Records

/// Which Accumulo.
struct VersionOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Whose rules: 2.1 or 4.0. Default: told by the settings (compaction.service.* is 4.0), else by the tablets, else 2.1.",
      valueName: "VERSION"))
  var accumulo: AccumuloVersion?
}

extension AccumuloVersion: ExpressibleByArgument {}
