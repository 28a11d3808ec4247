import ArgumentParser

// How fast it is, beside what the codec alone would cost. Goals: numbers that compare (before and after a change, ours and the
// floor, ours and other programs'), the same work on every run. No alarm: no number here fails anything.
//
//     run       for each named case: a child makes the files, another one measures, so that the peak of memory is the case's own
//     pairs     another build of actool in turn with this one, as whole commands
//     peers     the same merge by other programs, in the same run
//     make, measure, lines    the children
//
// Machines are shared, so each case runs several times, in turn with its floor, and the best run is given beside the median.

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

/// What keeps the bench from measuring.
struct BenchError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
