import TestSupport
import Testing

@Suite("actool info")
struct InfoCommandTests {
  let actool = CommandRunner()

  @Test("the text of a file with locality groups")
  func groups() throws {
    actool.write("lg.rf", try Fixtures.bytes(Fixtures.accumulo + "/rfiles/codec/lg_zstd.rf"))
    let outcome = actool.run("info", "--format", "text", "--check", "lg.rf")
    #expect(outcome.status == 0 && outcome.stderr == "")
    #expect(
      outcome.output == #"""
        lg.rf
          file       52259 bytes, RFile 8 in BCFile 3.0, codec zstd
          data       1500 entries in 71 blocks, 50090 bytes raw, 50462 stored, ratio 0.99
          first key  00001 :q5 [] 78 deleted
          last key   005db a:q0 [] 24 deleted
          sound      every block was read
          checksums  in none of 71 data blocks: changed bytes may go unseen

          group lg1
            data       498 entries in 24 blocks, 17219 bytes raw, 17384 stored, ratio 0.99
            first key  00006 b:q5 [] 53
            last key   005db a:q0 [] 24 deleted
            families   a 239, b 259
            index 0    24 entries in 2 blocks, 663 bytes raw, 482 stored
            index 1    2 entries in 1 block, 72 bytes raw, the root

          group lg2
            data       251 entries in 12 blocks, 8110 bytes raw, 8190 stored, ratio 0.99
            first key  00001 c:q8 [X] 28
            last key   005d9 c:q6 [] 43
            families   c 251
            index 0    12 entries in 1 block, 339 bytes raw, the root

          group (default)
            data       751 entries in 35 blocks, 24761 bytes raw, 24888 stored, ratio 0.99
            first key  00001 :q5 [] 78 deleted
            last key   005d9 d:q5 [] 92
            families   (empty) 246, \x00\xFF 248, d 257
            index 0    35 entries in 3 blocks, 990 bytes raw, 733 stored
            index 1    3 entries in 1 block, 99 bytes raw, the root

          meta block BCFile.index  zstd, 6 bytes raw, 15 stored
          meta block RFile.index  zstd, 683 bytes raw, 446 stored

        """#)
  }

  @Test("the text of a small file with its index, and of an empty one")
  func small() throws {
    actool.write("single.rf", try Fixtures.bytes(Fixtures.accumulo + "/rfiles/edge/single.rf"))
    actool.write("empty.rf", try Fixtures.bytes(Fixtures.accumulo + "/rfiles/edge/empty.rf"))
    let outcome = actool.run("info", "--format", "text", "--index", "single.rf", "empty.rf")
    #expect(outcome.status == 0 && outcome.stderr == "")
    #expect(
      outcome.output == """
        single.rf
          file       198 bytes, RFile 8 in BCFile 3.0, codec gz
          data       1 entry in 1 block, 17 bytes raw, 25 stored, ratio 0.68
          first key  r f:q [v] 5
          last key   r f:q [v] 5

          group (default)
            data       1 entry in 1 block, 17 bytes raw, 25 stored, ratio 0.68
            first key  r f:q [v] 5
            last key   r f:q [v] 5
            families   f 1
            index 0    1 entry in 1 block, 38 bytes raw, the root

          meta block BCFile.index  gz, 4 bytes raw, 12 stored
          meta block RFile.index  gz, 84 bytes raw, 50 stored

          index 0 (default)  1 entry at 16, 17 bytes raw, 25 stored, up to r f:q [v] 5

        empty.rf
          file       145 bytes, RFile 8 in BCFile 3.0, codec gz
          data       0 entries in 0 blocks, 0 bytes raw, 0 stored

          group (default)
            data       0 entries in 0 blocks, 0 bytes raw, 0 stored
            families   none
            index 0    0 entries in 1 block, 17 bytes raw, the root

          meta block BCFile.index  gz, 4 bytes raw, 12 stored
          meta block RFile.index  gz, 40 bytes raw, 22 stored

        """)
  }

  @Test("the records of a file")
  func record() throws {
    actool.write("single.rf", try Fixtures.bytes(Fixtures.accumulo + "/rfiles/edge/single.rf"))
    let outcome = actool.run("info", "--index", "--check", "single.rf")
    #expect(outcome.status == 0 && outcome.stderr == "")
    let key = #"{"row":"r","family":"f","qualifier":"q","visibility":"v","timestamp":5,"deleted":false}"#
    let sizes = #""blocks":1,"rawBytes":17,"storedBytes":25"#
    #expect(
      outcome.lines.map(String.init) == [
        #"{"type":"file","file":"single.rf","size":198,"bcFileVersion":"3.0","version":8,"codec":"gz","entries":1,"#
          + #""firstKey":\#(key),"lastKey":\#(key),\#(sizes),"ratio":0.68,"groups":[{"default":true,"entries":1,"#
          + #""families":[{"family":"f","entries":1}],"firstKey":\#(key),"lastKey":\#(key),\#(sizes),"#
          + #""levels":[{"level":0,"entries":1,"blocks":1,"rawBytes":38,"storedBytes":0}]}],"#
          + #""metaBlocks":[{"name":"BCFile.index","codec":"gz","rawBytes":4,"storedBytes":12},"#
          + #"{"name":"RFile.index","codec":"gz","rawBytes":84,"storedBytes":50}],"sound":true}"#,
        #"{"type":"index","file":"single.rf","level":0,"key":\#(key),"entries":1,"offset":16,"rawBytes":17,"storedBytes":25}"#,
      ])
  }

  @Test("every file of Accumulo is sound, and its counts are those of the reference reader")
  func sound() throws {
    let fixtures = RFileFixture.readable
    let outcome = actool.run(["info", "--check"] + fixtures.map(\.path))
    #expect(outcome.status == 0 && outcome.stderr == "")
    #expect(outcome.lines.count == fixtures.count)
    for (line, fixture) in zip(outcome.lines, fixtures) {
      let file = try ReferenceRFile(path: fixture.path)
      let blocks = file.groups.flatMap(\.blocks)
      let raw = blocks.reduce(0) { $0 + $1.bytes.count }
      let stored = blocks.reduce(0) { $0 + $1.region.storedSize }
      #expect(
        line.contains(
          #""version":\#(file.version),"codec":"\#(file.container.codec)","entries":\#(file.entries.count),"#))
      #expect(line.contains(#""blocks":\#(blocks.count),"rawBytes":\#(raw),"storedBytes":\#(stored)"#))
      #expect(line.hasSuffix(#""sound":true}"#))
    }
  }

  @Test(
    "the index lists every data block and index block",
    arguments: ["codec/multi_none", "codec/tinyblocks_gz", "meta/all_zstd"])
  func index(_ name: String) throws {
    let path = "\(Fixtures.accumulo)/rfiles/\(name).rf"
    let file = try ReferenceRFile(path: path)
    let groups = file.groups + file.sampleGroups
    let expected = groups.flatMap { group in
      group.levels.joined().flatMap { block in
        block.entries.map { "\(block.level) \($0.region.offset) \($0.region.rawSize) \($0.region.storedSize)" }
      }
    }
    let found = actool.run("info", "--index", path).lines.dropFirst().map { line in
      ["level", "offset", "rawBytes", "storedBytes"].map { number($0, in: line) }.joined(separator: " ")
    }
    #expect(found.sorted() == expected.sorted())
  }

  @Test("an unsound file is told, the others are looked at, and one that cannot be looked at weighs more")
  func several() throws {
    var bytes = try Fixtures.bytes(Fixtures.accumulo + "/rfiles/edge/single.rf")
    actool.write("good.rf", bytes)
    bytes[20] ^= 1
    actool.write("bad.rf", bytes)
    let found = actool.run("info", "--check", "bad.rf", "good.rf")
    #expect(found.status == 1)
    #expect(found.lines.map { $0.contains(#""sound":true"#) } == [false, true])
    #expect(found.lines[0].contains(#""sound":false,"problem":"bad.rf: data block 0 at offset 16: "#))
    #expect(found.stderr.hasPrefix("actool info: bad.rf: data block 0 at offset 16: "))
    let absent = actool.run("info", "--check", "bad.rf", "absent.rf", "good.rf")
    #expect(absent.status == 2)
    #expect(absent.lines.count == 3 && absent.lines[2].contains(#""sound":true"#))
    #expect(
      absent.lines[1]
        == #"{"type":"file","file":"absent.rf","problem":"cannot open absent.rf: No such file or directory"}"#)
  }

  private func number(_ field: String, in line: Substring) -> String {
    let parts = line.split(separator: "\"\(field)\":")
    return parts.count == 2 ? String(parts[1].prefix { $0.isNumber }) : "?"
  }
}
