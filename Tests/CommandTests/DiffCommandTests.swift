import BlockFile
import Entries
import RFile
import TestSupport
import Testing

@Suite("actool diff")
struct DiffCommandTests {
  let actool = CommandRunner()

  private static let rfiles = Fixtures.accumulo + "/rfiles"

  private func entry(_ row: String, _ value: String, time: Int64 = 5, deleted: Bool = false) -> Entry {
    Entry(
      key: Key(row: Array(row.utf8), family: [0x66], timestamp: time, deleted: deleted), value: Array(value.utf8))
  }

  private func write(_ name: String, _ entries: [Entry], codec: Codec = .none, blockSize: Int = 100) throws {
    let sink = ByteSink(memory: name)
    let writer = try RFileWriter(sink, options: .init(codec: codec, blockSize: blockSize))
    try writer.startDefaultLocalityGroup()
    try writer.append(contentsOf: ArrayCursor(entries))
    _ = try writer.finish()
    actool.write(name, sink.memory)
  }

  private func makeTablet(_ directory: String, _ extent: String, _ files: [String: [Entry]]) throws {
    var records: [String] = []
    for (name, entries) in files.sorted(by: { $0.key < $1.key }) {
      try write("\(directory)/\(name)", entries)
      let size = actool.read("\(directory)/\(name)")?.count ?? 0
      records.append(#"{"file":"\#(name)","size":\#(size),"entries":\#(entries.count)}"#)
    }
    actool.write(
      "\(directory)/tablet.json", #"{"version":1,"extent":\#(extent),"files":[\#(records.joined(separator: ","))]}"#)
  }

  @Test("a file is the same as itself, with the sum of its entries", arguments: RFileFixture.readable)
  func itself(_ fixture: RFileFixture) throws {
    let outcome = actool.run("diff", fixture.path, fixture.path)
    var sum = EntrySum()
    let dump = ArrayCursor(try Fixtures.dump(fixture.dump))
    while let entry = try dump.next() { sum.add(entry) }
    let side = #"{"entries":\#(sum.count),"sum":"\#(sum.digest)"}"#
    #expect(outcome.status == 0 && outcome.stderr == "")
    #expect(
      outcome.output == #"{"type":"diff","same":true,"equal":\#(sum.count),"missing":0,"extra":0,"changed":0,"#
        + #""a":\#(side),"b":\#(side),"sums":"\#(EntrySum.algorithm)"}"# + "\n")
  }

  @Test("each difference is a record, the counts are the last")
  func records() throws {
    try write("a.rf", [entry("r1", "same"), entry("r2", "old"), entry("r3", "gone"), entry("r5", "", deleted: true)])
    try write(
      "b.rf", [entry("r1", "same"), entry("r2", "n\"\u{e4}w"), entry("r4", "more"), entry("r5", "")], codec: .gz)
    let outcome = actool.run("diff", "a.rf", "b.rf")
    #expect(outcome.status == 1 && outcome.stderr == "")
    func key(_ row: String, deleted: Bool = false) -> String {
      #""row":"\#(row)","family":"f","qualifier":"","visibility":"","timestamp":5,"deleted":\#(deleted)"#
    }
    #expect(
      outcome.lines.dropLast() == [
        #"{"type":"changed",\#(key("r2")),"value":"old","otherValue":"n\"\\xC3\\xA4w"}"#,
        #"{"type":"missing",\#(key("r3")),"value":"gone"}"#, #"{"type":"extra",\#(key("r4")),"value":"more"}"#,
        #"{"type":"missing",\#(key("r5", deleted: true)),"value":""}"#, #"{"type":"extra",\#(key("r5")),"value":""}"#,
      ])
    let counts = #"{"type":"diff","same":false,"equal":1,"missing":2,"extra":2,"changed":1,"a":{"entries":4,"sum":""#
    #expect(outcome.lines.last?.hasPrefix(counts) == true)

    let limited = actool.run("diff", "--limit", "2", "a.rf", "b.rf")
    #expect(limited.status == 1 && limited.lines == Array(outcome.lines.prefix(2)) + outcome.lines.suffix(1))
    #expect(actool.run("diff", "--limit", "0", "a.rf", "b.rf").lines == outcome.lines.suffix(1))
    let quiet = actool.run("diff", "--quiet", "a.rf", "b.rf")
    #expect(quiet.status == 1 && quiet.stdout == [] && quiet.stderr == "")
    #expect(actool.run("diff", "--quiet", "a.rf", "a.rf").status == 0)
  }

  @Test(
    "what actool makes of Accumulo's files has the entries that Accumulo's compactor gives",
    arguments: ["v0", "v1", "v3"])
  func compacted(_ versions: String) throws {
    let inputs = ["A", "B", "C", "D", "E"].map { "\(Self.rfiles)/fam_versions/\($0).rf" }
    let expected = try Fixtures.dump("\(Fixtures.accumulo)/rfiles-expected/fam_versions.pd0.\(versions).dump")
    try write("expected.rf", expected, blockSize: 4000)
    let majc =
      versions == "v0"
      ? ["-p", "table.iterator.majc.vers="]
      : ["-p", "table.iterator.majc.vers.opt.maxVersions=\(versions.dropFirst())"]
    let made = actool.run(["compact", "--output", "ours.rf"] + majc + inputs)
    #expect(made.status == 0, "\(made.stderr)")
    let outcome = actool.run("diff", "expected.rf", "ours.rf")
    #expect(outcome.status == 0 && outcome.lines.count == 1, "\(outcome.output.prefix(500))")
  }

  @Test("several files of a side are compared as one, with every entry of theirs as often as it occurs")
  func lists() throws {
    let files = ["a.rf", "b.rf", "c.rf"]
    for (number, file) in files.enumerated() {
      try write(file, (10..<40).map { entry("r\($0)", "\($0 % (number + 2))") })
    }
    let made = actool.run(["compact", "--output", "all.rf", "-p", "table.iterator.majc.vers="] + files)
    #expect(made.status == 0, "\(made.stderr)")
    let outcome = actool.run(["diff"] + files + ["--against", "all.rf"])
    #expect(outcome.status == 0 && outcome.output.contains(#""equal":90,"#), "\(outcome.output.prefix(500))")
    #expect(actool.run(["diff", "all.rf", "--against"] + files.reversed()).status == 0)
    let less = actool.run(["diff"] + files.dropLast() + ["--against", "all.rf"])
    #expect(less.status == 1 && less.output.contains(#""equal":60,"missing":0,"extra":30,"changed":0,"#))
  }

  @Test("tablets are compared as scans see them, or with all that is in their rows")
  func views() throws {
    let old = [entry("a", "2", time: 2), entry("a", "1", time: 1), entry("b", "", time: 9, deleted: true)]
    try makeTablet("1/t-1", #"{"tableId":"1"}"#, ["F1.rf": old, "F2.rf": [entry("b", "hidden", time: 8)]])
    try makeTablet("2/t-1", #"{"tableId":"2"}"#, ["F1.rf": [entry("a", "2", time: 2)]])
    #expect(actool.run("diff", "1", "2").status == 0)
    #expect(actool.run("diff", "1/t-1", "2/t-1").status == 0)
    let raw = actool.run("diff", "--raw", "1", "2")
    #expect(raw.status == 1 && raw.lines.count == 4 && raw.lines.dropLast().allSatisfy { $0.contains(#""missing""#) })
    let versions = actool.run("diff", "-p", "table.iterator.scan.vers=", "1", "2")
    #expect(versions.status == 1 && versions.lines.count == 2)
    // A file is every entry.
    #expect(actool.run("diff", "2/t-1/F1.rf", "2").status == 0)
    #expect(actool.run("diff", "1/t-1/F1.rf", "1").status == 1)
  }

  @Test("tablets of other borders hold the same table, whatever lies in their files beside their rows")
  func splits() throws {
    let rows = (0..<90).map { entry("r\($0 + 10)", "value \($0)") }
    try makeTablet("1/t-1", #"{"tableId":"1"}"#, ["F1.rf": rows])
    try makeTablet("2/t-1", #"{"tableId":"2","endRow":"r50"}"#, ["F1.rf": rows])
    try makeTablet("2/t-2", #"{"tableId":"2","prevEndRow":"r50","endRow":"r70"}"#, ["F1.rf": rows])
    try makeTablet(
      "2/t-3", #"{"tableId":"2","prevEndRow":"r70"}"#,
      ["F1.rf": Array(rows[..<70]), "F2.rf": Array(rows[70...])])
    for options in [[], ["--raw"], ["--threads", "1"]] {
      let outcome = actool.run(["diff"] + options + ["1", "2"])
      #expect(outcome.status == 0 && outcome.output.contains(#""equal":90,"#), "\(outcome.output) \(outcome.stderr)")
      let tablets = actool.run(["diff"] + options + ["2/t-3", "2/t-1", "2/t-2", "--against", "1"])
      #expect(tablets.status == 0, "\(tablets.stderr)")
    }
    try makeTablet("2/t-2", #"{"tableId":"2","prevEndRow":"r50","endRow":"r70"}"#, ["F1.rf": Array(rows.dropFirst(45))])
    let lost = actool.run("diff", "1", "2")
    #expect(lost.status == 1 && lost.lines.count == 5 && lost.output.contains(#""missing":4,"#))
    let cut = actool.run("diff", "--start-row", "r51", "--end-row", "r54", "1", "2")
    #expect(cut.status == 1 && cut.lines.count == 5 && cut.output.contains(#""equal":0,"missing":4,"#))
    #expect(actool.run("diff", "--start-row", "r55", "1", "2").status == 0)
    #expect(actool.run("diff", "--family", "g", "1", "2").output.contains(#""equal":0,"#))
  }

  @Test("tablets that overlap, and files beside tablets, cannot be compared; a hole is told")
  func extents() throws {
    let rows = [entry("a", "1"), entry("x", "2")]
    try makeTablet("1/t-1", #"{"tableId":"1","endRow":"m"}"#, ["F1.rf": rows])
    try makeTablet("1/t-2", #"{"tableId":"1","prevEndRow":"g"}"#, ["F1.rf": rows])
    let overlap = actool.run("diff", "1", "1")
    #expect(overlap.status == 2 && overlap.stdout == [])
    #expect(
      overlap.stderr
        == "actool diff: tablet 1;m< in 1/t-1 and 1<;g in 1/t-2 overlap: their common rows would be read twice\n")
    let mixed = actool.run("diff", "1/t-1", "1/t-1/F1.rf", "--against", "1/t-1")
    #expect(mixed.status == 2)
    #expect(
      mixed.stderr
        == "actool diff: 1/t-1/F1.rf is a file and 1/t-1 is a tablet: a side can be files or tablets, not both\n")
    try makeTablet("1/t-2", #"{"tableId":"1","prevEndRow":"p"}"#, ["F1.rf": rows])
    let hole = actool.run("diff", "1", "1")
    #expect(hole.status == 2 && hole.output.contains(#""same":true"#))
    #expect(hole.stderr.contains("1: table 1 has no tablet for the rows of 1;p;m\n"), "\(hole.stderr)")
  }

  @Test("a damaged file is one line and status 2, or the entries are what they were, wherever a bit is wrong")
  func damage() throws {
    let rows = (0..<12).map { entry("row\($0 + 10)", "value \($0)") }
    try write("a.rf", rows, codec: .gz)
    let bytes = try #require(actool.read("a.rf"))
    for place in stride(from: 0, to: bytes.count, by: 7) {
      var damaged = bytes
      damaged[place] ^= 1 << (place % 8)
      actool.write("b.rf", damaged)
      let outcome = actool.run("diff", "a.rf", "b.rf")
      #expect([0, 1, 2].contains(outcome.status), "\(place): \(outcome.status)")
      #expect(outcome.stderr.split(separator: "\n").count == (outcome.status == 2 ? 1 : 0), "\(place)")
      if outcome.status == 2 { #expect(!outcome.output.contains(#""type":"diff""#)) }
      if outcome.status == 0 {
        #expect(actool.run("scan", "b.rf").stdout == actool.run("scan", "a.rf").stdout, "\(place)")
      }
    }
    for count in [0, 1, bytes.count / 2, bytes.count - 1] {
      actool.write("b.rf", Array(bytes[..<count]))
      let outcome = actool.run("diff", "a.rf", "b.rf")
      #expect(outcome.status == 2 && outcome.stderr.hasPrefix("actool diff: b.rf: "), "\(count)")
    }
  }

  @Test("a value of many megabytes is compared and printed whole")
  func hugeValue() throws {
    var value = [UInt8](repeating: 0x61, count: 20_000_000)
    let key = Key(row: [0x72], timestamp: 5)
    try write("a.rf", [Entry(key: key, value: value)])
    value[19_999_999] = 0x62
    try write("b.rf", [Entry(key: key, value: value)])
    #expect(actool.run("diff", "a.rf", "a.rf").status == 0)
    let outcome = actool.run("diff", "a.rf", "b.rf")
    #expect(outcome.status == 1 && outcome.lines.count == 2)
    #expect(outcome.lines[0].utf8.count > 40_000_000 && outcome.lines[0].hasSuffix(#"aab"}"#))
  }

  @Test("a tablet on both sides does not overlap with itself")
  func bothSides() throws {
    try makeTablet("1/t-1", #"{"tableId":"1"}"#, ["F1.rf": [entry("a", "2")]])
    for (a, b) in [("1/t-1", "1/t-1"), ("1", "1"), ("1", "1/t-1")] {
      let outcome = actool.run("diff", a, b)
      #expect(outcome.status == 0 && outcome.stderr == "", "\(a) \(b): \(outcome.stderr)")
    }
  }

  @Test("nobody reading any more is no error, and no reason to call two files the same")
  func closedOutput() throws {
    try write("a.rf", (10_000..<20_000).map { entry("\($0)", "value") }, blockSize: 4000)
    try write("b.rf", [])
    let outcome = actool.shell("{ actool diff a.rf b.rf; echo $? > status; } | head -n 1")
    #expect(outcome.lines.count == 1 && outcome.stderr == "")
    #expect(actool.read("status") == Array("1\n".utf8))
    let same = actool.shell("{ sleep 0.2; actool diff a.rf a.rf; echo $? > status; } | true")
    #expect(same.stderr == "")
    #expect(actool.read("status") == Array("0\n".utf8))
  }

  @Test("the same answer with any number of threads")
  func threads() throws {
    let entries = (10_000..<14_000).map { entry("\($0)", "value \($0 % 7)") }
    try write("a.rf", entries, codec: .zstd)
    try write("b.rf", Array(entries.dropLast(1)), codec: .gz, blockSize: 5000)
    let one = actool.run("diff", "--threads", "1", "a.rf", "b.rf")
    #expect(one.status == 1 && one.output.contains(#""equal":3999,"missing":1,"#))
    for threads in ["2", "7"] {
      #expect(actool.run("diff", "--threads", threads, "a.rf", "b.rf").stdout == one.stdout)
    }
  }

  @Test("what is wrong with the arguments is told with status 64, with the paths with 2")
  func wrongUsage() {
    for arguments in [[], ["a.rf"], ["a.rf", "b.rf", "c.rf"], ["--limit", "-1", "a.rf", "b.rf"]] {
      let outcome = actool.run(["diff"] + arguments)
      #expect(outcome.status == 64 && outcome.stdout == [], "\(arguments)")
    }
    let absent = actool.run("diff", "a.rf", "b.rf")
    #expect(absent.status == 2)
    #expect(absent.stderr == "actool diff: cannot open a.rf: No such file or directory\n")
  }
}
