import Entries
import Files
import RFile
import Records
import SystemPackage
import TabletStore
import TestSupport
import Testing

@Suite struct CompactTests {
  let bed = CompactBed()
  var actool: CommandRunner { bed.actool }

  @Test("plan and compact turn the files of a directory into one, with every entry") func pipe() throws {
    try bed.makeFiles()
    let outcome = bed.planAndCompact()
    #expect(outcome.status == 0, "\(outcome.stderr)")
    let result = try #require(try results(outcome.stdout).first)
    #expect(result.state == .finished && result.entries == 120 && result.entriesRead == 120)
    #expect(try bed.live() == [result.output])
    #expect(try bed.rows() == Array(0..<120))
    #expect(try bed.leftovers() == [])
    #expect(outcome.stderr == "")
  }

  @Test("real files of Accumulo are compacted to what Accumulo made of them") func accumulo() throws {
    for (family, versions) in [("fam_versions", 1), ("fam_del", 1)] {
      let source = Fixtures.accumulo + "/rfiles/" + family
      for file in actool.shell("cd '\(source)' && ls *.rf").lines {
        actool.write("tables/\(family)/t/\(file)", try Fixtures.bytes("\(source)/\(file)"))
      }
      let outcome = actool.shell(
        "actool plan --kind user tables/\(family) | actool compact --default-properties")
      #expect(outcome.status == 0, "\(outcome.stderr)")
      let live = try bed.live("tables/\(family)/t")
      #expect(live.count == 1)
      let reader = try RFileReader(path: actool.path("tables/\(family)/t/\(live[0])"))
      let expected = try Fixtures.dump("\(Fixtures.accumulo)/rfiles-expected/\(family).pd0.v\(versions).dump")
      let cursor = try reader.merged()
      var found: [Entry] = []
      while let entry = try cursor.next() { found.append(entry.pointee.entry) }
      #expect(found == expected, "\(family)")
    }
  }

  @Test("only rows inside the extent are read") func extent() throws {
    try bed.makeFiles()
    let files = try bed.directory().contents().files
    let extent = KeyExtent(
      tableId: "2", prevEndRow: CompactBed.entry(10).key.row, endRow: CompactBed.entry(20).key.row)
    try bed.directory().create(TabletManifest(extent: extent, files: files))
    #expect(bed.planAndCompact().status == 0)
    #expect(try bed.rows() == Array(11...20))
  }

  @Test("without a word on the table's properties nothing is compacted; any word will do") func properties() throws {
    try bed.makeFiles()
    let jobs = bed.plan()
    let outcome = actool.run(["compact"], stdin: jobs)
    #expect(outcome.status == 1)
    let error = try #require(try results(outcome.stdout).first?.error)
    #expect(error.hasPrefix("the settings of table 2 are not known") && error.contains("--default-properties"))
    #expect(try bed.leftovers() == [] && bed.live().count == 3)
    #expect(!actool.names(in: CompactBed.tablet).contains("tablet.json"))

    actool.write("tables/2/table.properties", "table.file.compress.type=none\n")
    let second = actool.run(["compact"], stdin: jobs)
    #expect(second.status == 0, "\(second.stderr)")

    try bed.makeFiles(in: "tables/3/t-1")
    #expect(
      actool.run(["compact", "-p", "table.file.compress.type=zstd"], stdin: bed.plan(path: "tables/3")).status == 0)
    try bed.makeFiles(in: "tables/4/t-1")
    #expect(actool.run(["compact"], stdin: bed.plan("-p", "table.file.max=10", path: "tables/4")).status == 0)
  }

  @Test("an iterator that is not built in is refused, and named") func unknownIterator() throws {
    try bed.makeFiles()
    let outcome = actool.run(
      ["compact", "-p", "table.iterator.majc.x=30,org.example.Mine"], stdin: bed.plan())
    #expect(outcome.status == 1)
    #expect(try results(outcome.stdout).first?.error?.contains("org.example.Mine") == true)
    #expect(try bed.live().count == 3 && bed.leftovers() == [])
  }

  @Test("a table that fails on delete markers fails its compactions, and keeps its files") func deleteBehavior() throws
  {
    let source = Fixtures.accumulo + "/rfiles/fam_del"
    actool.write("tables/2/t-1/F1.rf", try Fixtures.bytes(source + "/A.rf"))
    let outcome = actool.run(["compact"], stdin: bed.plan("-p", "table.delete.behavior=fail"))
    #expect(outcome.status == 1 && outcome.stderr.contains("table.delete.behavior"), "\(outcome.stderr)")
    #expect(try bed.live() == ["F1.rf"] && bed.leftovers() == [])
  }

  @Test("more inputs than the shell's usual number of open files are merged in one pass") func manyInputs() throws {
    try bed.makeFiles(files: 300, entries: 2)
    let jobs = bed.plan("-p", "tserver.compaction.major.service.default.planner.opts.maxOpen=300")
    actool.write("jobs", jobs)
    let outcome = actool.shell("ulimit -Sn 100; actool compact --default-properties jobs")
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(try results(outcome.stdout).count == 1 && bed.rows() == Array(0..<600))
  }

  @Test("a failed job does not stop the others; another one with its files is refused") func failedJob() throws {
    try bed.makeFiles()
    try bed.makeFiles(in: "tables/3/t-1")
    let first = bed.plan()
    let outcome = actool.run(
      ["compact", "--default-properties", "--summary"], stdin: first + bed.plan() + bed.plan(path: "tables/3"))
    // The other one may still run, and may then be tried again.
    let all = try results(outcome.stdout)
    #expect(outcome.status == (all.contains { $0.retry == .later } ? 75 : 1))
    #expect(all.map(\.state).sorted { $0.rawValue < $1.rawValue } == [.failed, .finished, .finished])
    let error = try #require(all.first { $0.state == .failed }?.error)
    #expect(error.contains("F0000000.rf is ") || error.contains("is not a file of the tablet"), "\(error)")
    #expect(
      outcome.lines.last?.hasPrefix(#"{"type":"summary","command":"compact","jobs":3,"finished":2,"failed":1,"#) == true
    )
    #expect(try bed.rows() == Array(0..<120) && bed.rows(in: "tables/3/t-1") == Array(0..<120))
  }

  @Test("the jobs of a plan that repeats run one after the other, each on the output of the one before") func chain()
    throws
  {
    try bed.makeFiles(files: 9, entries: 10)
    let options = ["-p", "tserver.compaction.major.service.default.planner.opts.maxOpen=3"]
    let planned = try jobs(bed.plan("--repeat", options[0], options[1]))
    #expect(planned.count == 4 && planned.map(\.pass) == [1, 2, 3, 4])
    let outcome = actool.run(
      ["compact", "--default-properties", "--threads", "4"], stdin: bed.plan("--repeat", options[0], options[1]))
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(try results(outcome.stdout).count == 4)
    #expect(try bed.live().count == 1 && bed.rows() == Array(0..<90) && bed.leftovers() == [])
  }

  @Test("when a job of a chain fails, those that need its output fail with it") func brokenChain() throws {
    try bed.makeFiles(files: 9, entries: 10)
    let stream = bed.plan("--repeat", "-p", "tserver.compaction.major.service.default.planner.opts.maxOpen=3")
    let first = try #require(try jobs(stream).first)
    try Disk().remove(FilePath(actool.path("\(CompactBed.tablet)/\(first.inputs[0].file)")))
    let outcome = actool.run(["compact", "--default-properties"], stdin: stream)
    #expect(outcome.status == 1)
    let errors = try results(outcome.stdout).map { $0.error ?? "" }
    #expect(errors.count == 4)
    #expect(errors.contains("its input \(first.output) was not made: \(first.ecid) failed"), "\(errors)")
  }

  @Test("a chain goes on when one of its jobs has nothing to write") func emptyLink() throws {
    try bed.makeFiles(files: 9, entries: 10)
    let stream = bed.plan("--repeat", "-p", "tserver.compaction.major.service.default.planner.opts.maxOpen=3")
    let outcome = actool.run(
      [
        "compact", "-p", "table.iterator.majc.age=5,org.apache.accumulo.core.iterators.user.AgeOffFilter",
        "-p", "table.iterator.majc.age.opt.ttl=1",
      ], stdin: stream)
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(try results(outcome.stdout).map(\.output) == [nil, nil, nil, nil])
    #expect(try bed.live() == [] && bed.leftovers() == [])
    #expect(actool.run("plan", "tables/2").output == "")
  }

  @Test("only the jobs of the named executors and queues run") func executors() throws {
    try bed.makeFiles()
    let jobs = bed.plan()
    for arguments in [["--executor", "large"], ["--queue", "small"], ["--executor", "i.other.small"]] {
      for mode in [[], ["--dry-run"]] {
        let outcome = actool.run(["compact", "--default-properties"] + mode + arguments, stdin: jobs)
        #expect(outcome.status == 1 && outcome.output == "")
        #expect(
          outcome.stderr
            == "actool compact: none of 1 jobs is for \(arguments.joined(separator: " ")); the jobs name i.default.small\n"
        )
      }
      let allowed = actool.run(["compact", "--default-properties", "--allow-empty"] + arguments, stdin: jobs)
      #expect(allowed.status == 0 && allowed.output == "" && allowed.stderr == "")
      #expect(actool.run(["compact"] + arguments).status == 0, "no jobs at all")
    }
    let outcome = actool.run(
      ["compact", "--default-properties", "--queue", "q", "--executor", "small"], stdin: jobs)
    #expect(outcome.lines.count == 1)
  }

  @Test("jobs run by priority, as one thread shows") func priority() throws {
    var stream: [UInt8] = []
    for (table, files) in [("2", 3), ("3", 7), ("4", 5)] {
      try bed.makeFiles(in: "tables/\(table)/t-1", files: files)
      stream += bed.plan(path: "tables/\(table)")
    }
    let outcome = actool.run(["compact", "--default-properties", "--threads", "1"], stdin: stream)
    #expect(try results(outcome.stdout).map(\.extent.tableId) == ["3", "4", "2"])
  }

  @Test("a dry run prints the jobs that would run, tells of the others, and changes nothing") func dryRun() throws {
    try bed.makeFiles()
    let (first, second) = (bed.plan(), bed.plan())
    let outcome = actool.run(["compact", "--default-properties", "--dry-run"], stdin: first + second)
    #expect(outcome.status == 1)
    #expect(outcome.stdout == first)
    #expect(
      outcome.stderr.contains("would run") && outcome.stderr.contains("which runs before it"), "\(outcome.stderr)")
    #expect(actool.names(in: CompactBed.tablet) == ["F0000000.rf", "F0000001.rf", "F0000002.rf"])
  }

  @Test("a record of leftovers whose directory is gone or broken is status 1, and the jobs run all the same")
  func brokenLeftovers() throws {
    try bed.makeFiles()
    actool.write("broken/tablet.json", "{")
    let jobs = String(decoding: bed.plan(), as: UTF8.self)
    for (directory, problem) in [
      ("nowhere", "nowhere is gone"),
      ("broken", "broken/tablet.json: is not JSON: column 2: expected a field name, found the end of the text"),
      (
        "hdfs://nn1/2/t-1",
        "hdfs://nn1/2/t-1 is not a file on this machine: say where it is mounted or was copied to with --map URI-PREFIX=PATH"
      ),
    ] {
      let record = #"{"type":"leftovers","directory":"\#(directory)","jobs":[],"files":["C1.rf_tmp"]}"# + "\n"
      let outcome = actool.run("compact", "--default-properties", stdin: record)
      #expect(outcome.status == 1 && outcome.stderr == "actool compact: \(problem)\n", "\(outcome.stderr)")
      guard directory == "broken" else { continue }
      #expect(actool.run("compact", "--default-properties", stdin: record + jobs).status == 1)
      #expect(try bed.live().count == 1)
    }
  }

  @Test("a file that holds other entries than tablet.json says is not compacted, scanned or verified")
  func entryCounts() throws {
    try bed.makeFiles()
    var manifest = try bed.directory().contents()
    manifest.files[1].entries += 1
    try bed.directory().create(manifest)
    let problem = "F0000001.rf has 40 entries, but the tablet lists it with 41"
    let outcome = actool.run(["compact", "--default-properties"], stdin: bed.plan())
    #expect(outcome.status == 1)
    #expect(try results(outcome.stdout).first?.error?.hasSuffix("t-1: " + problem) == true, "\(outcome.output)")
    #expect(try bed.live().count == 3 && bed.leftovers() == [] && bed.directory().manifest()?.reservations == [])
    for command in ["scan", "verify"] {
      let read = actool.run(command, "tables/2")
      #expect(read.status == 2 && read.stderr.contains("t-1: " + problem), "\(read.stderr)")
    }
  }

  @Test("too many open files are an error that says what to do, and nothing is lost") func openFiles() throws {
    try bed.makeFiles(files: 60, entries: 2)
    actool.write("jobs", bed.plan("-p", "tserver.compaction.major.service.default.planner.opts.maxOpen=60"))
    let outcome = actool.shell("ulimit -n 30; actool compact --default-properties jobs")
    #expect(outcome.status == 75)
    #expect(
      outcome.stderr.contains("Too many open files; a merge keeps all its inputs open: allow more files with ulimit -n")
    )
    #expect(try bed.live().count == 60 && bed.rows() == Array(0..<120))
    #expect(actool.run(["compact", "--default-properties", "jobs"]).status == 0)
    #expect(try bed.live().count == 1 && bed.rows() == Array(0..<120))
  }

  @Test("inputs are kept when asked so") func keepInputs() throws {
    try bed.makeFiles()
    #expect(actool.run(["compact", "--default-properties", "--keep-inputs"], stdin: bed.plan()).status == 0)
    #expect(try bed.leftovers() == ["F0000000.rf", "F0000001.rf", "F0000002.rf"])
    #expect(try bed.rows() == Array(0..<120))
  }

  @Test("a volume of Accumulo is planned, but compacted only by force") func volume() throws {
    actool.write("acc/instance_id/5f", "")
    actool.write("acc/version/10", "")
    try bed.makeFiles(in: "acc/tables/2/t-1")
    let jobs = bed.plan(path: "acc/tables/2")
    let outcome = actool.run(["compact", "--default-properties"], stdin: jobs)
    #expect(outcome.status == 1)
    #expect(outcome.stderr.contains("looks like the volume of a live Accumulo") && outcome.stderr.contains("--force"))
    #expect(try bed.live("acc/tables/2/t-1").count == 3)
    #expect(actool.run(["compact", "--default-properties", "--force"], stdin: jobs).status == 0)
  }

  @Test("files of URIs are read and replaced where they are mapped to, and refused where they are not") func mapped()
    throws
  {
    try bed.makeFiles()
    let uri = "hdfs://nn1:8020/accumulo/tables"
    let job = String(decoding: bed.plan(), as: UTF8.self)
      .split(separator: actool.path("tables/2/t-1")).joined(separator: "\(uri)/2/t-1")
      .split(separator: #""file":""#).joined(separator: #""file":"\#(uri)/2/t-1/"#)
    let refused = actool.run("compact", "--default-properties", stdin: job)
    #expect(refused.status == 1 && refused.stderr.contains("--map URI-PREFIX=PATH"))
    let outcome = actool.run("compact", "--default-properties", "--map", "\(uri)=tables", stdin: job)
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(try bed.live().count == 1 && bed.rows() == Array(0..<120) && bed.leftovers() == [])
  }

  @Test("tablets in place of jobs are told apart from no work") func tabletsInPlaceOfJobs() {
    let bed = CompactBed()
    let tablet = #"{"type":"tablet","extent":{"tableId":"2"},"files":[]}"# + "\n"
    let outcome = bed.actool.run("compact", stdin: Array((tablet + tablet).utf8))
    #expect(outcome.status == 0 && outcome.stdout.isEmpty)
    #expect(
      outcome.stderr == "actool compact: no jobs, but 2 tablet records: actool plan makes jobs of them\n")
  }

  @Test("a malformed line is an error that names it, before anything is done") func malformed() throws {
    try bed.makeFiles()
    let outcome = actool.run(
      ["compact", "--default-properties"], stdin: bed.plan() + Array("{\"type\":\"job\"}\n".utf8))
    #expect(outcome.status == 2)
    #expect(outcome.stderr.hasPrefix("actool compact: standard input, line 2: "), "\(outcome.stderr)")
    #expect(try bed.live().count == 3)
    #expect(actool.run("compact", "nowhere.json").status == 2)
  }

  @Test("hostile jobs fail, and touch nothing") func hostile() throws {
    try bed.makeFiles()
    let job = String(decoding: bed.plan(), as: UTF8.self)
    let output = try #require(try jobs(Array(job.utf8)).first).output
    for (old, new) in [
      ("\"output\":\"\(output)\"", "\"output\":\"../x.rf\""), ("\"tmp\":\"\(output)_tmp\"", "\"tmp\":\"/etc/passwd\""),
      ("\"directory\":\"\(actool.path("tables/2/t-1"))\"", "\"directory\":\"nowhere\""),
      ("\"directory\":\"\(actool.path("tables/2/t-1"))\",", ""),
      ("\"tableId\":\"2\"", "\"tableId\":\"3\""), ("F0000000.rf", "../t-1/F0000000.rf"), ("F0000000.rf", "F0000001.rf"),
      ("\"output\":\"\(output)\"", "\"output\":\"F0000000.rf\""), ("F0000000.rf", "hdfs://nn1/a/F0000000.rf"),
    ] {
      #expect(job.contains(old))
      let outcome = actool.run(
        "compact", "--default-properties", stdin: job.split(separator: old).joined(separator: new))
      #expect(outcome.status == 1, "\(new): \(outcome.stderr)")
      #expect(try bed.live() == ["F0000000.rf", "F0000001.rf", "F0000002.rf"] && bed.leftovers() == [], "\(new)")
    }
  }

  @Test("a reader of results that goes away is no success, and the jobs are whole") func closedOutput() throws {
    for table in 2...5 { try bed.makeFiles(in: "tables/\(table)/t-1") }
    let outcome = actool.shell(
      """
      for t in 2 3 4 5; do actool plan --kind user tables/$t; done > jobs
      { actool compact --default-properties --threads 1 jobs; echo $? > status; } | true
      """)
    #expect(
      outcome.stderr.hasPrefix("actool compact: the reader of the results has gone: of 4 jobs "), "\(outcome.stderr)")
    #expect(actool.read("status").map { String(decoding: $0, as: UTF8.self) } == "2\n")
    for table in 2...5 {
      #expect(try bed.rows(in: "tables/\(table)/t-1") == Array(0..<120))
      #expect(try bed.leftovers("tables/\(table)/t-1") == [])
      #expect(try bed.directory("tables/\(table)/t-1").tablet().running.isEmpty)
    }
  }

  @Test("progress records and a summary, when asked for") func progress() throws {
    try bed.makeFiles()
    let outcome = actool.run(["compact", "--default-properties", "--progress", "json", "--summary"], stdin: bed.plan())
    let records = try outcome.stderr.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
    func counts(_ name: String) -> [Int64] { records.compactMap { $0[name]?.int64 } }
    let bytes = try #require(counts("of").first)
    #expect(bytes > 300 && counts("of").allSatisfy { $0 == bytes })
    #expect(counts("read").first == 0 && counts("read").last == bytes)
    #expect(counts("running").first == 1 && counts("running").last == 0)
    #expect(counts("finished").first == 0 && counts("finished").last == 1)
    #expect(records.allSatisfy { $0["failed"]?.int == 0 && $0["seconds left"]?.int != nil })
    #expect(
      outcome.lines.last
        == #"{"type":"summary","command":"compact","jobs":1,"finished":1,"failed":0,"entriesRead":120,"entries":120}"#)
  }

  @Test(
    "wrong usage is status 64",
    arguments: [
      ["--threads", "0"], ["--memory", "x"], ["--rate-limit", "0"], ["--output", "x.rf"], ["--cancel", "ECID:1"],
      ["--map", "x=y"], ["--lease", "1ms"], ["--start-row", "a"], ["--output", "x.rf", "--start-row", "\\", "a.rf"],
    ]) func usage(arguments: [String])
  {
    #expect(actool.run(["compact"] + arguments).status == 64)
  }
}
