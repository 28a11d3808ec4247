import BlockFile
import Entries
import RFile
import TestSupport
import Testing

@Suite("actool compact --export")
struct ExportCommandTests {
  let actool = CommandRunner()

  private static let real = Fixtures.accumulo + "/export"

  /// The bytes of all files of a directory.
  private func contents(_ path: String) throws -> [String: [UInt8]] {
    let names = try Fixtures.names(in: path, suffix: "")
    return Dictionary(uniqueKeysWithValues: try names.map { ($0, try Fixtures.bytes(path + "/" + $0)) })
  }

  private func run(_ arguments: String..., fault: String? = nil, stdin: [UInt8] = []) -> CommandOutcome {
    actool.run(arguments, stdin: stdin, environment: fault.map { ["ACTOOL_TEST_FAULT": $0] } ?? [:])
  }

  /// What an importer makes of a directory.
  private func imported(_ name: String) throws -> ReferenceImport {
    let imported = try ReferenceImport([actool.path(name)])
    #expect(imported.lint == [], "\(name)")
    #expect(
      actool.names(in: name).allSatisfy { !$0.hasSuffix("_tmp") && !$0.hasPrefix(".") }, "\(actool.names(in: name))")
    let check = run("tablets", "--check-export", name)
    #expect(check.status == 0 && check.stderr == "", "\(check.stderr)")
    return imported
  }

  /// The entries of a file as they are.
  private func dump(_ path: String) -> [UInt8] { run("scan", "--format", "hex", path).stdout }

  @Test(
    "the compacted export of every golden case is imported, is the same table, and holds what Accumulo's compaction left",
    arguments: GoldenExport.all(damaged: false))
  func golden(_ golden: GoldenExport) throws {
    let source = golden.directories[0]
    let untouched = try contents(source)
    let outcome = run("compact", "--export", source, "--into", "out")
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(try contents(source) == untouched)
    let table = try imported("out")
    #expect(table.properties == golden.expectation.properties)
    let expected = try #require(golden.expectation.tablets)
    #expect(table.tablets.map(\.time) == expected.map(\.time))
    let withFiles = expected.filter { !$0.files.isEmpty }.count
    #expect(outcome.lines.count == withFiles && outcome.lines.allSatisfy { $0.contains("certificate") })
    // Some cases have no compacted tablets of Accumulo's.
    let dumps = (try? Fixtures.names(in: golden.path + "/majc", suffix: ".dump")) ?? []
    for (number, tablet) in table.tablets.enumerated() where !dumps.isEmpty {
      let name = "t\(number < 10 ? "0" : "")\(number).dump"
      let left = dumps.contains(name) ? try Fixtures.bytes(golden.path + "/majc/" + name) : []
      #expect(tablet.files.count == (left.isEmpty ? 0 : 1))
      for file in tablet.files { #expect(dump("out/" + file.name) == left, "tablet \(number)") }
    }
    let before = run("info", "--extents", source)
    let names = expected.flatMap(\.files).map(\.name)
    let shared = names.count > Set(names).count
    #expect(before.status == 1 || (before.status == 0 && !shared), "\(before.stderr)")
    let after = run("info", "--extents", "out")
    #expect(after.status == 0 && after.output.contains(#""outside":0,"compact":[]"#), "\(after.output) \(after.stderr)")
    let difference = run("diff", source, "out")
    #expect(difference.status == 0, "\(difference.output.suffix(400)) \(difference.stderr)")
  }

  @Test("plan, compact --into and tablets --write-export make the table that they planned; other files are linked")
  func steps() throws {
    let jobs = run("plan", "--kind", "user", Self.real)
    #expect(jobs.status == 0 && jobs.lines.count == 4)
    // Three of the four tablets.
    let some = Array(jobs.lines.dropLast().joined(separator: "\n").utf8)
    #expect(run("compact", "--into", "out", stdin: some).status == 0)
    // An unfinished directory is no table.
    #expect(run("tablets", "out").stderr.contains("and no table yet"))
    let outcome = run("tablets", "--write-export", "out", "-p", "table.custom.x=y", Self.real)
    #expect(
      outcome.status == 0 && outcome.stderr.hasSuffix("out: 4 tablets, 4 files, 1 of them as they were\n"),
      "\(outcome.stderr)")
    let table = try imported("out")
    #expect(table.properties["table.custom.x"] == "y")
    #expect(table.tablets.last?.files.first?.name == "A000000b.rf")
    #expect(run("diff", Self.real, "out").status == 0)
    #expect(run("tablets", "--write-export", "out", Self.real).stderr.contains("already has exportMetadata.zip"))
  }

  @Test("properties change the files and the new table; what is not a property of the table is refused")
  func properties() throws {
    let iterator = "table.iterator.scan.vers"
    let outcome = run(
      "compact", "--export", Self.real, "--into", "out", "-p", "table.file.compress.type=zstd", "--drop-property",
      iterator)
    #expect(outcome.status == 0, "\(outcome.stderr)")
    let table = try imported("out")
    #expect(table.properties["table.file.compress.type"] == "zstd")
    #expect(table.properties.keys.allSatisfy { !$0.hasPrefix(iterator) } && table.properties.count == 6)
    let file = "out/" + (table.tablets[0].files.first?.name ?? "")
    #expect(run("info", file).output.contains(#""codec":"zstd""#))
    for (option, value, problem) in [
      ("--drop-property", "table.custom.no", "has no such property"),
      ("-p", "table.custom.a=b\nc", "cannot be imported"),
      ("-p", "tserver.memory.maps.max=1", "only table.* are properties of a table"),
    ] {
      let refused = run("compact", "--export", Self.real, "--into", "no", option, value)
      #expect(
        refused.status == 2 && refused.stderr.contains(problem) && !actool.names().contains("no"), "\(refused.stderr)")
    }
  }

  @Test("new splits give new tablets of the same table")
  func splits() throws {
    for (number, splits) in ["3\n5\n", "", "2\n4\n6\n", "0\n1\n1\\x00\n9\n"].enumerated() {
      actool.write("splits", splits)
      let outcome = run("compact", "--export", Self.real, "--into", "out\(number)", "--splits", "splits")
      #expect(outcome.status == 0, "\(outcome.stderr)")
      let table = try imported("out\(number)")
      #expect(table.tablets.count == splits.split(separator: "\n").count + 1)
      #expect(table.tablets.last?.time == "M1705792654520" || number == 3)
      #expect(run("diff", Self.real, "out\(number)").status == 0)
    }
  }

  @Test("killed at any change of the disk, the next run goes on; a directory without its archive is no table")
  func killed() throws {
    let whole = run("compact", "--export", Self.real, "--into", "whole", "--threads", "1", fault: "list")
    let changes = whole.stderr.split(separator: "\n").filter { $0.hasPrefix("change: ") }
    #expect(whole.status == 0 && changes.count > 40, "\(whole.stderr)")
    let files = try imported("whole").tablets.map { $0.files }
    var finished = 0
    for number in 1...changes.count {
      let out = "out\(number)"
      let outcome = run("compact", "--export", Self.real, "--into", out, "--threads", "1", fault: "\(number):kill")
      #expect(outcome.status == 128 + 9, "\(number)")
      if actool.names(in: out).contains("exportMetadata.zip") {
        finished += 1
      } else {
        #expect(run("tablets", out).status == 2, "\(number), \(changes[number - 1])")
        let next = run("compact", "--export", Self.real, "--into", out)
        #expect(next.status == 0, "\(number), \(changes[number - 1]): \(next.stderr)")
      }
      #expect(try ReferenceImport([actool.path(out)]).tablets.map { $0.files } == files, "\(number)")
      if number % 9 == 0 { #expect(run("diff", "--quiet", Self.real, out).status == 0, "\(number)") }
    }
    #expect(finished > 0 && finished < 6)
  }

  @Test("a directory that was begun with other settings, or holds other files, is refused")
  func otherDirectories() {
    let jobs = run("plan", "--kind", "user", Self.real).stdout
    #expect(run("compact", "--into", "out", stdin: jobs).status == 0)
    let other = run("compact", "--export", Self.real, "--into", "out")
    #expect(other.status == 2 && other.stderr.contains("was begun with another table or other settings"))
    actool.write("full/F1.rf", "x")
    #expect(
      run("compact", "--export", Self.real, "--into", "full").stderr.contains("has .rf files that no job here wrote"))
    #expect(actool.names(in: "full") == ["F1.rf"])
  }

  @Test("nothing is written for a broken table, or when files are missing", arguments: GoldenExport.all(damaged: true))
  func broken(_ golden: GoldenExport) {
    let real = golden.expectation.importer216
    let outcome = run("compact", "--export", golden.directories[0], "--into", "out")
    // Files of a second directory are missing here.
    let isRefused = real?.result == "error" || real?.lint != nil || golden.directories.count > 1
    // Each directory for itself is sound.
    if golden.name == "damaged/two_zips" { return #expect(outcome.status == 0) }
    #expect(outcome.status == (isRefused ? 2 : 0), "\(outcome.stderr)")
    if isRefused { #expect(outcome.stderr.split(separator: "\n").count == 1 && !actool.names().contains("out")) }
  }
}
