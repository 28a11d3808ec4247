import TestSupport
import Testing

/// Tries pairs of options of every command: conflicting pairs are wrong usage, and all others are not. Of pairs of which
/// nothing is said, every third.
@Suite("Pairs of options")
struct OptionPairTests {
  struct Command: Sendable, CustomTestStringConvertible {
    /// The subcommand and the arguments that it always gets.
    var start: [String]
    var end: [String] = []
    /// Each is a name, with values if it has any.
    var options: [[String]]
    /// Names of options that exclude each other.
    var conflicts: [(String, String)] = []
    /// Names that conflict with the arguments that the command always gets.
    var refused: Set<String> = []
    /// For a name, the names of which it needs at least one.
    var needs: [String: Set<String>] = [:]
    var testDescription: String { (start + end).joined(separator: " ") }

    func fit(_ names: Set<String>) -> Bool {
      names.isDisjoint(with: refused) && !conflicts.contains { names.isSuperset(of: [$0.0, $0.1]) }
        && names.allSatisfy { name in needs[name].map { !$0.isDisjoint(with: names) } ?? true }
    }
  }

  static let merging = [
    ["--threads", "1"], ["--memory", "1M"], ["--block-limit", "1M"], ["--rate-limit", "1M"], ["--no-reuse"],
    ["--summary"], ["--level", "1"], ["--accept-unsound"],
  ]
  static let jobs = [
    ["--executor", "x"], ["--queue", "x"], ["--allow-empty"], ["--dry-run"], ["--keep-inputs"],
    ["--default-properties"], ["--force"], ["--checkpoint", "1M"], ["--no-resume"],
  ]
  static let rows = [["--start-row", "-a"], ["--end-row", "-b"], ["--propagate-deletes"]]
  static let verifying = [
    ["--offline"], ["--memory", "1M"], ["--scratch", "."], ["--threads", "1"], ["--block-limit", "1M"],
  ]
  static let map = [["--map", "hdfs://a=b"], ["--endpoint", "http://h:1"], ["--timeout", "5s"], ["--negotiate"]]
  static let directories = map + [["--lease", "1m"]]
  static let settings = [["--config", "some.properties"], ["-p", "table.file.max=3"]]
  static let reporting = [["--quiet"], ["--progress", "json"]]
  static let export = [["--drop-property", "x"]]
  static let tablets = [["--metadata", "none.txt"], ["--table", "2"], ["--tservers", "servers.txt"]]
  static let quiet = [("--quiet", "--progress")]

  static let answers = ["--merge", "--strict", "--explain"]
  /// A join reads no table.
  static let joinConflicts = (answers + ["--progress"] + names(map + verifying).sorted()).map { ("--join", $0) }

  static func names(_ options: [[String]]) -> Set<String> { Set(options.map { $0[0] }) }

  static let commands: [Command] = [
    Command(
      start: ["compact"], options: jobs + merging + directories + settings + reporting,
      conflicts: quiet + [("--dry-run", "--summary"), ("--dry-run", "--progress")],
      needs: ["--allow-empty": ["--executor", "--queue"]]),
    Command(start: ["compact"], options: rows, refused: names(rows)),
    Command(
      start: ["compact"], end: ["--output", "o.rf", "missing.rf"],
      options: rows + merging + settings + reporting + map, conflicts: quiet),
    Command(
      start: ["compact"], end: ["--output", "o.rf", "missing.rf"], options: jobs + [["--lease", "1m"]],
      refused: names(jobs + [["--lease"]])),
    Command(
      start: ["compact"], end: ["--cancel", "ECID:1", "nowhere"],
      options: jobs + merging + rows + settings + [["--lease", "1m"], ["--progress", "json"], ["--output", "o"]],
      refused: names(jobs + merging + rows + settings + [["--lease"], ["--progress"], ["--output"]])),
    Command(start: ["compact"], end: ["--cancel", "ECID:1", "nowhere"], options: map + [["--quiet"]]),
    Command(
      start: ["compact"], end: ["--into", "there"], options: jobs + merging + directories + settings + reporting,
      conflicts: quiet, refused: ["--dry-run", "--keep-inputs", "--force", "--lease"],
      needs: ["--allow-empty": ["--executor", "--queue"]]),
    Command(
      start: ["compact"], end: ["--export", "nowhere", "--into", "there"],
      options: jobs + merging + directories + settings + [["--drop-property", "x"], ["--splits", "none.txt"]],
      refused: names(jobs + [["--lease"], ["--config"]]).subtracting(["--checkpoint", "--no-resume"])),
    Command(
      start: ["compact"], options: export + [["--export", "nowhere"], ["--splits", "none.txt"], ["--scratch", "."]],
      refused: ["--export", "--splits", "--drop-property", "--scratch"]),
    Command(
      start: ["tablets"], end: ["--check-export", "there"],
      options: [["--importer", "4.0"], ["--write-export", "o"]] + tablets + directories,
      refused: names(tablets + directories + [["--write-export"]])),
    Command(
      start: ["tablets"], end: ["--write-export", "there", "nowhere"],
      options: [["-p", "table.file.max=3"], ["--importer", "2.1"]] + export + map + tablets,
      refused: names(tablets + [["--importer"]])),
    Command(
      start: ["tablets"], options: [["-p", "table.file.max=3"], ["--importer", "2.1"]] + export,
      refused: ["-p", "--importer", "--drop-property"]),
    Command(
      start: ["plan"],
      options: [
        ["--kind", "user"], ["--hint", "a=b"], ["--explain"], ["--repeat"], ["--summary"], ["--seed", "1"],
        ["--accumulo", "4.0"], ["--compare", "some.properties", "some.properties"], ["--shard", "1/2"],
        ["--batch", "1M"], ["--queues"],
      ] + directories + settings,
      conflicts: ["--repeat", "--seed", "--summary", "--shard", "--batch", "--queues"].map { ("--compare", $0) }
        + [("--queues", "--batch")],
      needs: ["--hint": ["--kind"]]),
    Command(
      start: ["tablets"],
      options: [
        ["--metadata", "none.txt"], ["--table", "2"], ["--tservers", "servers.txt"], ["--apply", "none.txt"],
      ] + directories,
      conflicts: names(directories).sorted().map { ("--metadata", $0) }),
    Command(
      start: ["tablets", "--metadata", "none.txt"],
      options: [["--external"], ["--files", "none.txt"], ["--table", "2"], ["--tservers", "servers.txt"]],
      conflicts: [("--external", "--tservers")], needs: ["--files": ["--external"]]),
    Command(start: ["tablets", "--external"], options: [["--table", "2"]], refused: ["--table"]),
    Command(
      start: ["check-config"], end: ["some.properties"], options: [["--accumulo", "4.0"], ["--migrate"]],
      conflicts: [("--accumulo", "--migrate")]),
    Command(
      start: ["tablets"], end: ["--metadata", "none.txt", "path"], options: [["--table", "2"]], refused: ["--table"]),
    Command(
      start: ["balance", "--tservers", "servers.txt"],
      options: [
        ["--metadata", "none.txt"], ["--table", "2"], ["--group-regex", "(.).*"], ["--groups", "groups.txt"],
        ["--default-group", "x"], ["--max-migrations", "5"], ["--passes"], ["--drain", "h1:1"], ["--place-freely"],
        ["--check"], ["--balancer", "simple"], ["--together"], ["--compare"], ["--lint"], ["--table-view"],
        ["--summary"],
      ] + directories + settings,
      conflicts: names(directories).sorted().map { ("--metadata", $0) } + [
        ("--group-regex", "--groups"), ("--check", "--passes"),
        ("--check", "--max-migrations"), ("--check", "--place-freely"), ("--check", "--compare"),
        ("--table-view", "--passes"),
      ]
        + [
          "--group-regex", "--groups", "--default-group", "--max-migrations", "--drain", "--place-freely", "--check",
          "--compare", "--lint", "--table-view",
        ].map { ("--balancer", $0) }, needs: ["--together": ["--balancer"]]),
    Command(
      start: ["verify"], end: ["nowhere"],
      options: verifying + [
        ["--shard", "1/2", "--links-into", "no/links"], ["--buckets", "2"], ["--join", "1/2"], ["--merge", "none"],
        ["--strict"], ["--explain"],
      ] + map + reporting,
      conflicts: quiet + (answers + ["--join"]).map { ("--shard", $0) } + joinConflicts,
      needs: ["--buckets": ["--shard"]]),
    Command(
      start: ["ingest"], end: ["--output", "there", "--entries", "100"],
      options: [
        ["--tablets", "2"], ["--files", "2"], ["--flush-entries", "5"], ["--visibilities", "A,B"], ["--max-cf", "9"],
        ["--max-cq", "9"], ["--row-min", "5"], ["--row-max", "9"], ["--checksum"], ["--no-checksum"],
        ["--delete-probability", "0.1"], ["--zipfian", "0", "9", "1.5"], ["--codec", "gz"], ["--seed", "1"],
        ["--threads", "1"], ["--memory", "1M"], ["--lose", "1"], ["--corrupt", "1"], ["--lose-flushes", "1"],
        ["--lose-file"], ["--truth", "t"],
      ] + reporting, conflicts: quiet + [("--checksum", "--no-checksum"), ("--no-checksum", "--corrupt")]),
    Command(
      start: ["info"], end: ["missing.rf"],
      options: [["--check"], ["--index"], ["--summaries"], ["--format", "text"], ["--threads", "1"]] + map),
    Command(
      start: ["info", "--extents"], end: ["nowhere"],
      options: [
        ["--check"], ["--index"], ["--summaries"], ["--format", "text"], ["--threads", "1"], ["--deep"],
        ["--table", "2"], ["--metadata", "none.txt"], ["--block-limit", "1M"],
      ] + map, refused: ["--check", "--index", "--summaries", "--format", "--threads", "--metadata"]),
    Command(
      start: ["info"], end: ["missing.rf"], options: [["--deep"], ["--table", "2"]], refused: ["--deep", "--table"]),
    Command(
      start: ["tablets", "--load-plan"], end: ["missing.rf"],
      options: [
        ["--splits", "rows.txt"], ["--base64"], ["--tablets", "none.txt"], ["--spread", "5"], ["--table", "2"],
        ["--external"], ["--metadata", "none.txt"], ["--files", "none.txt"], ["--tservers", "servers.txt"],
        ["--lease", "1m"],
      ] + map, conflicts: [("--splits", "--tablets"), ("--splits", "--table"), ("--base64", "--tablets")],
      refused: ["--external", "--metadata", "--files", "--tservers", "--lease"],
      needs: ["--base64": ["--splits"], "--spread": ["--splits", "--tablets"], "--table": ["--tablets"]]),
    Command(
      start: ["write"], end: ["--output", "no/o.rf", "missing.txt"],
      options: [
        ["--format", "hex"], ["--sort"], ["--memory", "1M"], ["--level", "1"], ["--threads", "1"], ["--summary"],
        ["--quiet"],
      ] + settings, needs: ["--memory": ["--sort"]]),
    Command(
      start: ["salvage"], end: ["missing.rf"],
      options: [
        ["--output", "no/o.rf"], ["--in-place", "nowhere"], ["--manifest", "m"], ["--force"], ["--level", "1"],
        ["--quiet"], ["--threads", "1"], ["--block-limit", "1M"],
      ] + settings, conflicts: [("--output", "--in-place"), ("--output", "--force")],
      needs: Dictionary(
        uniqueKeysWithValues: ["--manifest", "--level", "--quiet", "--threads", "--block-limit", "--config", "-p"].map {
          ($0, ["--output", "--in-place"])
        } + [("--force", ["--in-place"])])),
    Command(
      start: ["split", "--propose", "3"], end: ["missing.rf"],
      options: [
        ["--rows", "rows.txt"], ["--size", "1G"], ["--output", "o"], ["--format", "text"], ["--base64"],
        ["--level", "1"], ["--threads", "1"], ["--block-limit", "1M"],
      ] + map + settings, refused: ["--rows", "--size", "--output", "--level", "--config", "-p"],
      needs: ["--base64": ["--format"]]),
    Command(
      start: ["split"], end: ["--output", "no/o", "missing.rf"],
      options: [
        ["--rows", "none.txt"], ["--size", "1G"], ["--base64"], ["--level", "1"], ["--threads", "1"],
      ] + settings, conflicts: [("--rows", "--size"), ("--base64", "--size")],
      needs: ["--base64": ["--rows"], "--level": ["--rows", "--size"], "--threads": ["--rows", "--size"]]
        .merging(["--config": ["--rows", "--size"], "-p": ["--rows", "--size"]]) { $1 }),
    Command(
      start: ["scan"], end: ["missing.rf"],
      options: [
        ["--format", "text"], ["--start-row", "-a"], ["--end-row", "b"], ["--family", "-f"], ["--raw"],
        ["--threads", "1"], ["--row", "-a"], ["--rows", "rows.txt"], ["--no-bloom"],
        ["--sample"],
      ] + map + settings,
      conflicts: [("--raw", "--config"), ("--raw", "-p")]
        + ["--start-row", "--end-row"].flatMap { [($0, "--row"), ($0, "--rows")] },
      needs: ["--no-bloom": ["--row", "--rows"]]),
    Command(
      start: ["advise"], end: ["missing.rf"],
      options: [
        ["--sample", "1M"], ["--codecs", "gz,zstd"], ["--levels", "fast,3"], ["--block-sizes", "1K"],
        ["--disk-rate", "1M"], ["--format", "text"], ["--block-limit", "1M"],
      ] + map + reporting, conflicts: quiet),
    Command(
      start: ["audit"], end: ["missing.json", "nowhere"],
      options: [["--format", "text"], ["--threads", "1"], ["--block-limit", "1M"]] + map),
    Command(
      start: ["diff"], end: ["--against", "missing.rf", "--", "there.rf"],
      options: [
        ["--start-row", "-a"], ["--end-row", "b"], ["--family", "-f"], ["--raw"], ["--quiet"], ["--limit", "5"],
        ["--threads", "1"], ["--block-limit", "1M"],
      ] + map + settings, conflicts: [("--raw", "--config"), ("--raw", "-p"), ("--quiet", "--limit")]),
  ]

  @Test("what does not fit together is status 64 with one line, everything else is tried", arguments: commands)
  func pairs(_ command: Command) {
    let actool = CommandRunner()
    actool.write("some.properties", "table.file.max=3\n")
    actool.write("servers.txt", "h1:1\nh2:1\n")
    actool.write("groups.txt", "a\tx\n")
    actool.write("none.txt", "nothing\n")
    actool.write("there/x", "")
    for (i, a) in command.options.enumerated() {
      for (j, b) in command.options.enumerated().dropFirst(i)
      where i == j || (i + j) % 3 == 0 || !command.fit([a[0], b[0]]) {
        let words = command.start + (a == b ? a : a + b) + command.end
        let outcome = actool.run(words)
        let line = words.joined(separator: " ")
        #expect((outcome.status != 64) == command.fit([a[0], b[0]]), "\(line): \(outcome.status) \(outcome.stderr)")
        guard outcome.status == 64 else { continue }
        #expect(outcome.stdout.isEmpty && outcome.stderr.split(separator: "\n").count == 1, "\(line)")
        #expect(outcome.stderr.hasPrefix("actool \(words[0]): "), "\(line): \(outcome.stderr)")
        #expect(outcome.stderr.hasSuffix("; see actool \(words[0]) --help\n"), "\(line): \(outcome.stderr)")
      }
    }
    #expect(actool.names() == ["groups.txt", "none.txt", "servers.txt", "some.properties", "there"])
  }
}
