import Entries
import RFile
import TestSupport
import Testing

@Suite struct OutputTests {
  let bed = CompactBed()
  var actool: CommandRunner { bed.actool }

  func rows(_ file: String) throws -> [Int] {
    let cursor = try RFileReader(path: actool.path(file)).merged()
    var rows: [Int] = []
    while let entry = try cursor.next() { rows.append(Int(String(decoding: entry.pointee.row.bytes, as: UTF8.self))!) }
    return rows
  }

  @Test("files are merged into a new one, and stay") func merge() throws {
    try bed.makeFiles(in: "in")
    let outcome = actool.shell("actool compact --output out.rf --summary in/*.rf")
    #expect(outcome.status == 0)
    #expect(outcome.stderr.hasPrefix("out.rf: 120 of 120 entries from 3 files, "), "\(outcome.stderr)")
    #expect(
      outcome.output.hasPrefix(
        #"{"type":"summary","command":"compact","files":3,"entriesRead":120,"entries":120,"fileSize":"#))
    #expect(outcome.output.contains(#","blocks":1,"blocksReused":0,"rungs":[{"encoder":""#))
    #expect(outcome.output.hasSuffix(#","blocks":1}]}"# + "\n"))
    #expect(try rows("out.rf") == Array(0..<120))
    #expect(actool.names() == ["in", "out.rf"])
    #expect(actool.names(in: "in") == ["F0000000.rf", "F0000001.rf", "F0000002.rf"])
  }

  @Test("the level is auto, fast or a number of the codec; anything else is wrong usage") func levels() throws {
    try bed.makeFiles(in: "in")
    for level in ["auto", "fast", "1", "9"] {
      let outcome = actool.run("compact", "--output", "\(level).rf", "--level", level, "in/F0000000.rf")
      #expect(outcome.status == 0, "\(outcome.stderr)")
      let says = Int(level) == nil ? "0 of 1 blocks reused, 1 by " : " \(level), "
      #expect(outcome.stderr.contains(says), "\(outcome.stderr)")
    }
    for arguments in [
      ["--level", "0"], ["--level", "23"], ["--level", "best"], ["--level", ""], ["--level", "99999999999999999999"],
      ["--level", "22"], ["--level", "3", "-p", "table.file.compress.type=none"],
    ] {
      let outcome = actool.run(["compact", "--output", "out.rf"] + arguments + ["in/F0000000.rf"])
      #expect(outcome.status == 64 && outcome.stdout.isEmpty, "\(arguments)")
      #expect(outcome.stderr.split(separator: "\n").count == 1 && outcome.stderr.hasPrefix("actool compact: "))
    }
    let outcome = actool.run(
      "compact", "--output", "none.rf", "--level", "auto", "-p", "table.file.compress.type=none", "in/F0000000.rf")
    #expect(outcome.status == 0 && outcome.stderr.contains(" blocks reused, 0."), "\(outcome.stderr)")
  }

  @Test("only the rows asked for, both ends included") func rows() throws {
    try bed.makeFiles(in: "in")
    let outcome = actool.shell(
      "actool compact --quiet --output out.rf --start-row 00000007 --end-row '0000001\\x31' in/*.rf")
    #expect(outcome.status == 0 && outcome.stderr == "")
    #expect(try rows("out.rf") == Array(7...11))
  }

  @Test("deletes are dropped or kept, as Accumulo does", arguments: [false, true]) func deletes(keeps: Bool) throws {
    let source = Fixtures.accumulo + "/rfiles/fam_del"
    let outcome = actool.shell(
      "actool compact --output out.rf \(keeps ? "--propagate-deletes" : "") '\(source)'/*.rf")
    #expect(outcome.status == 0, "\(outcome.stderr)")
    let cursor = try RFileReader(path: actool.path("out.rf")).merged()
    var found: [Entry] = []
    while let entry = try cursor.next() { found.append(entry.pointee.entry) }
    let expected = try Fixtures.dump("\(Fixtures.accumulo)/rfiles-expected/fam_del.pd\(keeps ? 1 : 0).v1.dump")
    #expect(found == expected)
  }

  @Test("a file is never replaced, and what fails leaves nothing") func refusals() throws {
    try bed.makeFiles(in: "in")
    actool.write("out.rf", "precious")
    var outcome = actool.shell("actool compact --output out.rf in/*.rf")
    #expect(outcome.status == 2)
    #expect(
      outcome.stderr
        == "actool compact: out.rf: already exists and is not replaced; remove it, or choose another name\n")
    #expect(actool.read("out.rf") == Array("precious".utf8))
    actool.write("broken.rf", "no RFile")
    for line in ["broken.rf in/F0000000.rf", "missing.rf", "in"] {
      outcome = actool.shell("actool compact --output new.rf \(line)")
      #expect(outcome.status == 2, "\(line): \(outcome.stderr)")
      #expect(actool.names() == ["broken.rf", "in", "out.rf"])
    }
    #expect(actool.shell("actool compact --output nowhere/new.rf in/*.rf").status == 2)
  }

  @Test("what a killed merge left is removed by the next one") func leftover() throws {
    try bed.makeFiles(in: "in")
    let killed = actool.run(
      ["compact", "--output", "out.rf", "in/F0000000.rf"], environment: ["ACTOOL_TEST_FAULT": "3:kill"])
    #expect(killed.status == 128 + 9)
    #expect(actool.names().count == 2 && actool.names()[1].hasPrefix("out.rf."), "\(actool.names())")
    #expect(actool.run("compact", "--output", "out.rf", "in/F0000000.rf").status == 0)
    #expect(actool.names() == ["in", "out.rf"])
  }

  @Test("a merge that is stopped leaves nothing") func stopped() throws {
    try bed.makeFiles(in: "in", entries: 2000)
    let running = actool.start(["compact", "--output", "out.rf", "--rate-limit", "10K", "in/F0000000.rf"])
    #expect(bed.wait { actool.names().count == 2 })
    running.signal(15)
    #expect(running.wait().status == 143)
    #expect(actool.names() == ["in"])
  }
}
