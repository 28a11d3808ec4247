import ArgumentParser
import Glibc

/// How much a command reports about its work.
struct ReportingOptions: ParsableArguments {
  enum Progress: String, CaseIterable, ExpressibleByArgument {
    case json
  }

  @Flag(help: "Print only errors to standard error.")
  var quiet = false

  @Option(
    help:
      "json: print progress to standard error as records. Default: a line that is redrawn, and a few lines at the end, on a terminal only."
  )
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
