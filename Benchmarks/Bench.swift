import ArgumentParser

// Measures how fast actool is, beside what the codec alone would cost. Goals: numbers that can be compared (before and
// after a change, ours with the floor, ours with other programs) and the same work on every run. Benchmarks raise no
// alarm: no number here fails anything.
//
//     run       for each named case, one child makes the files and another measures, so that the peak of memory is
//               the case's own
//     pairs     another build of actool in turn with this one, as whole commands
//     peers     the same merge by other programs, in the same run
//     make, measure, lines    the children
//
// Machines are shared, so each case runs several times, in turn with its floor. The best run is reported beside the
// median.

@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Bench",
    abstract: "Measures compactions and what goes with them, beside the codec alone.",
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
