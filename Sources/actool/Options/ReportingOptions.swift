import ArgumentParser
import Glibc

/// How much a command reports about its work.
struct ReportingOptions: ParsableArguments {
  enum Progress: ExpressibleByArgument, Equatable {
    /// Records on standard error.
    case json
    case jsonFile(String)

    init?(argument: String) {
      if argument == "json" {
        self = .json
      } else if argument.hasPrefix("json="), argument != "json=" {
        self = .jsonFile(String(argument.dropFirst("json=".count)))
      } else {
        return nil
      }
    }
  }

  @Flag(help: "Print only errors to standard error.")
  var quiet = false

  @Option(
    help: ArgumentHelp(
      "json: print progress to standard error as records. json=FILE, of jobs that compact runs: append what they do and "
        + "when to this file, for report. Default: a line that is redrawn, and a few lines at the end, on a terminal only.",
      valueName: "json|json=FILE"))
  var progress: Progress?

  func validate() throws {
    if quiet { try OptionConflict.refuse([("--progress json", progress == .json)], beside: "--quiet") }
    guard file == nil || Arguments.command == "actool compact" else {
      throw ValidationError("--progress json=FILE goes with compact; expected --progress json")
    }
  }

  /// Where `--progress json=FILE` writes; nil if it was not given.
  var file: String? { if case .jsonFile(let path) = progress { path } else { nil } }

  /// Whether progress was asked for.
  var given: [(name: String, isGiven: Bool)] { [("--progress", progress != nil)] }

  private var shown: Reporter.Progress { progress == .json ? .records : !quiet && isatty(2) == 1 ? .line : .none }

  /// Whether someone hears of progress.
  var showsProgress: Bool { shown != .none }

  func reporter(of command: String) -> Reporter { Reporter(command: command, isQuiet: quiet, progress: shown) }
}
