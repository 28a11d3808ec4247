// Jobs that finished are remembered, and known when they come again.

import Records
import SystemPackage
import TestSupport
import Testing

@testable import Digests
@testable import Entries
@testable import Files
@testable import TabletStore

extension CompactionResult {
  /// What a job says of the output that it wrote under its temporary name.
  static func finished(
    _ job: HeldJob, size: Int64, entries: Int64, certificate: Certificate? = nil
  ) -> CompactionResult {
    CompactionResult(
      ecid: job.ecid, extent: job.extent, directory: "elsewhere", state: .finished, fileSize: size, entries: entries,
      entriesRead: entries + 5, output: entries > 0 ? job.output : nil, seconds: 1.5, certificate: certificate)
  }
}

@Suite struct FinishedJobTests {
  private let bed: TabletBed
  private var tablet: TabletDirectory { bed.tablet("2/t") }

  init() throws {
    bed = try TabletBed()
    bed.files("2/t", ["F1.rf": 1, "F2.rf": 2, "F3.rf": 3])
  }

  private func run(_ job: CompactionJob, entries: Int64 = 7) throws {
    let held = try tablet.reserve(job)
    bed.scratch.write("2/t/\(held.tmpName)", "abc")
    _ = try tablet.commit(held, .finished(held, size: 3, entries: entries), keepInputs: false)
  }

  @Test("a job is known by its id, its inputs and its output; its result is the first one") func known() throws {
    let job = bed.job(["F1.rf", "F2.rf"])
    #expect(try tablet.finished(job) == nil)
    try run(job)
    let found = try #require(try tablet.finished(job))
    #expect(found.already && found.state == .finished && found.directory == bed.path("2/t").string)
    #expect(found.output == job.output && found.entries == 7 && found.entriesRead == 12 && found.seconds == 1.5)
    #expect(throws: ReservationError.notLive("F1.rf")) { try tablet.reserve(job) }

    var uri = job
    for i in uri.inputs.indices { uri.inputs[i].file = "file:\(bed.path("2/t").string)/\(uri.inputs[i].file)" }
    #expect(try tablet.finished(uri) == found)
    var others = Array(repeating: job, count: 5)
    others[0].ecid = "ECID:other"
    others[1].inputs.removeLast()
    others[2].inputs[0].file = "F3.rf"
    others[3].output = "C77.rf"
    others[4].extent.endRow = [1]
    for other in others { #expect(try tablet.finished(other) == nil, "\(other)") }
  }

  @Test("a job without output keeps its certificate, since no file does") func withoutOutput() throws {
    let sum = EntrySum(count: 2, digest: Digest(5))
    let certificate = Certificate(
      inputs: [.init(name: "F1.rf", sum: sum)], dropped: [.init(name: "filter ageoff", sum: sum)], made: [],
      output: EntrySum())
    let job = bed.job(["F1.rf"])
    let held = try tablet.reserve(job)
    bed.scratch.write("2/t/\(held.tmpName)", "abc")
    _ = try tablet.commit(held, .finished(held, size: 0, entries: 0, certificate: certificate), keepInputs: false)
    #expect(try tablet.finished(job)?.certificate == certificate)
    #expect(try tablet.manifest() == TabletManifest(json: tablet.manifest()!.json(), path: "again"))
  }

  @Test("sixteen are remembered, the latest last, in a file that older programs refuse") func sixteen() throws {
    var jobs: [CompactionJob] = []
    var input = "F1.rf"
    for number in 0..<20 {
      var job = bed.job([input])
      (job.ecid, job.output, job.tmp) = ("ECID:\(number)", "C\(number).rf", "C\(number).rf_tmp")
      try run(job)
      jobs.append(job)
      input = job.output
    }
    let manifest = try #require(try tablet.manifest())
    #expect(manifest.finished.map(\.result.ecid) == (4..<20).map { "ECID:\($0)" })
    #expect(try TabletManifest(json: manifest.json(), path: "again") == manifest)
    for (number, job) in jobs.enumerated() { #expect(try (tablet.finished(job) != nil) == (number >= 4)) }
    let old = String(decoding: manifest.json(), as: UTF8.self).replacing(#"{"version":2"#, with: #"{"version":1"#)
    #expect(throws: ManifestError.self) { try TabletManifest(json: Array(old.utf8), path: "x") }
  }
}
