import TestSupport
import Testing

/// Files that are cut off or have wrong bits: the answer is an error of one line or the right entries, never a signal.
@Suite("Damaged files")
struct DamagedFileTests {
  let actool = CommandRunner()

  @Test("a file that ends too soon is refused at every length", arguments: ["edge/single", "edge/single_allempty"])
  func truncated(_ name: String) throws {
    let bytes = try Fixtures.bytes("\(Fixtures.accumulo)/rfiles/\(name).rf")
    var names: [String] = []
    for count in 0..<bytes.count {
      names.append("\(count).rf")
      actool.write(names[count], Array(bytes[..<count]))
    }
    let outcome = actool.run(["info", "--check"] + names)
    #expect(outcome.status == 1)
    #expect(outcome.lines.allSatisfy { $0.contains(#""sound":false"#) } && outcome.lines.count == bytes.count)
    #expect(outcome.stderr.split(separator: "\n").count == bytes.count)
    for name in names {
      let scan = actool.run("scan", name)
      #expect(scan.status == 2 && scan.stdout == [])
      #expect(scan.stderr.hasPrefix("actool scan: \(name): ") && scan.stderr.split(separator: "\n").count == 1)
    }
  }

  @Test("a wrong bit anywhere is found, or hurts nothing", arguments: ["edge/single", "edge/vis"])
  func flipped(_ name: String) throws {
    let bytes = try Fixtures.bytes("\(Fixtures.accumulo)/rfiles/\(name).rf")
    let dump = try Fixtures.bytes("\(Fixtures.accumulo)/rfiles/\(name).dump")
    var names: [String] = []
    for place in bytes.indices {
      var damaged = bytes
      damaged[place] ^= 1 << (place % 8)
      names.append("\(place).rf")
      actool.write(names[place], damaged)
    }
    let outcome = actool.run(["info", "--check"] + names)
    #expect(outcome.status == 1 || outcome.status == 2)
    #expect(outcome.lines.count == bytes.count)
    for name in names {
      let scan = actool.run("scan", "--format", "hex", name)
      let isRight = scan.status == 0 && scan.stderr == "" && scan.stdout == dump
      let isRefused =
        scan.status == 2 && scan.stderr.split(separator: "\n").count == 1 && dump.starts(with: scan.stdout)
      #expect(isRight || isRefused, "\(name): status \(scan.status), \(scan.stderr)")
    }
  }

  @Test(
    "wrong bytes in larger files end neither in a signal nor in a hang",
    arguments: ["codec/multi_none", "codec/lg_zstd"])
  func random(_ name: String) throws {
    let bytes = try Fixtures.bytes("\(Fixtures.accumulo)/rfiles/\(name).rf")
    var generator = SplitMix64(seed: 11)
    var names: [String] = []
    for number in 0..<100 {
      var damaged = bytes
      // Half of them near the end, where the indexes are.
      let start = number % 2 == 0 ? 0 : bytes.count - 2000
      for _ in 0..<(1 + number % 4) {
        damaged[.random(in: start..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
      }
      names.append("\(number).rf")
      actool.write(names[number], damaged)
    }
    let outcome = actool.run(["info", "--check", "--index"] + names)
    #expect(outcome.status == 1 || outcome.status == 2)
    #expect(outcome.lines.count { $0.hasPrefix(#"{"type":"file""#) } == names.count)
    for name in names {
      let scan = actool.run("scan", "--format", "hex", name)
      #expect((0...2).contains(scan.status))
      #expect(scan.stderr.split(separator: "\n").count == (scan.status == 0 ? 0 : 1))
    }
  }

  @Test("a file whose families are not those of its list is not merged into a sound one unless somebody says so")
  func unsound() throws {
    for name in ["ck_70_lg_zstd", "ck_857_binary_none"] {
      let table = "\(name)/2"
      let file = "\(table)/t-1/F1.rf"
      actool.write(file, try Fixtures.bytes("\(Fixtures.accumulo)/damaged/\(name).rf"))
      let check = actool.run("info", "--check", file)
      #expect(check.status == 1)
      let problem = String(check.stderr.dropFirst("actool info: \(file): ".count).dropLast())
      #expect(problem.contains("column famil"))

      let scan = actool.run("scan", "--format", "hex", file)
      #expect(scan.status == 1 && scan.stderr == "actool scan: \(file): \(problem)\n")
      #expect(scan.lines.count > 800)

      var outcome = actool.run("compact", "--output", "out.rf", file)
      #expect(outcome.status == 2 && !actool.names().contains("out.rf"))
      #expect(outcome.stderr.contains(problem) && outcome.stderr.contains("--accept-unsound"), "\(outcome.stderr)")
      let job = "actool plan --kind user \(table) | actool compact --default-properties"
      outcome = actool.shell(job)
      #expect(outcome.status == 1 && outcome.output.contains(#""state":"FAILED""#))
      #expect(actool.names(in: "\(table)/t-1").contains("F1.rf"))

      outcome = actool.shell(job + " --accept-unsound")
      #expect(outcome.status == 0 && outcome.output.contains(#""state":"FINISHED""#), "\(outcome.stderr)")
      #expect(outcome.stderr.contains("\(problem); it was merged all the same"))
      #expect(outcome.output.contains(#""unsound":["/"#), "\(outcome.output)")
      #expect(!actool.names(in: "\(table)/t-1").contains("F1.rf"))
    }
  }

  @Test("keys out of order fail a job with the file that has them, whatever is accepted") func disorder() throws {
    let sound = try Fixtures.bytes("\(Fixtures.accumulo)/rfiles/edge/vis.rf")
    actool.write("plain.rf", sound)
    #expect(actool.run("compact", "-p", "table.file.compress.type=none", "--output", "none.rf", "plain.rf").status == 0)
    let bytes = try #require(actool.read("none.rf"))
    var found = 0
    for place in stride(from: 0, to: bytes.count / 2, by: 7) {
      var damaged = bytes
      damaged[place] ^= 0x10
      actool.write("damaged.rf", damaged)
      let check = actool.run("info", "--check", "damaged.rf")
      guard check.status == 1, check.stderr.contains("keys in order") else { continue }
      for option in [[], ["--accept-unsound"]] {
        let outcome = actool.run(["compact", "--output", "out.rf"] + option + ["plain.rf", "damaged.rf"])
        #expect(outcome.status == 2 && !actool.names().contains("out.rf"), "\(place)")
        #expect(outcome.stderr.hasPrefix("actool compact: damaged.rf: data block "), "\(outcome.stderr)")
      }
      found += 1
    }
    #expect(found > 3, "\(found)")
  }

  @Test("a reader of results that goes away is no success") func closedResults() throws {
    for number in 1...4 {
      actool.write("2/t-\(number)/F1.rf", try Fixtures.bytes("\(Fixtures.accumulo)/rfiles/edge/vis.rf"))
      actool.write(
        "2/t-\(number)/tablet.json",
        #"{"version":1,"extent":{"tableId":"2","prevEndRow":"\#(number - 1)","endRow":"\#(number)"},"files":[{"file":"F1.rf","#
          + #""size":585,"entries":810}]}"#)
    }
    let outcome = actool.shell(
      "actool plan --kind user 2/t-1 2/t-2 2/t-3 2/t-4 >jobs; "
        + "(actool compact --default-properties --threads 1 jobs; echo $? >status) | true; cat status")
    #expect(outcome.output == "2\n" && outcome.stderr.contains("the reader of the results has gone: of 4 jobs"))
    #expect(actool.run("scan", "--start-row", "b", "--end-row", "a", "2/t-1/F1.rf").status == 64)
    #expect(actool.run("compact", "--output", "o.rf", "--start-row", "b", "--end-row", "a", "2/t-1/F1.rf").status == 64)
  }
}
