import Records
import TestSupport
import Testing

// Tablets with parts of files, and tablets whose jobs were killed.

extension RecordsPageTests {
  /// A tablet with parts of files, one with a set time.
  func parts(_ printed: inout PrintedFields) throws {
    try bed.makeFiles(in: "parts/2/t-1", files: 3, entries: 3)
    func file(_ name: String, _ more: String) throws -> String {
      let size = try #require(actool.read("parts/2/t-1/\(name)")).count
      return #"{"file":"\#(name)","size":\#(size),"entries":3\#(more)}"#
    }
    let files = try [
      file("F0000000.rf", #","range":{"prevEndRow":"0"},"time":7"#), file("F0000001.rf", #","range":{"endRow":"z"}"#),
      file("F0000002.rf", ""),
    ]
    actool.write(
      "parts/2/t-1/tablet.json", #"{"version":2,"extent":{"tableId":"2"},"files":[\#(files.joined(separator: ","))]}"#)
    let jobs = try run(["plan", "--kind", "user", "-p", "table.iterator.majc.none=", "parts/2"], into: &printed).output
    _ = actool.run(
      ["compact", "--default-properties"], stdin: Array(jobs.utf8), environment: ["ACTOOL_TEST_FAULT": "9:kill"])
    try takeTabletFiles(of: "parts/2", writtenBy: ["compact"], into: &printed)
    try run(["compact", "--default-properties"], stdin: jobs, into: &printed)
  }

  /// Kills a job that has made checkpoints. It goes on; with other settings it begins afresh.
  func resumed(_ printed: inout PrintedFields) throws {
    for size in ["300", "500"] {
      _ = actool.shell("rm -rf tables")
      try bed.makeFiles()
      let (job, options) = (bed.plan(), ["compact", "--checkpoint", "1", "-p", "table.file.compress.blocksize=300"])
      let changes = actool.run(options, stdin: job, environment: ["ACTOOL_TEST_FAULT": "list"]).stderr
        .split(separator: "\n")
      let checkpoints = changes.indices.filter {
        changes[$0].contains("rename") && changes[$0].hasSuffix(".checkpoint")
      }
      try #require(checkpoints.count > 1)
      _ = actool.shell("rm -rf tables")
      try bed.makeFiles()
      _ = actool.run(
        options, stdin: job, environment: ["ACTOOL_TEST_FAULT": "\(checkpoints[checkpoints.count - 1] + 1):kill"])
      let partial = try #require(actool.names(in: CompactBed.tablet).first { $0.hasSuffix(".rf_tmp") })
      try run(["info", "\(CompactBed.tablet)/\(partial)"], into: &printed)
      try run(
        ["compact", "-p", "table.file.compress.blocksize=\(size)"], stdin: String(decoding: job, as: UTF8.self),
        into: &printed)
    }
  }

  /// Kills a job at one change after another, and adds what `tablet.json` then says about it and what `plan` finds.
  func killed(_ printed: inout PrintedFields) throws {
    try bed.makeFiles(in: "kept", files: 2, entries: 3)
    var change = 0
    var status: Int32 = 137
    while status == 137, change < 100 {
      change += 1
      _ = actool.shell("rm -rf tables && mkdir -p tables/2 && cp -r kept tables/2/t-1")
      status =
        actool.run(
          ["compact", "--default-properties"], stdin: bed.plan(), environment: ["ACTOOL_TEST_FAULT": "\(change):kill"]
        ).status
      if let bytes = actool.read("tables/2/t-1/tablet.json") {
        printed.add(try JSONValue(parsing: bytes), printedBy: ["compact"])
      }
      try run(["plan", "tables/2"], into: &printed)
    }
    #expect(status == 0 && change > 20)
  }
}
