import ArgumentParser
import Records

/// `tablets --load-plan`: files, and the split points of the table that they go to.
struct LoadPlanOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Print, as the JSON of Accumulo's LoadPlan, which tablets the RFiles given as paths go to in a bulk import. Without "
        + "--splits and --tablets: the first and last row of each file."))
  var loadPlan = false

  @Option(
    help: ArgumentHelp(
      "With --load-plan: the table's split points, a row on each line, as getsplits prints them.", valueName: "FILE"))
  var splits: String?

  @Flag(help: "With --splits: the rows are in base64, as getsplits -b64 prints them.")
  var base64 = false

  @Option(
    name: .customLong("tablets"),
    help: ArgumentHelp(
      "With --load-plan: the table's tablets as records; - is standard input. With several tables, --table chooses.",
      valueName: "FILE"))
  var records: String?

  @Option(
    help: ArgumentHelp(
      "With --load-plan: warn of a file that goes to more tablets than this. Default: 10.", valueName: "N"))
  var spread: Int?

  func validate() throws {
    let others = [
      ("--splits", splits != nil), ("--base64", base64), ("--tablets", records != nil), ("--spread", spread != nil),
    ].filter(\.1)
    guard loadPlan || others.isEmpty else { throw ValidationError("\(others[0].0) goes with --load-plan") }
    guard splits == nil || records == nil else { throw ValidationError("--splits does not go with --tablets") }
    guard !base64 || splits != nil else { throw ValidationError("--base64 goes with --splits") }
    guard spread == nil || splits != nil || records != nil else {
      throw ValidationError("--spread goes with --splits or --tablets: without them no tablets are known")
    }
    if let spread, spread < 1 { throw ValidationError("expected at least 1 for --spread, found \(spread)") }
  }

  /// Beyond it, a file is warned of.
  var mostTablets: Int { spread ?? 10 }
}
