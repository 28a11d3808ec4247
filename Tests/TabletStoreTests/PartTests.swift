import Entries
import TestSupport
import Testing

@testable import Digests
@testable import Files
@testable import Records
@testable import TabletStore

/// Files of which a tablet has parts, files with a set time, and the certificates of files.
@Suite("Parts, set times and certificates of a tablet's files") struct PartTests {
  let bed: TabletBed

  init() throws {
    bed = try TabletBed()
    bed.files("2/t", ["F1.rf": 1, "F2.rf": 2])
  }

  private static func rows(_ first: String?, _ last: String?) -> FileRange {
    FileRange(prevEndRow: first.map { Array($0.utf8) }, endRow: last.map { Array($0.utf8) })
  }

  private static let lower = TabletFile(file: "F1.rf", size: 1, entries: 5, range: rows(nil, "c"))
  private static let upper = TabletFile(
    file: "F1.rf", size: 1, entries: 5, range: rows("e", "k"), time: 1_625_819_156_894)
  private static let whole = TabletFile(file: "F2.rf", size: 2, entries: 9)
  private static let certificate = Certificate(
    inputs: [.init(name: "F2.rf", sum: EntrySum(count: 9, digest: Digest(7)))], dropped: [], made: [],
    output: EntrySum(count: 9, digest: Digest(7)), digest: Digest(11))

  private func create(_ files: [TabletFile], certificates: [String: Certificate] = [:]) throws -> TabletDirectory {
    var manifest = TabletManifest(extent: KeyExtent(tableId: "2"), files: files)
    manifest.certificates = certificates
    let tablet = bed.tablet("2/t")
    try tablet.create(manifest)
    return tablet
  }

  private func job(_ inputs: [TabletFile], propagateDeletes: Bool = true) -> CompactionJob {
    var job = bed.job([], propagateDeletes: propagateDeletes)
    job.inputs = inputs
    return job
  }

  /// Runs a job that writes three bytes.
  private func run(_ job: CompactionJob, in tablet: TabletDirectory, _ certificate: Certificate? = nil) throws {
    let held = try tablet.reserve(job)
    bed.scratch.write("2/t/\(held.tmpName)", "abc")
    _ = try tablet.commit(held, .finished(held, size: 3, entries: 4, certificate: certificate), keepInputs: false)
  }

  private func refusal(_ job: CompactionJob) throws -> ReservationError? {
    do {
      _ = try bed.tablet("2/t").reserve(job)
      return nil
    } catch let error as ReservationError { return error }
  }

  @Test("tablet.json keeps them, and is then of a version that older programs refuse") func roundTrip() throws {
    for files in [[Self.lower, Self.whole], [Self.upper], [Self.lower, Self.upper, Self.whole]] {
      let manifest = TabletManifest(extent: KeyExtent(tableId: "2"), files: files)
      #expect(String(decoding: manifest.json(), as: UTF8.self).hasPrefix(#"{"version":2,"#))
      #expect(try TabletManifest(json: manifest.json(), path: "x") == manifest)
    }
    var manifest = TabletManifest(extent: KeyExtent(tableId: "2"), files: [Self.whole])
    #expect(String(decoding: manifest.json(), as: UTF8.self).hasPrefix(#"{"version":1,"#))
    manifest.certificates["F2.rf"] = Self.certificate
    #expect(String(decoding: manifest.json(), as: UTF8.self).hasPrefix(#"{"version":2,"#))
    #expect(try TabletManifest(json: manifest.json(), path: "x") == manifest)
    let twice = TabletManifest(extent: KeyExtent(tableId: "2"), files: [Self.lower, Self.lower])
    #expect(throws: ManifestError.self) { try TabletManifest(json: twice.json(), path: "x") }
  }

  @Test("a file goes when its last part was compacted, not before") func lastPart() throws {
    let tablet = try create([Self.lower, Self.upper, Self.whole])
    try run(job([Self.lower]), in: tablet)
    #expect(try tablet.contents().files.map(\.part) == ["C9.rf", "F1.rf (e,k]", "F2.rf"])
    #expect(try FileStatus.of(bed.path("2/t/F1.rf")) != nil)
    var second = job([Self.upper, Self.whole])
    (second.output, second.tmp, second.ecid) = ("C8.rf", "C8.rf_tmp", "ECID:2")
    try run(second, in: tablet)
    #expect(try tablet.contents().files.map(\.file) == ["C8.rf", "C9.rf"])
    #expect(try FileStatus.of(bed.path("2/t/F1.rf")) == nil)
    #expect(try tablet.contents().garbage == [])
  }

  @Test("the reserved inputs have the ranges and times of the tablet, and a job must have the same") func reserved()
    throws
  {
    let tablet = try create([Self.lower, Self.upper, Self.whole])
    var other = Self.upper
    other.time = nil
    #expect(
      try refusal(job([other])) == .otherTime(file: "F1.rf (e,k]", job: nil, tablet: 1_625_819_156_894))
    other = Self.whole
    other.time = 7
    #expect(try refusal(job([other])) == .otherTime(file: "F2.rf", job: 7, tablet: nil))
    other = Self.upper
    other.range = nil
    #expect(try refusal(job([other])) == .notLive("F1.rf"))
    #expect(try refusal(job([Self.lower, Self.lower])) == .inputTwice("F1.rf (-inf,c]"))
    #expect(
      try refusal(job([Self.lower, Self.whole], propagateDeletes: false)) == .notAllFiles(missing: ["F1.rf (e,k]"]))
    let held = try tablet.reserve(job([Self.lower, Self.upper]))
    #expect(held.inputFiles == [Self.lower, Self.upper])
    #expect(held.inputs == [bed.path("2/t/F1.rf"), bed.path("2/t/F1.rf")])
    #expect(try tablet.tablet().running.map(\.files) == [["F1.rf (-inf,c]", "F1.rf (e,k]"]])
    try tablet.checkStillHeld(held)
  }

  @Test("without tablet.json the ranges and times of a job are taken only from a job with all files") func adopted()
    throws
  {
    #expect(try refusal(job([Self.upper])) == .unknownParts("F1.rf (e,k]"))
    #expect(throws: ReservationError.self) { try bed.tablet("2/t").checkCanReserve(job([Self.upper])) }
    #expect(try bed.tablet("2/t").manifest() == nil)
    try bed.tablet("2/t").checkCanReserve(job([Self.upper, Self.whole]))
    let held = try bed.tablet("2/t").reserve(job([Self.upper, Self.whole]))
    #expect(held.inputFiles == [Self.upper, Self.whole])
    #expect(try bed.tablet("2/t").contents().files == [Self.upper, Self.whole])
  }

  @Test("the certificate of a job stays until the next job on its output") func certificates() throws {
    let tablet = try create([Self.lower, Self.whole])
    try run(job([Self.whole]), in: tablet, Self.certificate)
    #expect(try tablet.contents().certificates == ["C9.rf": Self.certificate])
    var second = job([TabletFile(file: "C9.rf", size: 3, entries: 4)])
    (second.output, second.tmp, second.ecid) = ("C8.rf", "C8.rf_tmp", "ECID:2")
    try run(second, in: tablet)
    #expect(try tablet.contents().certificates == [:])
  }
}
