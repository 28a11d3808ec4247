public import ArgumentParser
public import BlockFile

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

// How fast the merge is, beside what the codec alone would cost. Goals: numbers that compare (before and after a change, ours
// and the floor), the same work on every run. No alarm: no number here fails anything.
//
// The floor is the time to inflate all input blocks and deflate all output blocks with the same library and level, and
// nothing else: no merge can be faster with this codec on one thread.

@main struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Bench",
    abstract: "Measures compactions of continuous-ingest-like files, one thread, beside the codec alone.")

  @Option(help: "Entries in each input file.") var entries = 1_000_000
  @Option(help: "Input files.") var files = 4
  @Option(help: "Codecs to measure.") var codecs: [Codec] = [.none, .zstd, .gz]
  @Option(help: "Runs of which the best counts.") var runs = 3
  @Option(help: "Tablets, of 8 files each, to plan for.") var tablets = 11_280
  @Option(help: "Tablets of the largest table to balance.") var balanced = 1_000_000
  @Option(help: "Where the files are made, about 130 bytes an entry; removed at the end.")
  var directory = FileManager.default.temporaryDirectory.path

  func validate() throws {
    guard entries > 0, files > 0, runs > 0, tablets > 0 else {
      throw ValidationError("entries, files, runs and tablets must be at least 1")
    }
  }

  func run() throws {
    let scratch = "\(directory)/actool-bench-\(ProcessInfo.processInfo.processIdentifier)"
    try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: scratch) }

    print(
      "\(files) files of \(entries) entries merged into one; times per entry (ns) and entries per second, one thread")
    print(CompactionBench.header)
    for codec in codecs {
      let bench = CompactionBench(codec: codec, files: files, entries: entries, runs: runs, directory: scratch)
      print(try bench.run())
    }
    print(
      "floor: inflate the input blocks and deflate the output blocks, nothing else; merge: CPU of all but writing to disk"
    )
    print("peak memory of the process: \(Measurement.peakMemory >> 20) MiB")
    print(try PlanBench(tablets: tablets).run())
    let sizes = [(20_000, 200, 50), (100_000, 400, 200), (300_000, 600, 500), (1_000_000, 1000, 1000)]
    print(try BalanceBench(sizes: sizes.filter { $0.0 <= balanced }).run())
    print(try VerifyBench(entries: files * entries, runs: runs, directory: scratch).run())
  }
}

extension Codec: ExpressibleByArgument {}
