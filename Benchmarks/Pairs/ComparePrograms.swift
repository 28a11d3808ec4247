import ArgumentParser
import BlockFile
import Files
import Glibc
import SystemPackage

// Compares two builds of actool by running whole commands, from start to exit, with sync and reading back.
//
// A machine's speed drifts, so every run of ours is between two runs of the base:
//
//     base ours base   base ours base   base ours base
//     └─── a round ──┘
//
// Ours is compared with the mean of its two neighbours, and the two neighbours with each other. A difference no larger
// than that between two runs of the base cannot be measured on this machine.

/// `Bench pairs`
struct ComparePrograms: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pairs",
    abstract: "Compares another build of actool with this one, case by case, in alternating runs.",
    discussion: """
      Each case is a whole command on files made for it. The ratio is our time divided by the base's: below 1 is faster.

        Bench pairs --base /tmp/old/actool --only 'ci-*' --entries 10M --runs 5
      """)

  @OptionGroup var options: MeasureOptions
  @Option(help: ArgumentHelp("The program to compare with.", valueName: "FILE")) var base: String
  @Option(help: ArgumentHelp("The program to measure.", valueName: "FILE")) var ours = ".build/release/actool"
  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Only cases of these names; * stands for any part.", valueName: "NAME")
  )
  var only: [String] = []

  func validate() throws {
    for program in [base, ours] where access(program, X_OK) != 0 {
      throw ValidationError("\(program) is not an executable program")
    }
  }

  func run() throws {
    let cases = only.isEmpty ? BenchCase.all : BenchCase.all.filter { $0.matches(only) }
    guard !cases.isEmpty else { throw ValidationError("no case has such a name: see --list") }
    let machine = Machine(date: options.date)
    if !options.json { print(PairTable.heading(machine, options)) }
    try options.inScratch { scratch in
      for (number, benchCase) in cases.enumerated() {
        for report in try compare(benchCase, machine, in: scratch) {
          print(try options.json ? report.json : PairTable.row(report))
          fflush(nil)
        }
        if let data = benchCase.data, !cases[(number + 1)...].contains(where: { $0.data == data }) {
          try Disk().removeTree(scratch.appending(data.name))
        }
      }
    }
    if !options.json { print(PairTable.legend) }
  }

  /// One report for one thread and one for the most threads, if the command uses threads.
  private func compare(_ benchCase: BenchCase, _ machine: Machine, in scratch: FilePath) throws -> [PairReport] {
    try makeData(benchCase, in: scratch)
    let counts = benchCase.data == nil || options.threads == 1 ? [1] : [1, options.threads]
    return try counts.map { threads in
      let command = try ProgramCommand(benchCase, threads: threads, in: scratch)
      var report = PairReport(name: benchCase.name, threads: threads, machine: machine)
      // The first run of each program warms the file cache, and shows whether both write the same bytes.
      let first = try (run(base, command), hash(command))
      let second = try (run(ours, command), hash(command))
      if command.output != nil { report.sameBytes = first.1 == second.1 }
      for _ in 0..<options.runs {
        report.add(before: try run(base, command), ours: try run(ours, command), after: try run(base, command))
      }
      if let output = command.output { _ = try Disk().removeIfThere(output) }
      return report
    }
  }

  private func makeData(_ benchCase: BenchCase, in scratch: FilePath) throws {
    guard let data = benchCase.data else {
      let path = scratch.appending(ProgramCommand.recordsName(benchCase))
      return try ProgramCommand.makeRecords(benchCase, entries: options.entries.value, at: path)
    }
    guard try FileStatus.of(scratch.appending(data.name)) == nil else { return }
    _ = try ChildProcess.ofBench(["make", benchCase.name] + options.arguments(scratch))
  }

  private func run(_ program: String, _ command: ProgramCommand) throws -> ChildProcess.Outcome {
    if let output = command.output { _ = try Disk().removeIfThere(output) }
    return try ChildProcess.run(program, command.arguments, output: "/dev/null", quiet: true)
  }

  private func hash(_ command: ProgramCommand) throws -> String? {
    guard let output = command.output else { return nil }
    let source = try ByteSource(path: output.string)
    var hash = Hash()
    var place: Int64 = 0
    while place < source.count {
      let piece = try source.bytes(at: place, count: Int(min(1 << 20, source.count - place)))
      hash.add(piece)
      place += Int64(piece.count)
    }
    return hash.text
  }
}
