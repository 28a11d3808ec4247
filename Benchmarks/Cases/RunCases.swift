import ArgumentParser
import Files
import FoundationEssentials
import Glibc
import SystemPackage

/// Options of all commands that measure.
struct MeasureOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Entries of each case; K and M are powers of 1000.", valueName: "N"))
  var entries = Count(value: 2_000_000)
  @Option(help: ArgumentHelp("Runs of each case.", valueName: "N")) var runs = 3
  @Option(help: ArgumentHelp("The most threads. Default: one for each core.", valueName: "N"))
  var threads = Machine.cores
  @Option(help: ArgumentHelp("Directory for temporary files; they are removed at the end.", valueName: "DIR"))
  var directory = FileManager.default.temporaryDirectory.path
  @Flag(help: "Print a line of JSON for each case.") var json = false
  @Option(help: ArgumentHelp("The date to print. Default: now.", valueName: "TEXT"))
  var date: String?

  func validate() throws {
    guard entries.value >= 100, runs > 0, 1...1024 ~= threads else {
      throw ValidationError("expected at least 100 entries, at least one run, and 1 to 1024 threads")
    }
  }

  /// Runs `body` in a directory of its own, which is removed afterwards even if `body` fails.
  func inScratch(_ body: (FilePath) throws -> Void) throws {
    Interruption.watch()
    let scratch = FilePath(directory).appending("actool-bench-\(ProcessInfo.processInfo.processIdentifier)")
    try Disk().makeDirectory(scratch)
    do { try body(scratch) } catch {
      try? Disk().removeTree(scratch)
      throw error
    }
    try Disk().removeTree(scratch)
  }

  /// The same options as arguments for a child.
  func arguments(_ scratch: FilePath) -> [String] {
    ["--entries", "\(entries.value)", "--runs", "\(runs)", "--threads", "\(threads)", "--directory", scratch.string]
  }
}

/// A number that may end in K or M.
struct Count: ExpressibleByArgument {
  var value: Int

  init(value: Int) { self.value = value }

  init?(argument: String) {
    let factor = argument.last == "K" ? 1000 : argument.last == "M" ? 1_000_000 : 1
    guard let number = Int(factor == 1 ? argument : String(argument.dropLast())),
      0...1_000_000 ~= number || factor == 1,
      number >= 0
    else { return nil }
    value = number * factor
  }

  var defaultValueDescription: String { "\(value)" }
}

/// `Bench run`
struct RunCases: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Measures named cases.",
    discussion: """
      Each case runs in a process of its own. Compactions are timed both without and with the final sync and reading back.

        Bench --list
        Bench --only 'ci-*' --entries 10M --runs 5
      """)

  @OptionGroup var options: MeasureOptions
  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Only cases of these names; * stands for any part.", valueName: "NAME")
  )
  var only: [String] = []
  @Flag(help: "Print the names of all cases, and measure nothing.") var list = false

  func run() throws {
    let cases = only.isEmpty ? BenchCase.all : BenchCase.all.filter { $0.matches(only) }
    guard !cases.isEmpty else { throw ValidationError("no case has such a name: see --list") }
    guard !list else {
      for benchCase in cases { print(benchCase.name) }
      return
    }
    let machine = Machine(date: options.date)
    if !options.json { print(ReportTable.heading(machine, options)) }
    try options.inScratch { scratch in
      for (number, benchCase) in cases.enumerated() {
        let report = try measure(benchCase, machine, in: scratch)
        print(try options.json ? report.json : ReportTable.rows(report))
        fflush(nil)  // so that the reader of a pipe sees each line as it comes
        if let data = benchCase.data, !cases[(number + 1)...].contains(where: { $0.data == data }) {
          try Disk().removeTree(scratch.appending(data.name))
        }
      }
    }
    if !options.json { print(ReportTable.legend) }
  }

  private func measure(_ benchCase: BenchCase, _ machine: Machine, in scratch: FilePath) throws -> CaseReport {
    let words = [benchCase.name] + options.arguments(scratch)
    if let data = benchCase.data, try FileStatus.of(scratch.appending(data.name)) == nil {
      _ = try ChildProcess.ofBench(["make"] + words)
    }
    let outcome = try ChildProcess.ofBench(["measure"] + words)
    var report = try CaseReport(json: outcome.output)
    report.peakMemory = outcome.peakMemory
    report.machine = machine
    return report
  }
}

/// `Bench make`. It has a process of its own, because making the files takes more memory than merging them.
struct MakeData: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make", abstract: "Makes the files of a case.", shouldDisplay: false)

  @Argument var name: String
  @OptionGroup var options: MeasureOptions

  func run() throws {
    guard let data = try BenchCase.named(name).data else { return }
    try data.make(in: FilePath(options.directory).appending(data.name), entries: options.entries.value)
  }
}

/// `Bench measure`
struct MeasureCase: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure", abstract: "Measures a case whose files were made.", shouldDisplay: false)

  @Argument var name: String
  @OptionGroup var options: MeasureOptions

  func run() throws {
    let benchCase = try BenchCase.named(name)
    let scratch = FilePath(options.directory)
    let setting = MeasureSetting(
      runs: options.runs, threads: options.threads, entries: options.entries.value,
      data: scratch.appending(benchCase.data?.name ?? ""), scratch: scratch)
    print(try benchCase.measure(setting).json)
  }
}

extension CaseReport {
  /// One line of JSON. Names are sorted, so that the same report gives the same text.
  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  init(json: [UInt8]) throws { self = try JSONDecoder().decode(CaseReport.self, from: Data(json)) }
}
