internal import ArgumentParser
package import BlockFile
import Entries
import Files
import Glibc
import RFile
import Records
import SystemPackage

/// `Bench peers`
struct MeasurePeers: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "peers",
    abstract: "Runs the same merge with other programs.",
    discussion: """
      Four files of a continuous ingest table are merged into one by actool; the same keys and values, as four \
      overlapping files of level 0, by RocksDB (`ldb`, `db_bench`) with the same codec, level and block size; and the \
      same entries as hex text by `sort -m`. A program that is not installed is skipped with a message.

        Bench peers --entries 10M --codecs zstd
      """)

  @OptionGroup var options: MeasureOptions
  @Option(parsing: .upToNextOption, help: "Codecs to measure: none, gz, zstd.") var codecs: [Codec] = [
    .none, .zstd, .gz,
  ]

  func run() throws {
    let machine = Machine(date: options.date)
    if !options.json { print(PeerTable.heading(machine, options)) }
    try options.inScratch { scratch in
      for codec in codecs {
        let name = codec == .zstd ? "ci-zstd3-k4" : "ci-\(codec)-k4"
        guard let data = try BenchCase.named(name).data else { continue }
        for report in try measure(codec, name, files: scratch.appending(data.name), in: scratch, machine) {
          print(try options.json ? report.json : PeerTable.row(report))
        }
        fflush(nil)
        try Disk().removeTree(scratch.appending(data.name))
      }
    }
    if !options.json { print(PeerTable.legend) }
  }

  /// The programs take turns, one run each.
  private func measure(
    _ codec: Codec, _ name: String, files: FilePath, in scratch: FilePath, _ machine: Machine
  ) throws -> [PeerReport] {
    var single = options
    single.runs = 1
    let words = [name] + single.arguments(scratch)
    _ = try ChildProcess.ofBench(["make"] + words)
    let inputs = try BenchData.files(in: files)
    let rocks = try RocksDB(codec: codec, in: scratch.appending("rocksdb"))
    var sort = codec == .none ? SortMerge(in: scratch.appending("sort")) : nil
    try rocks?.load(inputs)
    try sort?.write(inputs)

    var actool: [CaseReport] = []
    var rocksRuns: [[RocksDB.Compaction]] = []
    var sortRuns: [ChildProcess.Outcome] = []
    for _ in 0..<options.runs {
      actool.append(try CaseReport(json: ChildProcess.ofBench(["measure"] + words).output))
      if let rocks {
        rocksRuns.append(try (options.threads > 1 ? [1, options.threads] : [1]).map { try rocks.compact(threads: $0) })
      }
      if let sort { sortRuns.append(try sort.merge()) }
    }
    try rocks?.remove()
    try sort?.remove()

    var reports: [PeerReport] = []
    guard let first = actool.first else { return [] }
    for i in first.passes.indices {
      reports.append(PeerReport(actool: actool.map { ($0, $0.passes[i]) }, machine))
    }
    for i in (rocksRuns.first ?? []).indices {
      let runs = rocksRuns.map { $0[i] }
      guard runs.allSatisfy({ $0.entriesRead == first.items && $0.entriesWritten == first.itemsOut }) else {
        throw BenchError("RocksDB did not merge the same entries")
      }
      reports.append(PeerReport(rocks: runs, threads: i == 0 ? 1 : options.threads, like: first, machine))
    }
    if let sort { reports.append(PeerReport(sort: sortRuns, bytes: sort.bytes, like: first, machine)) }
    return PeerReport.compared(reports)
  }
}

extension Codec: ExpressibleByArgument {}

/// `Bench lines`: prints the entries of a file for other programs.
struct PrintLines: ParsableCommand {
  enum Form: String, ExpressibleByArgument {
    case hex
    case ldb
  }

  static let configuration = CommandConfiguration(
    commandName: "lines", abstract: "Prints the entries of a file for other programs.", shouldDisplay: false)

  @Argument var file: String
  @Option var form: Form

  func run() throws {
    let cursor = try RFileReader(path: file).merged()
    var text = EntryTextWriter(.hex)
    var lines = RocksDBLines()
    while let entry = try cursor.next() {
      switch form {
      case .hex: text.append(entry)
      case .ldb: lines.append(entry)
      }
      if text.count + lines.bytes.count > 1 << 16 { try flush(&text, &lines) }
    }
    try flush(&text, &lines)
  }

  private func flush(_ text: inout EntryTextWriter, _ lines: inout RocksDBLines) throws {
    try FileDescriptor.standardOutput.writeAll(UnsafeRawBufferPointer(text.bytes))
    try FileDescriptor.standardOutput.writeAll(lines.bytes)
    text.removeAll()
    lines.bytes.removeAll(keepingCapacity: true)
  }
}
