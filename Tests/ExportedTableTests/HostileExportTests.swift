import Files
import Records
import SystemPackage
import TabletStore
import TestSupport
import Testing

@testable import ExportedTable

@Suite("Hostile exports")
struct HostileExportTests {
  let bed = ExportBed()

  private static let real = Fixtures.accumulo + "/export"

  @Test("the export of a real cluster reads as its README says")
  func realExport() throws {
    bed.scratch.write("exportMetadata.zip", try Fixtures.bytes(Self.real + "/exportMetadata.zip"))
    let (tablets, properties) = try bed.read()
    #expect(tablets.map { "\($0.tablet.extent)" } == ["1;2<", "1;4;2", "1;6;4", "1<;6"])
    #expect(tablets[0].time == "M1705792626286" && properties.count == 7)
    let first = "hdfs://localhost:8020/accumulo/tables/1/t-0000003/A0000008.rf"
    #expect(tablets[0].tablet.files == [TabletFile(file: first, size: 229, entries: 2)])
  }

  @Test("a damaged archive is an error or the same table: every byte, every length")
  func damage() throws {
    let bytes = try Fixtures.bytes(Self.real + "/exportMetadata.zip")
    bed.scratch.write("exportMetadata.zip", bytes)
    let whole = try bed.read()
    var errors = 0
    func expectSame(_ damaged: [UInt8], _ what: String) {
      bed.scratch.write("exportMetadata.zip", damaged)
      guard let found = try? bed.read() else {
        errors += 1
        return
      }
      #expect(found.tablets == whole.tablets && found.properties == whole.properties, "\(what)")
    }
    for place in bytes.indices {
      for change: UInt8 in [0x01, 0x80, 0xFF] {
        var damaged = bytes
        damaged[place] ^= change
        expectSame(damaged, "byte \(place) changed by \(change)")
      }
      expectSame(Array(bytes[..<place]), "cut at \(place)")
    }
    expectSame([0] + bytes, "a byte in front")
    // Times, versions and comments may be anything.
    #expect(errors > 3 * bytes.count)
  }

  @Test(
    "a name that leads elsewhere, or is no RFile's, is refused",
    arguments: [
      "hdfs://nn/tables/2/t/../../x.rf", "../x.rf", "/etc/x.rf", "tables/2/t/x.rf", "x", "x.map", ".rf",
      "hdfs://nn/a/.rf",
      "hdfs://nn/a/x.rf/", "hdfs://nn/a/x y.rf", "hdfs://nn/a\u{0}/x.rf", "hdfs://nn/a/x.rf\n", "", "hdfs://nn/a/é.rf",
    ])
  func names(_ name: String) {
    bed.write(metadata: ExportBed.metadata(file: name))
    #expect(bed.problem().hasPrefix("exportMetadata.zip, metadata.bin, entry 1: a file that cannot be read: expected"))
  }

  @Test(
    "a bare name and a plain URI are taken",
    arguments: ["x.rf", "a.b-c_1.rf", "hdfs://nn1:8020/a..b/tables/2/t-1/x.rf"])
  func goodNames(_ name: String) throws {
    bed.write(metadata: ExportBed.metadata(file: name))
    #expect(try bed.read().tablets.first?.tablet.files.first?.file == name)
  }

  @Test("the size of a file is read as Java reads it")
  func sizes() throws {
    for (value, expected) in [
      ("1,2", "1 2 nil"), ("1,2,3", "1 2 3"), ("1,2,-1", "1 2 nil"), ("+1,2,", "1 2 nil"), ("1,2,3,4", "1 2 nil"),
      ("1,2,,4", "1 2 nil"),
    ] {
      bed.write(metadata: ExportBed.metadata(file: "x.rf", value: value))
      let file = try #require(try bed.read().tablets.first?.tablet.files.first)
      #expect("\(file.size) \(file.entries) \(file.time.map { "\($0)" } ?? "nil")" == expected, "\(value)")
    }
    for value in ["", ",", "1", "1,", "-1,2", "1,-2", "1,x", " 1,2", "1,2,x", "9223372036854775808,1"] {
      bed.write(metadata: ExportBed.metadata(file: "x.rf", value: value))
      #expect(bed.problem().contains("expected SIZE,ENTRIES"), "\(value)")
    }
  }

  @Test("archives that Java reads otherwise than their central directory says are refused")
  func twoViews() {
    let parts: [(name: String, bytes: [UInt8])] = [
      ("accumulo_export_info.txt", ExportBed.info), ("metadata.bin", ExportBed.metadata(file: "x.rf")),
    ]
    let sound = ExportBed.zip(parts)
    bed.scratch.write("exportMetadata.zip", sound)
    #expect(bed.problem() == "")
    // The name of the first header, and not that of the central directory.
    var renamed = sound
    renamed[30] = UInt8(ascii: "X")
    bed.scratch.write("exportMetadata.zip", renamed)
    #expect(bed.problem().contains("would see another table"))
    var stored = sound
    stored[6] = 8
    bed.scratch.write("exportMetadata.zip", stored)
    #expect(bed.problem().contains("is stored, with its size behind it, which the importer refuses"))
    // Of two entries with one name, the first counts.
    bed.write(parts + [("metadata.bin", ExportBed.metadata(file: "y.rf"))])
    #expect((try? bed.read().tablets.first?.tablet.files.first?.file) == "x.rf")
    bed.write([("accumulo_export_info.txt", ExportBed.info)])
    #expect(bed.problem().contains("the importer would not notice, and make a table without tablets"))
  }

  @Test("a property file that is too large is refused before it is read")
  func largeConfig() {
    var zip = ExportBed.zip([("accumulo_export_info.txt", ExportBed.info), ("table_config.txt", [])])
    // The size of the second entry in its header and in the central directory: 1 GiB of nothing.
    let header = 30 + 24 + ExportBed.info.count
    let central = header + 30 + 16 + 46 + 24
    for place in [header + 22, central + 24] { zip.replaceSubrange(place..<place + 4, with: [0, 0, 0, 0x40]) }
    bed.scratch.write("exportMetadata.zip", zip)
    let problem = bed.problem()
    #expect(problem.contains("too large") || problem.contains("cannot be read as a zip archive"), "\(problem)")
  }

  @Test("keys and values that claim more bytes than there are end the reading")
  func lengths() {
    for bytes: [UInt8] in [
      [0x8C, 0x7F, 0xFF, 0xFF, 0xFF], [5], [3, 2, 4, 4], [0xFF], [0, 0, 0, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF],
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 9], [1, 1, 1, 1, 65, 0, 0, 0, 0, 0, 0],
    ] {
      bed.write(metadata: bytes)
      #expect(bed.problem().hasPrefix("exportMetadata.zip, metadata.bin"), "\(bytes)")
    }
  }

  @Test("random tables come back as they were written, for the product and for an importer")
  func random() throws {
    for seed in 1...30 {
      var random = SplitMix64(seed: UInt64(seed))
      let out = ScratchDirectory()
      bed.write(config: "table.custom.a==b\n", metadata: ExportBed.metadata(file: "x.rf"))
      let writer = try ExportWriter(
        into: FilePath(out.path), as: ExportDirectory(bed.path, map: FileMap()), disk: Disk())
      var rows = Set<[UInt8]>()
      for _ in 0..<Int.random(in: 0...20, using: &random) {
        rows.insert(
          (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
      }
      let ends: [[UInt8]?] = rows.sorted { $0.lexicographicallyPrecedes($1) } + [nil]
      var expected: [ExportedTablet] = []
      for (number, end) in ends.enumerated() {
        let files = (0..<Int.random(in: 0...4, using: &random)).map { place in
          let name = "F\(number % 7)-\(place).rf"
          out.write(name, "")
          return TabletFile(
            file: "hdfs://nn/accumulo/tables/2/t/\(name)", size: Int64.random(in: 0 ... .max, using: &random),
            entries: Int64.random(in: 0...1000, using: &random),
            time: Bool.random(using: &random) ? Int64.random(in: 0...5, using: &random) : nil)
        }
        let extent = KeyExtent(tableId: "2a", prevEndRow: number > 0 ? ends[number - 1] : nil, endRow: end)
        expected.append(ExportedTablet(Tablet(extent: extent, files: files), time: "M\(number)"))
        try writer.append(expected[number])
      }
      try writer.finish(info: ExportBed.info, config: Array("table.custom.a==b\n".utf8), now: 1_700_000_000_000)
      let tablets = try ExportDirectory(FilePath(out.path), map: FileMap()).tablets()
      for tablet in expected { #expect(try tablets.next() == tablet) }
      #expect(try tablets.next() == nil && tablets.extentProblems.isEmpty)
      let imported = try ReferenceImport([out.path])
      #expect(imported.lint == [] && imported.properties == ["table.custom.a": "=b"])
      #expect(imported.tablets.map(\.endRow) == ends)
      #expect(imported.tablets.map { $0.files.map(\.size) } == expected.map { $0.tablet.files.map(\.size) })
    }
  }
}
