import ArgumentParser
import Files
import Records
import Simulation
import SystemPackage

/// What a simulated table is sent.
struct SimulatedLoadOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What the table is sent: bytes a second as they are in its files (100M), or entries a second (4000000e). Or a file of "
        + "lines with a time and a rate (`90m 80M`), each from that time on.",
      valueName: "RATE|FILE"))
  var ingest: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "When a tablet writes its memory to a file: every so often (10m), or at so many bytes (20M), give or take a fifth. "
        + "Times have small letters, sizes capital ones. Default: 10m.",
      valueName: "TIME|SIZE"))
  var flush: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Which tablets get how much: uniform; zipf:S, the nth of them 1/n^S; newest, all to the last one, as with rows in the "
        + "order of time; or a file with a weight for each tablet in order, one a line. Default: uniform.",
      valueName: "SPREAD"))
  var spread: String?

  @Option(
    name: .customLong("bulk"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Bulk imports: so many files of that size every so often, to tablets drawn by --spread: 1h:100:50M. Repeatable.",
      valueName: "TIME:FILES:SIZE"))
  var imports: [String] = []

  @Option(
    help: ArgumentHelp(
      "Files that arrive at given times: arrival records, such as tablets --arrivals makes; - is standard input.",
      valueName: "FILE"))
  var replay: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Bytes that an entry takes in a file. Default: 42, as in a published test.", valueName: "BYTES"))
  var entrySize: Double = 42

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What a compaction leaves of its inputs, above 0 and at most 1: deletes, versions and old entries go. Default: 1.",
      valueName: "FRACTION"))
  var shrink: Double = 1

  @Option(
    name: .customLong("compact-at"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A user compaction of all files of all tablets at this time: 12h. Repeatable.", valueName: "TIME"))
  var userCompactions: [String] = []

  func validate() throws {
    guard (1...0x1p40).contains(entrySize) else { throw ValidationError("--entry-size: expected at least 1 byte") }
    guard shrink > 0, shrink <= 1 else { throw ValidationError("--shrink: expected more than 0 and at most 1") }
    if ingest == nil { try OptionConflict.require("--ingest", for: [("--flush", flush != nil)]) }
    if ingest == nil && imports.isEmpty {
      try OptionConflict.require("--ingest or --bulk", for: [("--spread", spread != nil)])
    }
    _ = try (flushing(), bulkImports(), compactions())
  }

  /// - Parameter arrivals: of `--replay`.
  /// - Throws: `ValidationError`, `SystemError`.
  func load(arrivals: [Arrival]) throws -> Load {
    Load(
      ingest: try curve(), flush: try flushing(), spread: try spreading(), imports: try bulkImports(),
      entrySize: entrySize, arrivals: arrivals)
  }

  /// Whether anything is sent to the table, apart from what is replayed.
  var isSent: Bool { ingest != nil || !imports.isEmpty }

  /// Milliseconds.
  func compactions() throws -> [Int64] {
    try userCompactions.map { try TimeArgument.milliseconds($0, for: "--compact-at", atLeast: 0) }.sorted()
  }

  private func flushing() throws -> Load.Flush {
    let text = flush ?? "10m"
    if let unit = text.last, "dhms".contains(unit) {
      return .every(try TimeArgument.milliseconds(text, for: "--flush"))
    }
    return .at(try SizeArgument.bytes(text, for: "--flush"))
  }

  private func bulkImports() throws -> [Load.BulkImport] {
    try imports.map { text in
      let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 3, let files = Int(parts[1]), (1...1_000_000).contains(files) else {
        throw ValidationError("--bulk: expected TIME:FILES:SIZE such as 1h:100:50M, found \"\(text)\"")
      }
      return Load.BulkImport(
        every: try TimeArgument.milliseconds(parts[0], for: "--bulk"), files: files,
        size: try SizeArgument.bytes(parts[2], for: "--bulk"))
    }
  }

  private func curve() throws -> IngestCurve {
    guard let ingest else { return IngestCurve([]) }
    if let rate = bytesPerSecond(ingest) {
      guard rate > 0 else { throw ValidationError("--ingest: expected a rate of more than 0, found \"\(ingest)\"") }
      return IngestCurve([IngestCurve.Step(time: 0, rate: rate)])
    }
    let lines = try LinesOfFile.read(ingest, expecting: "a rate such as 100M or 4000000e, or a file", for: "--ingest")
    var steps: [IngestCurve.Step] = []
    for (number, line) in lines {
      let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
      guard words.count == 2, let rate = bytesPerSecond(words[1]), rate >= 0,
        let time = try? TimeArgument.milliseconds(words[0], for: "", atLeast: 0), time > steps.last?.time ?? -1
      else {
        throw RecordError(
          source: ingest, line: number,
          problem: "expected a time after that of the line before, and a rate: `90m 80M`, found \"\(line.prefix(80))\"")
      }
      steps.append(IngestCurve.Step(time: time, rate: rate))
    }
    guard steps.contains(where: { $0.rate > 0 }) else {
      throw ValidationError("--ingest: expected a rate of more than 0 in \(ingest)")
    }
    return IngestCurve(steps)
  }

  /// `100M` is in bytes, `4000000e` in entries.
  private func bytesPerSecond(_ text: String) -> Double? {
    if text.last == "e" {
      guard let entries = Double(text.dropLast()), entries.isFinite, entries < 0x1p50 else { return nil }
      return entries * entrySize
    }
    return (try? SizeArgument.bytes(text, for: "", atLeast: .min)).map(Double.init)
  }

  private func spreading() throws -> Spread {
    let text = spread ?? "uniform"
    if text == "uniform" { return .uniform }
    if text == "newest" { return .newest }
    if text.hasPrefix("zipf:") {
      guard let exponent = Double(text.dropFirst(5)), exponent > 0, exponent <= 10 else {
        throw ValidationError("--spread: expected zipf:S with an S above 0 and at most 10, found \"\(text)\"")
      }
      return .zipf(exponent)
    }
    let expected = "uniform, zipf:S, newest or a file"
    let weights = try LinesOfFile.read(text, expecting: expected, for: "--spread").map { number, line in
      guard let weight = Double(line), weight >= 0, weight < 0x1p100 else {
        throw RecordError(
          source: text, line: number, problem: "expected a weight of at least 0, found \"\(line.prefix(80))\"")
      }
      return weight
    }
    guard weights.contains(where: { $0 > 0 }) else {
      throw ValidationError("--spread: expected a weight of more than 0 in \(text)")
    }
    return .weights(weights)
  }
}

/// The lines of a small file, without blanks around them, empty lines and those that begin with `#`.
private enum LinesOfFile {
  /// - Parameter expecting: what the option takes, a file among others.
  static func read(_ path: String, expecting: String, for option: String) throws -> [(number: Int, line: String)] {
    guard try FileStatus.of(FilePath(path)) != nil else {
      throw ValidationError("\(option): expected \(expecting), found \"\(path.prefix(200))\"")
    }
    let text = String(decoding: try FileText.bytes(path), as: UTF8.self)
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { number, line in
      let line = String(line.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
      return line.isEmpty || line.hasPrefix("#") ? nil : (number + 1, line)
    }
  }
}
