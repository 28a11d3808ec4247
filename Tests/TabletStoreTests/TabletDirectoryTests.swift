import SystemPackage
import TestSupport
import Testing

@testable import Files
@testable import Records
@testable import TabletStore

/// A directory of tables with fake files: each byte of a file counts as an entry.
final class TabletBed: Sendable {
  let scratch = ScratchDirectory()
  let me: ProcessIdentity

  init() throws { me = try ProcessIdentity.current() }

  func path(_ name: String) -> FilePath { FilePath(scratch.file(name)) }

  /// A process that has ended, on this machine.
  var deadProcess: ProcessIdentity {
    var identity = me
    identity.startTime += 1
    return identity
  }

  func access(
    disk: Disk = Disk(), owner: ProcessIdentity? = nil, now: Int64 = 1_000_000, lease: Int64 = 600_000,
    map: FileMap = FileMap()
  ) -> DirectoryAccess {
    DirectoryAccess(
      disk: disk, owner: owner ?? me, now: { now }, leaseDuration: lease, lockTimeout: .seconds(5), map: map,
      countEntries: { path in Int64(try readWholeFile(path, limit: 1 << 20).count) })
  }

  func tablet(_ name: String, _ access: DirectoryAccess? = nil) -> TabletDirectory {
    TabletDirectory(path(name), access: access ?? self.access())
  }

  func table(_ name: String) -> TableDirectory { TableDirectory(path(name), access: access()) }

  func files(_ directory: String, _ sizes: [String: Int]) {
    scratch.makeDirectory(directory)
    for (name, size) in sizes { scratch.write(directory + "/" + name, [UInt8](repeating: 1, count: size)) }
  }

  func job(
    _ inputs: [String], output: String = "C9.rf", ecid: String = "ECID:1", extent: KeyExtent = KeyExtent(tableId: "2"),
    propagateDeletes: Bool = true
  ) -> CompactionJob {
    CompactionJob(
      ecid: ecid, extent: extent, directory: nil, kind: .system, service: "default", executor: "i.default.small",
      pass: 1, priority: 1, inputs: inputs.map { TabletFile(file: $0, size: 0) }, nextFiles: [], output: output,
      tmp: output + "_tmp", propagateDeletes: propagateDeletes, selectedAll: false, bytes: 0, properties: [:])
  }
}

@Suite struct TabletDirectoryTests {
  let bed: TabletBed

  init() throws { bed = try TabletBed() }

  @Test("without tablet.json all .rf files belong to the tablet, which covers the table of the parent directory")
  func withoutManifest() throws {
    bed.files("tables/2/t-1", ["F2.rf": 20, "F1.rf": 10, "C3.rf_tmp": 5, "notes.txt": 1])
    let tablet = try bed.tablet("tables/2/t-1").tablet()
    #expect(tablet.extent == KeyExtent(tableId: "2"))
    #expect(tablet.directory == bed.path("tables/2/t-1").string)
    #expect(
      tablet.files == [
        TabletFile(file: "F1.rf", size: 10, entries: 10), TabletFile(file: "F2.rf", size: 20, entries: 20),
      ])
    #expect(bed.scratch.names(in: "tables/2/t-1") == ["C3.rf_tmp", "F1.rf", "F2.rf", "notes.txt"], "only reads")
  }

  @Test("two tablets without tablet.json in one table are an error; directories of bulk imports are no tablets")
  func twoWithoutManifest() throws {
    bed.files("2/t-1", ["F1.rf": 1])
    bed.files("2/b-1", ["I1.rf": 1])
    #expect(try bed.table("2").tablets().count == 1)
    bed.files("2/t-2", ["F2.rf": 1])
    for look in [{ _ = try bed.table("2").tablets() }, { _ = try bed.tablet("2/t-1").tablet() }] {
      let error = try #require(throws: DirectoryError.self) { try look() }
      #expect(error.description.contains("t-1: has no tablet.json, and neither has "), "\(error)")
    }
    try bed.tablet("2/t-2").create(
      TabletManifest(extent: KeyExtent(tableId: "2"), files: [TabletFile(file: "F2.rf", size: 1, entries: 1)]))
    #expect(try bed.table("2").tablets().count == 2)
  }

  @Test("tablet.json is the only truth") func withManifest() throws {
    bed.files("2/t-1", ["F1.rf": 1, "F2.rf": 2])
    let manifest = TabletManifest(
      extent: KeyExtent(tableId: "7", endRow: [1]), files: [TabletFile(file: "F2.rf", size: 2, entries: 99)],
      reservations: [
        reservation("ECID:a", ["F2.rf"], bed.me), reservation("ECID:b", ["F2.rf"], bed.deadProcess),
      ])
    try bed.tablet("2/t-1").create(manifest)
    let tablet = try bed.tablet("2/t-1").tablet()
    #expect(tablet.extent == manifest.extent)
    #expect(tablet.files == manifest.files)
    #expect(tablet.running == [RunningJob(kind: .system, executor: "i.a.b", files: ["F2.rf"])], "the dead do not run")
    #expect(throws: SystemError.self) { try bed.tablet("2/t-1").create(manifest) }
  }

  func reservation(_ ecid: String, _ inputs: [String], _ owner: ProcessIdentity) -> Reservation {
    Reservation(
      ecid: ecid, kind: .system, executor: "i.a.b", inputs: inputs, propagateDeletes: true, output: "C\(ecid.last!).rf",
      tmp: "C\(ecid.last!).rf_tmp", owner: owner, lease: 0)
  }

  @Test("a live file that is missing, or has changed, is an error") func missingFile() throws {
    bed.files("2/t-1", ["F1.rf": 1])
    let directory = bed.tablet("2/t-1")
    try directory.create(
      TabletManifest(
        extent: KeyExtent(tableId: "2"),
        files: [
          TabletFile(file: "F1.rf", size: 2, entries: 0),
          TabletFile(file: "hdfs://nn1/tables/2/t-9/F9.rf", size: 5, entries: 0),
        ]))
    let path = bed.path("2/t-1").string
    #expect(
      throws: DirectoryError(path: path, problem: "F1.rf has 1 bytes, but the tablet lists it with 2")
    ) { try directory.tablet() }
    bed.scratch.write("2/t-1/F1.rf", "12")
    #expect(try directory.tablet().files.count == 2, "what is not mapped is not looked at")
    try Disk().remove(bed.path("2/t-1/F1.rf"))
    #expect(throws: DirectoryError(path: path, problem: "F1.rf is a file of the tablet, but does not exist")) {
      try directory.tablet()
    }
  }

  @Test("a file that holds other entries than tablet.json says is an error; of others the counts are estimates")
  func entries() throws {
    bed.files("2/t-1", ["F1.rf": 3])
    let directory = bed.tablet("2/t-1")
    let uri = TabletFile(file: "hdfs://nn1/tables/2/t-9/F9.rf", size: 5, entries: 7)
    let part = TabletFile(file: "F1.rf", size: 3, entries: 1, range: FileRange(prevEndRow: nil, endRow: [1]))
    try directory.checkEntries(of: [TabletFile(file: "F1.rf", size: 3, entries: 99)])
    try directory.create(
      TabletManifest(extent: KeyExtent(tableId: "2"), files: [TabletFile(file: "F1.rf", size: 3, entries: 3)]))
    try directory.checkEntries(of: [TabletFile(file: "F1.rf", size: 3, entries: 3), uri, part])
    try directory.checkEntries(of: [TabletFile(file: "F1.rf", size: 3, entries: 0)])
    for entries in [1, 2, 4] as [Int64] {
      let problem = "F1.rf has 3 entries, but the tablet lists it with \(entries)"
      #expect(throws: DirectoryError(path: bed.path("2/t-1").string, problem: problem)) {
        try directory.checkEntries(of: [uri, TabletFile(file: "F1.rf", size: 3, entries: entries)])
      }
    }
  }

  @Test("what a PATH is") func kinds() throws {
    bed.files("2/t-1", ["F1.rf": 1])
    bed.files("2/empty", [:])
    bed.scratch.write("2/table.properties", "")
    #expect(try DataPath(bed.path("2/t-1/F1.rf")) == .file)
    #expect(try DataPath(bed.path("2/t-1")) == .tablet)
    #expect(try DataPath(bed.path("2")) == .table)
    #expect(throws: DirectoryError.self) { try DataPath(bed.path("2/empty")) }
    #expect(throws: SystemError("open", bed.path("x").string, .noSuchFileOrDirectory)) { try DataPath(bed.path("x")) }
    let properties = try TableDirectory.properties(besideTablet: bed.path("2/t-1"))
    #expect(properties?.lastComponent?.string == "table.properties")
    #expect(try TableDirectory.properties(besideTablet: bed.path("2")) == nil)
  }

  @Test("a table's tablets come in the order of their extents") func order() throws {
    for (name, start, end) in [("t-1", "m", nil), ("t-2", nil, "a"), ("t-3", "a", "m")] as [(String, String?, String?)]
    {
      bed.scratch.makeDirectory("2/" + name)
      let extent = KeyExtent(tableId: "2", prevEndRow: start.map { Array($0.utf8) }, endRow: end.map { Array($0.utf8) })
      try bed.tablet("2/" + name).create(TabletManifest(extent: extent, files: []))
    }
    let found = try bed.table("2").tablets()
    #expect(found.map { FilePath($0.directory!).lastComponent!.string } == ["t-2", "t-3", "t-1"])
    #expect(ExtentProblem.all(in: found.map(\.extent)) == [])
  }

  @Test("a volume of Accumulo is recognised above the tablet") func volume() throws {
    bed.files("acc/tables/2/t-1", ["F1.rf": 1])
    #expect(try Volume.containing(bed.path("acc/tables/2/t-1")) == nil)
    bed.scratch.makeDirectory("acc/instance_id")
    #expect(try Volume.containing(bed.path("acc/tables/2/t-1")) == nil)
    bed.scratch.makeDirectory("acc/version")
    let real = try realPath(bed.path("acc"))
    #expect(try Volume.containing(bed.path("acc/tables/2/t-1")) == real)
    #expect(try Volume.containing(bed.path("acc/tables/2")) == real)
    #expect(try Volume.containing(bed.path("acc")) == nil)
  }
}
