import ArgumentParser

// Measures how fast actool is, compared with the cost of the codec alone. Goals: comparable numbers (before and after a
// change, ours with the floor, ours with other programs) and the same work on every run. Benchmarks raise no alarm: no
// number here fails anything.
//
//     run       for each named case, one child makes the files and another measures, so that the peak of memory is
//               the case's own
//     pairs     another build of actool and this one in turn, as whole commands
//     peers     the same merge by other programs, in the same run
//     make, measure, lines    the children
//
// Machines are shared, so each case runs several times, in turn with its floor. Both the best run and the median are
// reported.

@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Bench",
    abstract: "Measures compactions and other commands, compared with the codec alone.",
    subcommands: [
      RunCases.self, ComparePrograms.self, MeasurePeers.self, MakeData.self, MeasureCase.self, PrintLines.self,
    ],
    defaultSubcommand: RunCases.self)
}

/// Why the bench cannot measure.
struct BenchError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
