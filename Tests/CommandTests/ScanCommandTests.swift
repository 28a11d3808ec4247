import Entries
import Records
import TestSupport
import Testing

@Suite("actool scan")
struct ScanCommandTests {
  let actool = CommandRunner()

  @Test("an RFile scans to its dump, byte for byte", arguments: RFileFixture.readable)
  func dump(_ fixture: RFileFixture) throws {
    let outcome = actool.run("scan", "--format", "hex", fixture.path)
    #expect(outcome.status == 0)
    #expect(outcome.stderr == "")
    #expect(outcome.stdout == (try Fixtures.bytes(fixture.dump)))
  }

  @Test("a codec that was not built in is named, with the way out", arguments: RFileFixture.unreadable)
  func otherCodec(_ fixture: RFileFixture) {
    let outcome = actool.run("scan", fixture.path)
    #expect(outcome.status == 2)
    #expect(outcome.stdout == [])
    let trait = ["snappy": "Snappy", "lz4": "LZ4", "bzip2": "Bzip2"][fixture.codec] ?? ""
    #expect(
      outcome.stderr.hasPrefix(
        "actool scan: \(fixture.path): codec \(fixture.codec) is not in this build, which has none"))
    #expect(outcome.stderr.hasSuffix(": build actool with make, or with the trait \(trait)\n"))
  }

  @Test("json is the default of a pipe, text is what the shell prints")
  func formats() {
    let path = Fixtures.accumulo + "/rfiles/edge/single.rf"
    #expect(
      actool.run("scan", path).output == #"{"type":"entry","row":"r","family":"f","qualifier":"q","visibility":"v","#
        + #""timestamp":5,"deleted":false,"value":"val"}"# + "\n")
    #expect(actool.run("scan", "--format", "text", path).output == "r f:q [v] 5\tval\n")
  }

  @Test(
    "rows are cut inclusively at both ends, families picked",
    arguments: ["codec/lg_gz", "codec/multi_zstd", "fam_del/B"])
  func ranges(_ name: String) throws {
    let path = "\(Fixtures.accumulo)/rfiles/\(name).rf"
    let entries = try Fixtures.dump("\(Fixtures.accumulo)/rfiles/\(name).dump")
    let rows = entries.map(\.key.row)
    let (first, last) = (rows[rows.count / 3], rows[rows.count / 2])
    let family = entries[rows.count / 2].key.family

    let cut = actool.run("scan", "--format", "hex", "--start-row", shell(first), "--end-row", shell(last), path)
    #expect(cut.output == hex(entries.filter { !($0.key.row < first) && !(last < $0.key.row) }))
    let after = actool.run("scan", "--format", "hex", "--start-row", shell(last + [0]), path)
    #expect(after.output == hex(entries.filter { last < $0.key.row }))
    let picked = actool.run("scan", "--format", "hex", "--family", shell(family), "--family", "none such", path)
    #expect(picked.output == hex(entries.filter { $0.key.family == family }))
    let none = actool.run("scan", "--start-row", "\\xFF\\xFF\\xFF", "--end-row", "\\xFF\\xFF\\xFF", path)
    #expect(none.status == 0 && none.stdout == [])
    let turned = actool.run("scan", "--start-row", "b", "--end-row", "a", path)
    #expect(turned.status == 64 && turned.stdout == [])
  }

  @Test("a tablet shows what a scan sees; --raw shows all that its files hold")
  func tablet() throws {
    makeTablet("tables/2/default_tablet", extent: nil)
    let files = ["A", "B", "C", "D"].map { "\(Fixtures.accumulo)/rfiles/fam_del/\($0).dump" }
    let all = try files.flatMap { try Fixtures.dump($0) }.sorted { $0.key < $1.key }

    for path in ["tables/2/default_tablet", "tables/2"] {
      let seen = actool.run("scan", "--format", "hex", path)
      #expect(seen.status == 0 && seen.stderr == "")
      #expect(seen.stdout == (try expected("pd0.v1")))
    }
    let raw = actool.run("scan", "--raw", "--format", "hex", "tables/2")
    #expect(raw.lines.sorted() == hex(all).split(separator: "\n").sorted())
    let keys = raw.lines.map { $0.split(separator: " ", omittingEmptySubsequences: false).dropLast() }
    #expect(
      keys
        == hex(all).split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: false).dropLast() }
    )
  }

  @Test("the table's scan iterators decide about versions; compaction's do not")
  func iterators() throws {
    makeTablet("tables/2/default_tablet", extent: nil)
    actool.write(
      "tables/2/table.properties",
      "table.iterator.majc.vers=\ntable.iterator.scan.vers.opt.maxVersions=3\n"
        + "table.iterator.scan.vers=20,org.apache.accumulo.core.iterators.user.VersioningIterator\n")
    #expect(actool.run("scan", "--format", "hex", "tables/2").stdout == (try expected("pd0.v3")))
    let without = actool.run("scan", "--format", "hex", "-p", "table.iterator.scan.vers=", "tables/2")
    #expect(without.stdout == (try expected("pd0.v0")))
    let failing = actool.run("scan", "-p", "table.delete.behavior=fail", "tables/2")
    #expect(failing.status == 2 && failing.stderr.hasPrefix("actool scan: table.delete.behavior"))
    let unknown = actool.run("scan", "-p", "table.iterator.scan.x=9,com.example.X", "tables/2")
    #expect(unknown.status == 2 && unknown.stdout == [])
    #expect(
      unknown.stderr
        == "actool scan: table.iterator.scan.x=9,com.example.X: this iterator class is not built in, and leaving it "
        + "out would show what no scan sees; scan with --raw, or set the property to an empty value with -p\n")
  }

  @Test("tablets come in the order of their rows, each with the rows of its extent")
  func extents() throws {
    // The files of each tablet hold the rows of the whole table, as after a split.
    makeTablet("tables/2/t-0000002", extent: #"{"tableId":"2","prevEndRow":"r0100","endRow":"r0200"}"#)
    makeTablet("tables/2/t-0000001", extent: #"{"tableId":"2","endRow":"r0100"}"#)
    makeTablet("tables/2/default_tablet", extent: #"{"tableId":"2","prevEndRow":"r0200"}"#)
    #expect(actool.run("scan", "--format", "hex", "tables/2").stdout == (try expected("pd0.v1")))
    let one = actool.run("scan", "--format", "text", "tables/2/t-0000002").lines
    #expect(one.allSatisfy { $0 > "r0100 " && $0 < "r0201" } && one.count > 100)
  }

  @Test("overlapping tablets and holes between them are named with status 1, and what they hold is printed")
  func extentProblems() throws {
    makeTablet("tables/2/t-0000001", extent: #"{"tableId":"2","endRow":"r0100"}"#)
    makeTablet("tables/2/default_tablet", extent: #"{"tableId":"2","prevEndRow":"r0050"}"#)
    for paths in [["tables/2"], ["tables/2/t-0000001", "tables/2/default_tablet"]] {
      let overlap = actool.run(["scan", "--format", "text"] + paths)
      #expect(
        overlap.status == 1
          && overlap.stderr == "actool scan: tables/2: tablets 2;r0100< and 2<;r0050 overlap\n", "\(overlap.stderr)")
      #expect(Set(overlap.lines).count < overlap.lines.count)
    }
    #expect(actool.run("scan", "--raw", "tables/2").status == 0)
    makeTablet("tables/2/default_tablet", extent: #"{"tableId":"2","prevEndRow":"r0150"}"#)
    let hole = actool.run("scan", "--format", "text", "tables/2")
    #expect(hole.status == 1)
    #expect(hole.stderr == "actool scan: tables/2: table 2 has no tablet for the rows of 2;r0150;r0100\n")
    #expect(actool.run("scan", "--format", "text", "tables/2/t-0000001", "tables/2/default_tablet").status == 0)
  }

  @Test("nobody reading any more is no error")
  func closedOutput() {
    let path = Fixtures.accumulo + "/rfiles/codec/defblk_gz.rf"
    let outcome = actool.shell("{ actool scan --format hex '\(path)'; echo $? > status; } | head -n 1")
    #expect(outcome.lines.count == 1)
    #expect(outcome.stderr == "")
    #expect(actool.read("status") == Array("0\n".utf8))
  }

  @Test("what is wrong with the arguments is told with status 64, with the paths with 2")
  func wrongUsage() {
    #expect(actool.run("scan").status == 64)
    #expect(actool.run("scan", "--format", "xml", "a.rf").status == 64)
    #expect(actool.run("scan", "--start-row", #"a\x0"#, "a.rf").status == 64)
    let absent = actool.run("scan", "a.rf")
    #expect(absent.status == 2)
    #expect(absent.stderr == "actool scan: cannot open a.rf: No such file or directory\n")
    let unmapped = actool.run("scan", "hdfs://nn1/a.rf")
    #expect(unmapped.status == 2 && unmapped.stderr.contains("--map"))
    let mapped = actool.run("scan", "--map", "hdfs://nn1=\(Fixtures.accumulo)", "hdfs://nn1/rfiles/edge/single.rf")
    #expect(mapped.status == 0 && mapped.lines.count == 1)
  }

  /// A tablet with the files of `fam_del`; without an extent it gets no `tablet.json`.
  private func makeTablet(_ directory: String, extent: String?) {
    var files: [String] = []
    for name in ["A", "B", "C", "D"] {
      guard let bytes = try? Fixtures.bytes("\(Fixtures.accumulo)/rfiles/fam_del/\(name).rf"),
        let entries = try? Fixtures.dump("\(Fixtures.accumulo)/rfiles/fam_del/\(name).dump.gz").count
      else { continue }
      actool.write("\(directory)/F\(name).rf", bytes)
      files.append(#"{"file":"F\#(name).rf","size":\#(bytes.count),"entries":\#(entries)}"#)
    }
    guard let extent else { return }
    actool.write(
      "\(directory)/tablet.json", #"{"version":1,"extent":\#(extent),"files":[\#(files.joined(separator: ","))]}"#)
  }

  private func expected(_ variant: String) throws -> [UInt8] {
    try Fixtures.bytes("\(Fixtures.accumulo)/rfiles-expected/fam_del.\(variant).dump")
  }

  private func shell(_ bytes: [UInt8]) -> String { ByteText.encode(bytes) }

  private func hex(_ entries: [Entry]) -> String {
    var writer = EntryTextWriter(.hex)
    let buffer = EntryBuffer()
    for entry in entries {
      buffer.copy(entry)
      writer.append(UnsafePointer(buffer.view))
    }
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

private func < (a: [UInt8], b: [UInt8]) -> Bool { a.lexicographicallyPrecedes(b) }
