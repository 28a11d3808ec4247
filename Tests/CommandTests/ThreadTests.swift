// The real program without enough threads or memory gives the same output as with them, or one line and status 2. A run
// that hangs is ended by `timeout`, with status 124.

import Glibc
import Records
import TestSupport
import Testing

@Suite struct ThreadTests {
  private let bed = CompactBed()

  /// Everything that runs on more than one thread, as lines of `sh`. Each leaves the same files on every run.
  private static let lines: [String] = [
    "actool compact --threads 4 --output out.rf -p table.file.compress.type=gz ci/*.rf && actool scan out.rf",
    "actool compact --threads 4 --default-properties jobs",
    "actool verify --threads 4 --explain table",
    "actool scan --threads 4 ci/0.rf ci/1.rf",
    "actool info --check --threads 4 ci/*.rf",
    "actool ingest --threads 4 --tablets 3 --files 2 --entries 2000 --seed 1 --codec gz --output made && actool scan made",
  ]

  private func prepare() throws {
    _ = bed.actool.shell("mkdir ci; for i in 0 1; do cp \(Fixtures.accumulo)/rfiles/ci/ci$i.rf ci/$i.rf; done")
    _ = bed.actool.shell(
      "actool ingest --quiet --tablets 3 --files 2 --entries 2000 --seed 7 --codec gz --lose 5 --output table")
    for table in 1...4 { try bed.makeFiles(in: "tables/\(table)/t-1") }
    let planned = bed.actool.shell("actool plan --kind user tables/* | tee jobs; cp -r tables fresh")
    #expect(try jobs(planned.stdout).count == 4)
  }

  /// Runs a line on a fresh table under a prefix such as `prlimit --nproc=1`.
  private func run(_ line: String, fault: String? = nil, under prefix: String = "") -> CommandOutcome {
    let actool = "timeout 120 \(prefix) \(fault.map { "env ACTOOL_TEST_FAULT=\($0)" } ?? "") \"$(command -v actool)\""
    return bed.actool.shell(
      "rm -rf tables out.rf made* && cp -r fresh tables && chmod -R a+rwX . && "
        + line.split(separator: " ", omittingEmptySubsequences: false).map { $0 == "actool" ? actool : String($0) }
        .joined(separator: " "))
  }

  /// The parts of the outcome that do not depend on time, order or random names.
  private func essence(_ outcome: CommandOutcome) throws -> [String] {
    let results = try? results(outcome.stdout)
    guard let results, !results.isEmpty else { return [outcome.output] }
    return results.map { "\($0.extent) \($0.state) \($0.entries) \($0.error ?? "")" }.sorted()
  }

  @Test("whichever thread cannot be made, every command does the same", arguments: lines) func eachThread(line: String)
    throws
  {
    try prepare()
    let usual = run(line)
    #expect(usual.status == (line.contains("verify") ? 1 : 0), "\(usual.stderr)")
    let counted = run(line, fault: "threads")
    let made = counted.stderr.split(separator: "\n").filter { $0 == "thread" }.count
    #expect(made >= 1)
    for number in 1...min(made + 1, 5) {
      for fault in ["\(number):thread", "\(number):threads"] {
        let outcome = run(line, fault: fault)
        #expect(outcome.status == usual.status, "\(fault): \(outcome.stderr)")
        #expect(try essence(outcome) == essence(usual), "\(fault)")
      }
    }
  }

  @Test(
    "with a real limit on processes every command does the same", .enabled(if: mayBecomeNobody, "not root"),
    arguments: lines) func processLimit(line: String) throws
  {
    try prepare()
    let usual = run(line)
    for limit in [1, 2, 4] {
      let outcome = run(line, under: "setpriv --reuid=65534 --clear-groups prlimit --nproc=\(limit)")
      #expect(outcome.status == usual.status, "\(limit): \(outcome.stderr)")
      #expect(try essence(outcome) == essence(usual), "\(limit)")
    }
  }

  @Test("with less and less memory every command does the same, or says so in one line", arguments: lines)
  func memoryLimit(line: String) throws {
    try prepare()
    let usual = run(line)
    var statuses: Set<Int32> = []
    for megabytes in [20, 36, 40, 48, 64, 100] {
      let outcome = run(line, under: "prlimit --as=\(megabytes << 20)")
      statuses.insert(outcome.status)
      switch outcome.status {
      case usual.status: #expect(try essence(outcome) == essence(usual), "\(megabytes) MiB")
      // Not even enough for the libraries: the error comes from the system's loader.
      case 127: continue
      default:
        #expect(outcome.status == 2, "\(megabytes) MiB: \(outcome.stderr)")
        let lines = outcome.stderr.split(separator: "\n").filter {
          !$0.hasPrefix("out.rf: ") && !$0.hasPrefix("made: ")
        }
        #expect(lines.count == 1 && lines[0].hasPrefix("actool: out of memory"), "\(megabytes) MiB: \(lines)")
      }
    }
    #expect(statuses.contains(usual.status))
  }

  /// Root is exempt from the limit on processes, so root becomes another user.
  private static let mayBecomeNobody: Bool = {
    geteuid() == 0 && access("/usr/bin/setpriv", X_OK) == 0 && access("/usr/bin/prlimit", X_OK) == 0
      && Subprocess.run(
        "/usr/bin/setpriv", ["--reuid=65534", "--clear-groups", CommandRunner.binary, "--version"]
      ).status == 0
  }()
}
