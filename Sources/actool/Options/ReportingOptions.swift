import ArgumentParser
import Glibc

/// How much a command tells about its work.
struct ReportingOptions: ParsableArguments {
  enum Progress: String, CaseIterable, ExpressibleByArgument {
    case json
  }

  @Flag(help: "Only errors on standard error.")
  var quiet = false

  @Option(help: "Prints progress records to standard error. Default: a line that is redrawn, when that is a terminal.")
  var progress: Progress?

  func validate() throws { if quiet { try OptionConflict.refuse(given, beside: "--quiet") } }

  /// Whether progress was asked for.
  var given: [(name: String, isGiven: Bool)] { [("--progress", progress != nil)] }

  func reporter(of command: String) -> Reporter {
    Reporter(
      command: command, isQuiet: quiet,
      progress: progress == .json ? .records : !quiet && isatty(2) == 1 ? .line : .none)
  }
}
