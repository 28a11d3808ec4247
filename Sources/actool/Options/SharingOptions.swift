import ArgumentParser
import Records

/// How the jobs of a plan are dealt out, and what of them waits: `plan --shard`, `--batch`, `--queues`.
struct SharingOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Print only the jobs of shard i of n, from 1/n to n/n, n up to 65536. All jobs of a tablet are in one shard, and "
        + "the bytes are spread evenly; the same tablets or jobs give the same shards. Holds the plan in memory.",
      valueName: "i/n"), transform: PartNumber.parse)
  var shard: PartNumber?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Print batch records in place of jobs: in each the jobs of as many tablets as read this many bytes together, such as "
        + "1G, or of one tablet; the most urgent first. For engines that run a line as a task. Holds the plan in memory.",
      valueName: "SIZE"))
  var batch: String?

  enum QueueFormat: String, CaseIterable, ExpressibleByArgument {
    case json, prometheus
  }
  @Option(
    name: .customLong("queues"), defaultAsFlag: QueueFormat.json, parsing: .next,
    help: ArgumentHelp(
      "In place of jobs, print what waits for each executor, external queue or group, by priority: as records, or with "
        + "--queues=prometheus as text for Prometheus.", valueName: "json|prometheus"))
  var queues: QueueFormat?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --queues: bytes that one compactor reads in a second, such as 20M, to say how many of them --drain needs.",
      valueName: "SIZE"))
  var rate: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --queues and --rate: the time in which all that waits is to be compacted, such as 30m.", valueName: "TIME"))
  var drain: String?

  func validate() throws {
    try Arguments.check("--queues", allows: QueueFormat.allCases.map(\.rawValue))
    _ = try (batchSize(), goal())
    if queues == nil {
      try OptionConflict.require("--queues", for: [("--rate", rate != nil), ("--drain", drain != nil)])
    }
    guard (rate == nil) == (drain == nil) else { throw ValidationError("--rate and --drain go together") }
    if queues != nil { try OptionConflict.refuse([("--batch", batch != nil)], beside: "--queues") }
  }

  /// These options, and whether each was given.
  var given: [(name: String, isGiven: Bool)] {
    [("--shard", shard != nil), ("--batch", batch != nil), ("--queues", queues != nil)]
  }

  /// Bytes.
  func batchSize() throws -> Int64? { try batch.map { try SizeArgument.bytes($0, for: "--batch") } }

  /// Bytes per second, and ms.
  func goal() throws -> (rate: Int64, time: Int64)? {
    guard let rate, let drain else { return nil }
    return (try SizeArgument.bytes(rate, for: "--rate"), try TimeArgument.milliseconds(drain, for: "--drain"))
  }
}

extension PartNumber {
  /// The value of an option.
  static func parse(_ text: String) throws -> PartNumber {
    guard let part = PartNumber(text) else {
      throw ValidationError("expected a part and the number of parts, 1/8 to 8/8 of at most \(limit), found '\(text)'")
    }
    return part
  }
}
