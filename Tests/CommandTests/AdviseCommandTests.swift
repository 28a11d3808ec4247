import Records
import TestSupport
import Testing

@testable import actool

@Suite("actool advise")
struct AdviseCommandTests {
  let actool = CommandRunner()
  private var files: [String] { (0...2).map { "\(Fixtures.accumulo)/rfiles/ci/ci\($0).rf" } }

  @Test("the advice for few bytes, followed to the letter, gives the bytes that it names")
  func followed() throws {
    let outcome = actool.run(["advise", "--block-sizes", "20K,200K", files[0]])
    #expect(outcome.status == 0 && outcome.stderr.isEmpty)
    let records = try outcome.lines.map { try JSONValue(parsing: Array($0.utf8)) }
    let smallest = try #require(records.first { $0["use"]?.text == "smallest" })
    let settings = try #require(smallest["shell"]?.strings).flatMap { line in
      #expect(line.hasPrefix("config -t TABLE -s table.file.compress."))
      return ["-p", String(line.dropFirst("config -t TABLE -s ".count))]
    }
    let level = try ["--level", #require(smallest["level"]?.text)]
    let made = actool.run(["compact", "--no-reuse", "--output", "o.rf"] + level + settings + [files[0]])
    #expect(made.status == 0, "\(made.stderr)")
    #expect(actool.read("o.rf")?.count == smallest["bytes"]?.int)
    let bytes = records.filter { $0["type"]?.text == "estimate" }.compactMap { $0["bytes"]?.int }
    #expect(bytes.count > 6 && bytes.min() == smallest["bytes"]?.int)
    #expect(records.compactMap { $0["use"]?.text } == ["smallest", "scan", "lookup", "ingest"])
    let twice = try actool.run(["advise", "--codecs", "none", "--block-sizes", "20K", files[0], files[0]]).lines
      .compactMap { try JSONValue(parsing: Array($0.utf8))["bytes"]?.int }
    #expect(try twice.first == 2 * #require(bytes.max()), "\(twice)")
    // The times differ from run to run, the bytes do not.
    let again = try actool.run(["advise", "--block-sizes", "20K,200K", files[0]]).lines
      .map { try JSONValue(parsing: Array($0.utf8)) }.filter { $0["type"]?.text == "estimate" }
    #expect(again.compactMap { $0["bytes"]?.int } == bytes)
  }

  @Test("the table has a line for each choice, and each use a sentence and the lines for the shell")
  func table() {
    let outcome = actool.run(
      ["advise", "--format", "text", "--codecs", "none", "--block-sizes", "100K,1000"] + files)
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(
      lines[0] == "\(files[0]) and 2 more: 413488 bytes, 12000 entries in 15 blocks, 1304161 bytes raw; "
        + "1304161 of them looked at in 3 places")
    #expect(lines[2].hasPrefix("codec  level  blocks") && lines[3].hasPrefix("none   -        100K"))
    #expect(lines[6].hasPrefix("smallest: none with blocks of 100K has the fewest bytes: "))
    #expect(lines[7] == "    config -t TABLE -s table.file.compress.type=none")
    #expect(lines[8] == "    config -t TABLE -s table.file.compress.blocksize=100K")
    #expect(lines.count { $0.contains("config -t") } == 8)
  }

  @Test("files that cannot be read or have nothing, and values that mean nothing, are one line")
  func refusals() throws {
    actool.write("text", "no file\n")
    actool.write("cut.rf", Array(try Fixtures.bytes(files[0]).dropLast(9)))
    let empty = "\(Fixtures.accumulo)/rfiles/edge/empty.rf"
    for (arguments, status, problem) in [
      (["absent.rf"], 2, "cannot open absent.rf: No such file or directory"),
      (["text"], 2, "text: not an RFile"), (["cut.rf"], 2, "cut.rf: it starts as an RFile but does not end as one"),
      (["."], 2, ".: a directory, not an RFile"), ([empty], 2, "the file has no entries"),
      ([empty, empty], 2, "the 2 files have no entries"), ([files[0], "text"], 2, "text: not an RFile"),
      (["--codecs", "lzo", "x"], 64, "--codecs: codec lzo is not supported"),
      (["--codecs", "gz,", "x"], 64, "--codecs: expected values separated by commas, found 'gz,'"),
      (["--levels", "99", "x"], 64, "expected auto, fast or a number for --levels, found '99'"),
      (["--block-sizes", "3G", "x"], 64, "--block-sizes: expected less than 2147483647 bytes"),
      (["--sample", "0", "x"], 64, "--sample: expected at least 1 bytes, found"),
      (["--disk-rate", "fast", "x"], 64, "--disk-rate: expected a size in bytes"),
    ] {
      let outcome = actool.run(["advise"] + arguments)
      #expect(outcome.status == Int32(status) && outcome.stdout.isEmpty, "\(arguments)")
      #expect(outcome.stderr.hasPrefix("actool advise: " + problem), "\(outcome.stderr)")
      #expect(outcome.stderr.split(separator: "\n").count == 1)
    }
  }
}
