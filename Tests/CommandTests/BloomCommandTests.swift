import Entries
import Records
import TestSupport
import Testing

/// Tables with Bloom filters, on the command line.
@Suite("Bloom filters on the command line")
struct BloomCommandTests {
  let actool = CommandRunner()
  /// RowFunctor, gz.
  private static let file = Fixtures.accumulo + "/golden2/bloom/b06.rf"

  private static let bloom = [
    "-p", "table.bloom.enabled=true", "-p", "table.bloom.size=500", "-p", "table.bloom.error.rate=1%",
  ]

  @Test("info tells parameters and load")
  func info() throws {
    let outcome = actool.run("info", "--format", "text", Self.file)
    #expect(outcome.status == 0)
    let line = try #require(outcome.lines.first { $0.hasPrefix("  bloom ") })
    #expect(line.contains("RowFunctor, murmur, 1 row of ") && line.contains(" bits for 200 keys, "))
    let json = try JSONValue(parsing: actool.run("info", Self.file).stdout)
    let filter = try #require(json["bloom"])
    #expect(filter["functor"]?.text == "org.apache.accumulo.core.file.keyfunctor.RowFunctor")
    #expect(filter["keysPerRow"]?.int == 200 && filter["rows"]?.int == 1)
    let load = try #require(filter["load"]?.double)
    #expect(load > 0 && load < 1)
  }

  @Test("rows are looked up with and without filters, one by one and from a file")
  func lookups() throws {
    let all = actool.run("scan", "--format", "hex", Self.file)
    let rows = Array(Set(all.lines.map { $0.prefix { $0 != " " } })).sorted()
    #expect(rows.count > 20)
    let wanted = [rows[3], rows[7], rows[rows.count - 1]]
    let expected = all.lines.filter { line in wanted.contains { line.hasPrefix($0 + " ") } }
    let texts = (wanted.reversed() + ["00ff", wanted[0]]).map { ByteText.encode(Fixtures.hex($0)) }
    actool.write("rows.txt", texts.joined(separator: "\n") + "\n\n")
    for options in [
      texts.flatMap { ["--row", $0] }, ["--rows", "rows.txt"], ["--rows", "rows.txt", "--row", texts[1]],
    ] {
      for more in [[], ["--no-bloom"]] {
        let outcome = actool.run(["scan", "--format", "hex"] + options + more + [Self.file])
        #expect(outcome.status == 0 && outcome.stderr == "" && outcome.lines == expected)
      }
    }
    #expect(actool.run("scan", "--row", "none such", Self.file).output == "")
    actool.write("bad.txt", "a\nb\\q\n")
    let bad = actool.run("scan", "--rows", "bad.txt", Self.file)
    #expect(bad.status == 2)
    #expect(
      bad.stderr == #"actool scan: bad.txt, line 2: expected a row, with \\ or \xHH after a backslash, found "b\\q""#
        + "\n")
  }

  @Test("a file that is written with a filter passes its check; one whose filter denies a key does not")
  func check() throws {
    let made = actool.run(
      ["compact", "--output", "out.rf"] + Self.bloom + ["-p", "table.file.compress.type=none", Self.file])
    #expect(made.status == 0 && !made.stderr.contains("acu_bloom"), "\(made.stderr)")
    #expect(actool.run("info", "--check", "out.rf").status == 0)

    var bytes = try #require(actool.read("out.rf"))
    let end = Array("xp".utf8) + [0x75, 0x72, 0, 2, 0x5b, 0x4a]
    let row = try #require(bytes.indices.dropLast(600).last { bytes[$0...].starts(with: end) })
    for i in row + 40..<row + 80 { bytes[i] = 0 }
    actool.write("out.rf", bytes)
    let outcome = actool.run("info", "--check", "out.rf")
    #expect(outcome.status == 1)
    #expect(outcome.stderr.contains("expected a key that acu_bloom admits, found row "), "\(outcome.stderr)")
  }

  @Test("a tablet's rows are looked up through deletes and versions; a filter that a table does not want is told of")
  func tablet() throws {
    for name in ["A", "B", "C", "D"] {
      actool.write(
        "tables/2/default_tablet/\(name).rf", try Fixtures.bytes("\(Fixtures.accumulo)/rfiles/fam_del/\(name).rf"))
    }
    let all = actool.run("scan", "--format", "hex", "tables/2")
    let rows = Array(Set(all.lines.map { $0.prefix { $0 != " " } })).sorted().prefix(5)
    let found = actool.run(
      ["scan", "--format", "hex"] + rows.flatMap { ["--row", ByteText.encode(Fixtures.hex($0))] } + ["tables/2"])
    #expect(found.status == 0 && found.lines == all.lines.filter { line in rows.contains { line.hasPrefix($0 + " ") } })

    let plain = actool.run("compact", "--output", "plain.rf", Self.file)
    #expect(plain.status == 0 && plain.stderr.contains("acu_bloom of an input is not written to the output"))
  }

  @Test("settings that make no filter are refused by name")
  func refusals() {
    for (setting, problem) in [
      ("key.functor=org.example.Mine", "org.example.Mine is not built in; expected org.apache.accumulo.core.file"),
      ("hash.type=sha", #"expected jenkins or murmur, found "sha""#), ("size=0", "make a filter without bits"),
      ("error.rate=100%", "make a filter without bits"), ("size=x", "expected a whole number"),
    ] {
      let outcome = actool.run(
        ["compact", "--output", "out.rf"] + Self.bloom + ["-p", "table.bloom.\(setting)", Self.file])
      #expect(outcome.status == 2 && outcome.stderr.contains(problem), "\(outcome.stderr)")
      #expect(outcome.stderr.split(separator: "\n").count == 1 && actool.read("out.rf") == nil)
    }
  }
}
