import FoundationEssentials
import TestSupport
import Testing

@Suite("Bench") struct BenchTests {
  private let bed = CommandRunner()
  private let bench =
    CommandRunner.binary.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    .joined(separator: "/") + "/Bench"

  /// The fields of a line that the tests use.
  private struct Line: Decodable {
    struct Pass: Decodable {
      var threads: Int
      var cpuToFloor: Double?
    }
    struct Machine: Decodable {
      var cpu: String
      var cores: Int
      var date: String
      var codecs: String
    }

    // Of a case.
    var name: String?
    var activity: String?
    var items: Int?
    var itemsOut: Int?
    var inputFiles: Int?
    var passes: [Pass]?
    var speedUp: Double?
    var shareReused: Double?
    var peakMemory: Int?
    var hash: String?
    // Of another program's merge.
    var program: String?
    var codec: String?
    var threads: Int?
    var actoolIsFasterBy: Double?
    // Of two programs.
    var sameBytes: Bool?
    var baseRuns: [Double]?
    var oursRuns: [Double]?

    var machine: Machine
  }

  private func run(_ arguments: String, path: String? = nil) throws -> (lines: [Line], outcome: CommandOutcome) {
    let outcome = bed.shell((path.map { "PATH='\($0)' " } ?? "") + "'\(bench)' \(arguments) --json --directory .")
    return (try outcome.lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }, outcome)
  }

  @Test("every case runs at a small size and gives a line of JSON, and what it made is removed")
  func allCases() throws {
    let names = bed.shell("'\(bench)' --list").lines.map(String.init)
    #expect(names.count >= 30 && Set(names).count == names.count)
    let (lines, outcome) = try run("--entries 3K --runs 1 --threads 2 --date 'a day'")
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(lines.map(\.name) == names)
    #expect(bed.names() == [])
    for line in lines {
      let name = line.name ?? ""
      #expect(line.items ?? 0 >= 30, "\(name)")
      #expect(line.peakMemory ?? 0 > 1 << 20, "\(name)")
      // Planning and balancing have one thread.
      #expect(line.passes?.map(\.threads) == (line.inputFiles == 0 ? [1] : [1, 2]), "\(name)")
      #expect((line.speedUp ?? 0 > 0) == (line.inputFiles != 0), "\(name)")
      #expect(line.hash?.isEmpty == false, "\(name)")
      let hasFloor = name == "verify-zstd" || ["gz", "zst", "snappy", "lz4", "bzip2"].contains { name.contains($0) }
      #expect(line.passes?.allSatisfy { ($0.cpuToFloor ?? 0 > 0) == hasFloor } == true, "\(name)")
      #expect(line.machine.date == "a day" && line.machine.cores > 0 && !line.machine.cpu.isEmpty)
      #expect(line.machine.codecs.contains("zstd 1."))
    }
    #expect(lines.filter { $0.inputFiles == 21 }.count == 3)
    for line in lines where line.activity == "compaction" {
      let name = line.name ?? ""
      #expect((line.shareReused != nil) == !name.contains("none"), "\(name)")
      #expect(!name.hasSuffix("-afresh") || line.shareReused == 0, "\(name)")
    }
    for line in lines where ["versions", "deletes"].contains(line.name?.prefix { $0 != "-" }) {
      #expect(line.itemsOut ?? 0 > 0 && line.itemsOut ?? 0 < line.items ?? 0, "\(line.name ?? "")")
    }
  }

  @Test("the same entries come out with each codec and each number of files")
  func hashes() throws {
    let (lines, _) = try run(
      "--entries 2K --runs 1 --only 'ci-*' 'random-*' 'disjoint-*' 'big-*' 'url-*-k4' 'versions-*' 'deletes-*'")
    let hashes = Dictionary(grouping: lines) { $0.name?.prefix { $0 != "-" } ?? "" }.mapValues { Set($0.map(\.hash)) }
    #expect(hashes.count == 7)
    for (data, found) in hashes { #expect(found.count == 1, "\(data)") }
    #expect(Set(hashes.values).count == 7, "other data, another hash")
  }

  @Test("a table for people: a row for each case and number of threads")
  func table() {
    let outcome = bed.shell("'\(bench)' --entries 1K --runs 2 --threads 2 --only verify-zstd plan --directory .")
    #expect(outcome.status == 0, "\(outcome.stderr)")
    let starts = outcome.lines.dropFirst(2).prefix(4).map { $0.prefix(20).filter { $0 != " " } }
    #expect(starts == ["case", "verify-zstd", "", "plan"])
    #expect(Set(outcome.lines.dropFirst(2).prefix(4).map(\.count)).count == 1, "columns")
  }

  @Test("another program runs in turn with this one, in every kind of case")
  func pairs() throws {
    let names = [
      "ci-none-k4", "ci-gz-k4", "ci-zstd-k10", "scan-zstd", "check-gz", "verify-zstd", "disjoint-gz-afresh",
      "random-none", "url-zstd-k4", "versions-zstd", "deletes-none", "plan", "plan4", "balance",
    ]
    let (lines, outcome) = try run(
      "pairs --base '\(CommandRunner.binary)' --ours '\(CommandRunner.binary)' --entries 1K --runs 1 --threads 2 "
        + "--only \(names.joined(separator: " "))")
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(Set(lines.map(\.name)) == Set(names.map(Optional.some)))
    for line in lines {
      let name = line.name ?? ""
      #expect(line.baseRuns?.count == 2 && line.oursRuns?.count == 1, "\(name)")
      let writes = !["scan", "check", "verify", "plan", "balance"].contains { name.hasPrefix($0) }
      #expect(line.sameBytes == (writes ? true : nil), "\(name)")
    }
    #expect(bed.names() == [])
  }

  @Test("a program that writes other bytes is seen")
  func differentBytes() throws {
    _ = bed.shell(
      """
      printf '%s\n' '#!/bin/sh' 'exec "\(CommandRunner.binary)" "$@" --no-reuse -p table.file.compress.blocksize=20K' >other
      chmod +x other
      """)
    let (lines, _) = try run(
      "pairs --base ./other --ours '\(CommandRunner.binary)' --entries 3K --runs 1 --threads 1 --only ci-gz-k4")
    #expect(lines.map(\.sameBytes) == [false])
  }

  @Test("a name that no case has is wrong usage") func unknownName() {
    let outcome = bed.shell("'\(bench)' --only ci-lzo-k4")
    #expect(outcome.status == 64)
    #expect(outcome.stderr.contains("no case has such a name: see --list"))
  }

  @Test("a signal ends the children, and what was made is removed") func interrupted() {
    let outcome = bed.shell(
      """
      '\(bench)' --entries 3M --only ci-gz-k4 --directory . & bench=$!
      for i in 1 2 3 4 5 6 7 8 9 10; do [ -e actool-bench-* ] && break; sleep 0.1; done
      kill -TERM $bench; wait $bench
      """)
    #expect(outcome.status != 0)
    #expect(outcome.output.split(separator: "\n").allSatisfy { !$0.hasPrefix("ci-gz") })
    #expect(bed.names() == [])
  }

  @Test("programs that are not there are skipped with a message") func noPeers() throws {
    let (lines, outcome) = try run("peers --entries 1K --runs 1 --threads 1 --codecs none", path: "/nowhere")
    #expect(outcome.status == 0)
    #expect(lines.map(\.program) == ["actool"])
    #expect(
      outcome.stderr == "RocksDB is skipped: ldb is not installed\nsort -m is skipped: sort is not installed\n")
    #expect(bed.names() == [])
  }

  private static let hasRocksDB = CommandRunner().shell("command -v ldb && command -v db_bench").status == 0

  @Test("other programs merge the same entries", .enabled(if: hasRocksDB)) func peers() throws {
    let (lines, outcome) = try run("peers --entries 4K --runs 1 --threads 2")
    #expect(outcome.status == 0, "\(outcome.stderr)")
    for codec in ["none", "zstd", "gz"] {
      let ofCodec = lines.filter { $0.codec == codec }
      let programs = Set(ofCodec.compactMap { $0.program?.prefix { $0 != " " } })
      #expect(programs == (codec == "none" ? ["actool", "RocksDB", "sort"] : ["actool", "RocksDB"]))
      for line in ofCodec { #expect((line.actoolIsFasterBy ?? 0 > 0) == (line.program != "actool")) }
      #expect(ofCodec.filter { $0.program?.hasPrefix("RocksDB") == true }.map(\.threads) == [1, 2])
    }
    #expect(bed.names() == [])
  }
}
