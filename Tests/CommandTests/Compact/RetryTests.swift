// The same job twice, and failures that pass.

import Files
import Records
import SystemPackage
import TabletStore
import TestSupport
import Testing

@Suite struct RetryTests {
  let bed = CompactBed()
  var actool: CommandRunner { bed.actool }

  @Test("the same jobs again change nothing, and print the first results") func again() throws {
    try bed.makeFiles()
    let jobs = bed.plan()
    let first = actool.run(["compact", "--default-properties"], stdin: jobs)
    let result = try #require(try results(first.stdout).first)
    #expect(first.status == 0 && !result.already)
    let before = (try bed.directory().manifest(), actool.names(in: CompactBed.tablet))

    let second = actool.run(["compact", "--default-properties", "--summary"], stdin: jobs)
    #expect(second.status == 0 && second.stderr == "" && second.output.contains(#""state":"FINISHED","already":true"#))
    var repeated = try #require(try results(second.stdout).first)
    #expect(repeated.already && repeated.seconds <= result.seconds)
    (repeated.already, repeated.seconds) = (false, result.seconds)
    #expect(repeated == result)
    #expect(try bed.directory().manifest() == before.0 && actool.names(in: CompactBed.tablet) == before.1)

    let dry = actool.run(["compact", "--default-properties", "--dry-run"], stdin: jobs)
    #expect(dry.status == 1 && dry.stderr.contains("it finished before, as \(result.output!)"), "\(dry.stderr)")
    // Proven once, from either result or both.
    for results in [first.stdout, second.stdout, first.stdout + second.stdout, second.stdout + first.stdout] {
      let audit = actool.run(["audit", "-", CompactBed.tablet], stdin: results)
      #expect(audit.status == 0, "\(audit.output) \(audit.stderr)")
    }
  }

  @Test("a job that finished while another process waited for its files is not run twice") func waiting() throws {
    try bed.makeFiles(entries: 400)
    let jobs = bed.plan()
    let slow = actool.start(
      ["compact", "-p", "table.file.compress.type=none", "--rate-limit", "20K"], stdin: jobs)
    #expect(try bed.wait { try bed.directory().manifest()?.reservations.count == 1 })
    let other = actool.run(["compact", "--default-properties", "--wait", "1m"], stdin: jobs)
    #expect(slow.wait().status == 0)
    #expect(try other.status == 0 && results(other.stdout).first?.already == true, "\(other.output) \(other.stderr)")
    #expect(try bed.rows() == Array(0..<1200) && bed.live().count == 1)
  }

  @Test("a failure says whether it passes, and so does the status of the run") func passing() throws {
    let middle = Array("00000999".utf8)
    let extents = [KeyExtent(tableId: "2", endRow: middle), KeyExtent(tableId: "2", prevEndRow: middle)]
    for (number, extent) in extents.enumerated() {
      let name = "tables/2/t-\(number + 1)"
      try bed.makeFiles(in: name, firstRow: number * 1000)
      let files = try bed.directory(name).contents().files
      actool.write(
        name + "/tablet.json", String(decoding: TabletManifest(extent: extent, files: files).json(), as: UTF8.self))
    }
    let jobs = bed.plan()
    // A process of another machine that is alive, as far as can be known, has the files of one tablet.
    let lease = SystemClock.milliseconds()
    let path = "tables/2/t-1/tablet.json"
    let reservation =
      #""reservations":[{"ecid":"ECID:x","kind":"USER","executor":"e","inputs":["F0000000.rf"],"output":"A9.rf","#
      + #""tmp":"A9.rf_tmp","host":"elsewhere","machineId":"m","bootId":"b","pidNamespace":"pid:[1]","processId":7,"#
      + #""processStart":9,"lease":\#(lease)}]"#
    let text = try String(decoding: readWholeFile(FilePath(actool.path(path)), limit: 1 << 20), as: UTF8.self)
      .replacing(#""reservations":[]"#, with: reservation)
    actool.write(path, text)
    let busy = actool.run(["compact", "--default-properties"], stdin: jobs)
    let retries = Dictionary(uniqueKeysWithValues: try results(busy.stdout).map { ($0.state, $0.retry) })
    #expect(busy.status == 75 && retries == [.finished: nil, .failed: .later], "\(busy.output)")

    // And one whose inputs are gone, which no retry brings back.
    let gone = actool.run(["compact", "--default-properties"], stdin: jobs.filter { $0 != 0 } + lostJob(of: jobs))
    #expect(gone.status == 1 && gone.output.contains(#""retry":"never""#), "\(gone.output) \(gone.stderr)")
  }

  /// The first job, about files that are not there, under another id.
  private func lostJob(of jobs: [UInt8]) -> [UInt8] {
    let line =
      String(decoding: jobs, as: UTF8.self).split(separator: "\n").first { $0.contains(#""type":"job""#) } ?? ""
    return Array(
      (line.replacing("F0000000.rf", with: "F0000099.rf").replacing("ECID:", with: "ECID:0") + "\n").utf8)
  }

  @Test("detached jobs that were done before come again with their results") func detached() throws {
    try bed.makeFiles()
    let jobs = bed.plan()
    let arguments = ["compact", "--default-properties", "--into", "out"]
    let first = try results(actool.run(arguments, stdin: jobs).stdout)
    let second = actool.run(arguments, stdin: jobs)
    var repeated = try results(second.stdout)
    #expect(second.status == 0 && repeated.count == 1 && repeated[0].already, "\(second.output) \(second.stderr)")
    repeated[0].already = false
    #expect(repeated == first)
  }

  @Test("bad times are refused") func badTimes() throws {
    for (time, expected) in [("soon", "--wait"), ("-1s", "--wait")] {
      let outcome = actool.run("compact", "--wait", time, "jobs.json")
      #expect(outcome.status == 64 && outcome.stderr.contains(expected), "\(outcome.stderr)")
    }
    for pair in [["--output", "a.rf", "F.rf"], ["--dry-run"], ["--into", "out"]] {
      let outcome = actool.run(["compact", "--wait", "1s"] + pair)
      #expect(outcome.status == 64 && outcome.stderr.contains("--wait"), "\(pair) \(outcome.stderr)")
    }
  }
}
