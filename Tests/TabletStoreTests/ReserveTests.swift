import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Files
@testable import Records
@testable import TabletStore

@Suite struct ReserveTests {
  let bed: TabletBed

  init() throws {
    bed = try TabletBed()
    bed.files("2/t", ["F1.rf": 1, "F2.rf": 2, "F3.rf": 3])
  }

  func refusal(_ job: CompactionJob) throws -> ReservationError? {
    do {
      _ = try bed.tablet("2/t").reserve(job)
      return nil
    } catch let error as ReservationError { return error }
  }

  @Test("the rules of a reservation, one by one") func rules() throws {
    let tablet = bed.tablet("2/t")
    let other = KeyExtent(tableId: "2", endRow: [1])
    #expect(
      try refusal(bed.job(["F1.rf"], extent: other))
        == .wrongExtent(job: other, tablet: KeyExtent(tableId: "2")))
    #expect(try refusal(bed.job([])) == .noInputs)
    #expect(try refusal(bed.job(["F1.rf", "F1.rf"])) == .inputTwice("F1.rf"))
    #expect(try refusal(bed.job(["F4.rf"])) == .notLive("F4.rf"))
    #expect(try refusal(bed.job(["../t/F1.rf"])) == .notLive("../t/F1.rf"))
    #expect(
      try refusal(bed.job(["F1.rf"], propagateDeletes: false)) == .notAllFiles(missing: ["F2.rf", "F3.rf"]))
    #expect(try refusal(bed.job(["F1.rf"], output: "../C9.rf")) == .badName(field: "output", name: "../C9.rf"))
    var job = bed.job(["F1.rf"])
    job.tmp = "tablet.json"
    #expect(try refusal(job) == .badName(field: "tmp", name: "tablet.json"))
    #expect(try refusal(bed.job(["F1.rf"], output: "F3.rf")) == .nameTaken("F3.rf"))
    bed.scratch.write("2/t/C8.rf.x", "")
    #expect(try tablet.manifest() == nil, "a refused job makes no tablet.json")

    #expect(try refusal(bed.job(["F1.rf", "F2.rf"])) == nil)
    bed.scratch.write("2/t/C8.rf", "")
    #expect(try refusal(bed.job(["F3.rf"], output: "C8.rf", ecid: "ECID:2")) == .nameTaken("C8.rf"))
    #expect(
      try refusal(bed.job(["F2.rf", "F3.rf"], output: "C7.rf", ecid: "ECID:2"))
        == .reserved(file: "F2.rf", ecid: "ECID:1", host: bed.me.host, processId: bed.me.pid))
    #expect(try refusal(bed.job(["F3.rf"], output: "C7.rf")) == .runsAlready(ecid: "ECID:1"))
    #expect(try refusal(bed.job(["F3.rf"], output: "C9.rf", ecid: "ECID:2")) == .nameTaken("C9.rf"))
    #expect(throws: ReservationError.runsAlready(ecid: "ECID:1")) {
      try tablet.checkCanReserve(bed.job(["F3.rf"], output: "C7.rf"))
    }
    try tablet.checkCanReserve(bed.job(["F3.rf"], output: "C7.rf", ecid: "ECID:2"))
    #expect(try refusal(bed.job(["F3.rf"], output: "C7.rf", ecid: "ECID:2")) == nil)
    #expect(try tablet.tablet().running.map(\.files) == [["F1.rf", "F2.rf"], ["F3.rf"]])
    bed.scratch.makeDirectory("2/x")
    #expect(throws: ReservationError.tabletGone(bed.path("2/y").string)) { try bed.tablet("2/y").reserve(bed.job([])) }
  }

  @Test("asked before, the answer is that of the reservation, and nothing changes") func dryRun() throws {
    let tablet = bed.tablet("2/t")
    try tablet.create(try tablet.contents())
    bed.scratch.write("2/t/C8.rf", "")
    var outside = bed.job(["F1.rf"])
    outside.tmp = "../../x.rf_tmp"
    for (job, expected) in [
      (outside, .badName(field: "tmp", name: "../../x.rf_tmp")),
      (bed.job(["F1.rf"], output: "../C9.rf"), .badName(field: "output", name: "../C9.rf")),
      (bed.job(["F1.rf"], output: "F3.rf"), .nameTaken("F3.rf")),
      (bed.job(["F1.rf"], output: "C8.rf"), .nameTaken("C8.rf")),
      (bed.job(["F1.rf"], ecid: ""), .runsAlready(ecid: "")),
    ] as [(CompactionJob, ReservationError)] {
      let names = bed.scratch.names(in: "2/t")
      #expect(throws: expected) { try tablet.checkCanReserve(job) }
      #expect(bed.scratch.names(in: "2/t") == names)
      #expect(try refusal(job) == expected)
    }
    #expect(throws: ReservationError.tabletGone(bed.path("2/y").string)) {
      try bed.tablet("2/y").checkCanReserve(bed.job([]))
    }
  }

  @Test("asked before, what dead processes left counts as gone, and stays") func dryRunLeftovers() throws {
    let tablet = bed.tablet("2/t")
    let dead = bed.tablet("2/t", bed.access(owner: bed.deadProcess))
    _ = try dead.reserve(bed.job(["F1.rf", "F2.rf"]))
    bed.scratch.write("2/t/C9.rf_tmp", "abc")
    // One job was killed after its output was renamed, another one before that, and the inputs of a third are still to
    // be removed.
    bed.scratch.write("2/t/C8.rf", "abc")
    bed.scratch.write("2/t/F0.rf", "abc")
    var manifest = try #require(try tablet.manifest())
    let status = try #require(try FileStatus.of(bed.path("2/t/C8.rf")))
    var written = manifest.reservations[0]
    written.ecid = "ECID:2"
    written.output = "C8.rf"
    written.tmp = "C8.rf_tmp"
    written.written = .init(inode: status.inode, size: 3)
    manifest.reservations.append(written)
    manifest.garbage = ["F0.rf"]
    try Disk().replace(
      bed.path("2/t/tablet.json"), with: manifest.json(), temporary: bed.path("2/t/.tablet.json.new"))
    for output in ["C9.rf", "C8.rf", "F0.rf"] { try tablet.checkCanReserve(bed.job(["F1.rf"], output: output)) }
    #expect(try tablet.manifest() == manifest)
    #expect(bed.scratch.exists("2/t/C9.rf_tmp") && bed.scratch.exists("2/t/C8.rf") && bed.scratch.exists("2/t/F0.rf"))

    // While it is unknown whether another tablet needs the file, it is not removed, and its name is taken.
    bed.scratch.makeDirectory("2/u")
    bed.scratch.write("2/u/tablet.json", "{")
    #expect(throws: ReservationError.nameTaken("F0.rf")) {
      try bed.tablet("2/t").checkCanReserve(bed.job(["F1.rf"], output: "F0.rf"))
    }
    #expect(try refusal(bed.job(["F1.rf"], output: "F0.rf")) == .nameTaken("F0.rf"))
    #expect(try refusal(bed.job(["F1.rf"], output: "C8.rf")) == nil)
  }

  @Test("an input named by a URI that leads here counts as the file here") func uri() throws {
    let map = FileMap(prefixes: ["hdfs://nn1/acc/tables": bed.scratch.path])
    let tablet = bed.tablet("2/t", bed.access(map: map))
    let held = try tablet.reserve(
      bed.job(["hdfs://nn1/acc/tables/2/t/F1.rf"], output: "hdfs://nn1/acc/tables/2/t/C1.rf"))
    #expect(held.inputs == [bed.path("2/t/F1.rf")])
    #expect(held.tmp == bed.path("2/t/C1.rf_tmp"))
    try tablet.abandon(held)
  }

  @Test("a withdrawn job notices, cannot be committed, and leaves the next holder alone") func cancel() throws {
    let tablet = bed.tablet("2/t")
    let zombie = try tablet.reserve(bed.job(["F1.rf", "F2.rf"]))
    bed.scratch.write("2/t/C9.rf_tmp", "abc")
    try tablet.checkStillHeld(zombie)
    try tablet.cancel(ecid: "ECID:1")
    #expect(throws: ReservationError.noReservation(ecid: "ECID:1")) { try tablet.cancel(ecid: "ECID:1") }
    #expect(bed.scratch.names(in: "2/t") == [".tablet.lock", "F1.rf", "F2.rf", "F3.rf", "tablet.json"])
    #expect(throws: ReservationError.withdrawn) { try tablet.checkStillHeld(zombie) }
    #expect(throws: ReservationError.withdrawn) { try tablet.renew(zombie) }

    // The same job by another process, with the same id and names.
    var other = bed.me
    other.host = "h2"
    let next = bed.tablet("2/t", bed.access(owner: other))
    let held = try next.reserve(bed.job(["F1.rf", "F2.rf"]))
    bed.scratch.write("2/t/C9.rf_tmp", "abcd")
    #expect(throws: ReservationError.withdrawn) {
      try tablet.commit(zombie, .finished(zombie, size: 4, entries: 7), keepInputs: false)
    }
    try tablet.abandon(zombie)
    #expect(bed.scratch.exists("2/t/C9.rf_tmp"))
    _ = try next.commit(held, .finished(held, size: 4, entries: 7), keepInputs: false)
    #expect(try tablet.tablet().files.map(\.file) == ["C9.rf", "F3.rf"])
  }

  @Test("a running job stops when its tablet changes under it") func changes() throws {
    let tablet = bed.tablet("2/t")
    let held = try tablet.reserve(bed.job(["F1.rf"]))
    let manifest = try #require(try tablet.manifest())
    func put(_ manifest: TabletManifest) throws {
      try Disk().replace(
        bed.path("2/t/tablet.json"), with: manifest.json(), temporary: bed.path("2/t/.tablet.json.new"))
    }
    var changed = manifest
    changed.extent.endRow = [1]
    try put(changed)
    #expect(throws: ReservationError.wrongExtent(job: manifest.extent, tablet: changed.extent)) {
      try tablet.checkStillHeld(held)
    }
    changed = manifest
    changed.files.removeFirst()
    try put(changed)
    #expect(throws: ReservationError.notLive("F1.rf")) { try tablet.checkStillHeld(held) }
    try put(manifest)
    try tablet.checkStillHeld(held)
    _ = Subprocess.run("/bin/rm", ["-r", bed.path("2/t").string])
    #expect(throws: ReservationError.tabletGone(bed.path("2/t").string)) { try tablet.checkStillHeld(held) }
    try tablet.abandon(held)
  }

  @Test("a directory with the name of a temporary is left alone, and stops nothing") func temporaryDirectory() throws {
    let tablet = bed.tablet("2/t")
    try tablet.create(try tablet.contents())
    bed.scratch.makeDirectory("2/t/x.rf_tmp")
    #expect(try tablet.leftovers().isEmpty)
    #expect(try !tablet.clean())
    // Even if a dead process had reserved that name.
    _ = try bed.tablet("2/t", bed.access(owner: bed.deadProcess)).reserve(bed.job(["F1.rf"]))
    bed.scratch.makeDirectory("2/t/C9.rf_tmp")
    #expect(try tablet.leftovers() == Leftovers(directory: bed.path("2/t").string, ecids: ["ECID:1"]))
    #expect(throws: ReservationError.nameTaken("C9.rf_tmp")) { try tablet.checkCanReserve(bed.job(["F1.rf"])) }
    #expect(try refusal(bed.job(["F1.rf"])) == .nameTaken("C9.rf_tmp"))
    #expect(try refusal(bed.job(["F1.rf"], output: "C8.rf")) == nil)
    #expect(
      bed.scratch.names(in: "2/t")
        == [".tablet.lock", "C9.rf_tmp", "F1.rf", "F2.rf", "F3.rf", "tablet.json", "x.rf_tmp"])
  }

  @Test("a lease that is renewed keeps the job; one that ran out on another machine frees it") func lease() throws {
    var remote = bed.me
    remote.host = "h2"
    let early = bed.tablet("2/t", bed.access(owner: remote, now: 1000))
    let held = try early.reserve(bed.job(["F1.rf"]))
    bed.scratch.write("2/t/C9.rf_tmp", "abc")
    try bed.tablet("2/t", bed.access(owner: remote, now: 500_000)).renew(held)
    let later = bed.tablet("2/t", bed.access(now: 1_000_000))
    #expect(throws: ReservationError.self) { try later.reserve(bed.job(["F1.rf"], output: "C8.rf", ecid: "ECID:2")) }
    #expect(try later.leftovers().isEmpty)
    let muchLater = bed.tablet("2/t", bed.access(now: 1_100_001))
    #expect(
      try muchLater.leftovers() == Leftovers(directory: bed.path("2/t").string, ecids: ["ECID:1"], files: ["C9.rf_tmp"])
    )
    #expect(try muchLater.tablet().running.isEmpty)
    _ = try muchLater.reserve(bed.job(["F1.rf"], output: "C8.rf", ecid: "ECID:2"))
    #expect(!bed.scratch.exists("2/t/C9.rf_tmp"))
    #expect(throws: ReservationError.withdrawn) {
      try early.commit(held, .finished(held, size: 3, entries: 1), keepInputs: false)
    }
  }

  @Test("a file that another tablet of the table lists is not removed") func shared() throws {
    bed.scratch.makeDirectory("2/u")
    try bed.tablet("2/u").create(
      TabletManifest(
        extent: KeyExtent(tableId: "2", endRow: [1]),
        files: [TabletFile(file: "hdfs://nn1/accumulo/tables/2/t/F1.rf", size: 1, entries: 1)]))
    let tablet = bed.tablet("2/t")
    let held = try tablet.reserve(bed.job(["F1.rf", "F2.rf"]))
    bed.scratch.write("2/t/C9.rf_tmp", "abc")
    _ = try tablet.commit(held, .finished(held, size: 3, entries: 1), keepInputs: false)
    #expect(bed.scratch.names(in: "2/t") == [".tablet.lock", "C9.rf", "F1.rf", "F3.rf", "tablet.json"])
    #expect(try tablet.leftovers().isEmpty)
  }

  @Test("an input goes although a live URI of another directory ends in its name") func sameNameElsewhere() throws {
    let names = (1...5).map { "F000000\($0).rf" }
    bed.files("3/t", Dictionary(uniqueKeysWithValues: names.map { ($0, 1) }))
    bed.files("other/b-1", ["F0000001.rf": 4])
    let uri = "file:" + bed.path("other/b-1/F0000001.rf").string
    let tablet = bed.tablet("3/t")
    let imported = TabletFile(file: uri, size: 4, entries: 4)
    try tablet.create(
      TabletManifest(
        extent: KeyExtent(tableId: "3"), files: names.map { TabletFile(file: $0, size: 1, entries: 1) } + [imported]))
    let held = try tablet.reserve(bed.job(names, extent: KeyExtent(tableId: "3")))
    bed.scratch.write("3/t/C9.rf_tmp", "abc")
    #expect(try tablet.commit(held, .finished(held, size: 3, entries: 5), keepInputs: false).isEmpty)
    #expect(try tablet.tablet().files == [TabletFile(file: "C9.rf", size: 3, entries: 5), imported])
    #expect(bed.scratch.names(in: "3/t") == [".tablet.lock", "C9.rf", "tablet.json"])
    #expect(bed.scratch.exists("other/b-1/F0000001.rf"))
    #expect(try !tablet.clean())

    // The same if the process is killed before it removes the inputs.
    var killed = try #require(try tablet.manifest())
    killed.garbage = names
    try Disk().replace(
      bed.path("3/t/tablet.json"), with: killed.json(), temporary: bed.path("3/t/.tablet.json.new"))
    bed.files("3/t", ["F0000001.rf": 1])
    #expect(try tablet.leftovers().files == names)
    #expect(try tablet.clean())
    #expect(bed.scratch.names(in: "3/t") == [".tablet.lock", "C9.rf", "tablet.json"])
    #expect(try tablet.tablet().files.count == 2)
  }

  @Test(
    "a replaced input stays as long as a live URI of its own tablet leads to it",
    arguments: [
      "file:HERE/2/t/F1.rf", "file:HERE/link/F1.rf", "file:HERE/other/G1.rf", "hdfs://nn1/acc/tables/2/t/F1.rf",
    ]) func ownURI(form: String) throws
  {
    bed.files("other", [:])
    _ = Subprocess.run("/bin/ln", ["-s", bed.path("2/t").string, bed.path("link").string])
    _ = Subprocess.run("/bin/ln", ["-s", bed.path("2/t/F1.rf").string, bed.path("other/G1.rf").string])
    let uri = form.replacing("HERE", with: bed.scratch.path)
    let tablet = bed.tablet("2/t")
    try tablet.create(
      TabletManifest(
        extent: KeyExtent(tableId: "2"),
        files: ["F1.rf", "F2.rf", uri].map { TabletFile(file: $0, size: $0 == "F2.rf" ? 2 : 1, entries: 1) }))
    let held = try tablet.reserve(bed.job(["F1.rf", "F2.rf"]))
    bed.scratch.write("2/t/C9.rf_tmp", "abc")
    #expect(try tablet.commit(held, .finished(held, size: 3, entries: 1), keepInputs: false).isEmpty)
    #expect(bed.scratch.names(in: "2/t") == [".tablet.lock", "C9.rf", "F1.rf", "F3.rf", "tablet.json"])
    #expect(try tablet.tablet().files.map(\.file) == ["C9.rf", uri])
    #expect(try tablet.leftovers().isEmpty)
  }

  @Test("a tablet.json that nobody could read is not written") func unreadable() throws {
    let tablet = bed.tablet("2/t")
    let files = [TabletFile(file: "F1.rf", size: 1, entries: 1)]
    let error = try #require(throws: ManifestError.self) {
      try tablet.create(TabletManifest(extent: KeyExtent(tableId: "2"), files: files, garbage: ["F1.rf"]))
    }
    #expect(
      error.problem.hasPrefix("is not replaced, because its new contents could not be read back: garbage[0]: expected"),
      "\(error)")
    #expect(try tablet.manifest() == nil)
    #expect(throws: ManifestError.self) {
      try tablet.create(TabletManifest(extent: KeyExtent(tableId: "2"), files: files + files))
    }
    #expect(bed.scratch.names(in: "2/t") == [".tablet.lock", "F1.rf", "F2.rf", "F3.rf"])
  }

  @Test("as long as another tablet.json cannot be read, replaced inputs stay") func unreadableNeighbour() throws {
    bed.scratch.makeDirectory("2/u")
    bed.scratch.write("2/u/tablet.json", "{")
    let tablet = bed.tablet("2/t")
    let held = try tablet.reserve(bed.job(["F1.rf", "F2.rf"]))
    bed.scratch.write("2/t/C9.rf_tmp", "abc")
    let notes = try tablet.commit(held, .finished(held, size: 3, entries: 1), keepInputs: false)
    #expect(notes.count == 1 && notes[0].description.contains("u/tablet.json: is not JSON"))
    #expect(bed.scratch.exists("2/t/F1.rf") && bed.scratch.exists("2/t/F2.rf"))
    let next = try tablet.reserve(bed.job(["F3.rf"], output: "C8.rf", ecid: "ECID:2"))
    try tablet.abandon(next)
    #expect(try tablet.leftovers().files == ["F1.rf", "F2.rf"])
    // For any reason: here, the file is larger than any tablet.json.
    #expect(truncate(bed.path("2/u/tablet.json").string, 200 << 20) == 0)
    let later = bed.tablet("2/t")
    try later.abandon(later.reserve(bed.job(["F3.rf"], output: "C8.rf", ecid: "ECID:3")))
    #expect(try later.leftovers().files == ["F1.rf", "F2.rf"])
    try Disk().remove(bed.path("2/u/tablet.json"))
    #expect(try tablet.clean())
    #expect(bed.scratch.names(in: "2/t") == [".tablet.lock", "C9.rf", "F3.rf", "tablet.json"])
    #expect(try !tablet.clean())
  }
}
