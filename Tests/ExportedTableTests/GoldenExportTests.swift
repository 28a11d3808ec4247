import Records
import SystemPackage
import TabletStore
import TestSupport
import Testing

@testable import ExportedTable

/// Every case of Accumulo's own classes: as it is read, as an importer would take it, and as the reference importer does.
@Suite("Golden exports", .enabled(if: Fixtures.shared != nil, "the golden exports are not beside the checkout"))
struct GoldenExportTests {
  private func tablets(_ path: String) throws -> [ExportedTablet] {
    let tablets = try ExportDirectory(FilePath(path), map: FileMap()).tablets()
    var all: [ExportedTablet] = []
    while let tablet = try tablets.next() { all.append(tablet) }
    #expect(tablets.extentProblems == [] && !tablets.hasRest)
    return all
  }

  @Test("tablets, times and properties are those of Accumulo", arguments: GoldenExport.all(damaged: false))
  func sound(_ golden: GoldenExport) throws {
    let found = try tablets(golden.directories[0])
    let expected = try #require(golden.expectation.tablets)
    #expect(found.map(\.time) == expected.map(\.time))
    #expect(found.map(\.tablet.extent.endRow) == expected.map { $0.endRow.map { Fixtures.hex($0) } })
    #expect(found.map(\.tablet.extent.prevEndRow) == expected.map { $0.prevEndRow.map { Fixtures.hex($0) } })
    let files = expected.map { tablet in
      tablet.files.map { TabletFile(file: $0.path ?? "", size: $0.size, entries: $0.entries, time: $0.time) }
    }
    #expect(found.map(\.tablet.files) == files)
    let export = try ExportDirectory(FilePath(golden.directories[0]), map: FileMap())
    #expect(export.config.properties == golden.expectation.properties)
    let reference = try ReferenceImport(golden.directories)
    #expect(reference.properties == golden.expectation.properties && reference.lint == [])
    #expect(reference.tablets.map(\.files.count) == files.map(\.count))
  }

  @Test(
    "an importer would say what that of 2.1.6 says; what it does not notice is found",
    arguments: GoldenExport.all(damaged: false) + GoldenExport.all(damaged: true))
  func checked(_ golden: GoldenExport) throws {
    let real = golden.expectation.importer216
    var findings: [ImportFinding] = []
    var check = ImportCheck(golden.directories.map { FilePath($0) }, importer: .v2)
    try check.run { findings.append($0) }
    #expect(findings.contains { $0.kind == .refused } == (real?.result == "error"), "\(findings)")
    if real?.lint?.isEmpty == false { #expect(!findings.isEmpty) }
    if real == nil { #expect(findings.isEmpty, "\(findings)") }
    #expect((try? ReferenceImport(golden.directories)) == nil ? real?.result == "error" : real?.result != "error")
  }

  @Test(
    "a table that no importer takes, or that would be broken, is not read", arguments: GoldenExport.all(damaged: true))
  func damaged(_ golden: GoldenExport) throws {
    let real = try #require(golden.expectation.importer216)
    // What is wrong with these is in their directories, or harms nothing.
    let readable = ["damaged/file_in_subdirectory", "damaged/two_zips", "damaged/bytes_after_end"]
    let isBroken = (real.result == "error" || real.lint != nil) && !readable.contains(golden.name)
    var isRead = false
    do {
      let tablets = try ExportDirectory(FilePath(golden.directories[0]), map: FileMap()).tablets()
      while try tablets.next() != nil {}
      isRead = tablets.extentProblems.isEmpty
    } catch is ExportError {}
    #expect(isRead == !isBroken)
  }
}
