import FoundationEssentials
import TestSupport
import Testing

@testable import BlockFile
@testable import Compaction
@testable import Entries
@testable import RFile
@testable import Records

// Compares the output of Accumulo's own compactor with ours.

@Suite struct FileCompactorTests {
  /// `<family>.pd<0|1>.v<N>`, without cases whose inputs have a codec that is not in this build.
  static func cases() throws -> [(name: String, inputs: [String], propagateDeletes: Bool, maxVersions: Int)] {
    let names = try FileManager.default.contentsOfDirectory(atPath: Fixtures.accumulo + "/rfiles-expected").sorted()
    let readable = Set(RFileFixture.readable.map(\.path))
    var cases: [(String, [String], Bool, Int)] = []
    for file in names {
      let parts = file.split(separator: ".").map(String.init)
      let at = parts.firstIndex { $0 == "pd0" || $0 == "pd1" }!
      let inputs = try Self.inputs(parts[..<at])
      guard inputs.allSatisfy(readable.contains) else { continue }
      cases.append((file, inputs, parts[at] == "pd1", Int(parts[at + 1].dropFirst())!))
    }
    return cases
  }

  private static func inputs(_ name: ArraySlice<String>) throws -> [String] {
    let base = Fixtures.accumulo + "/rfiles/"
    if name.count == 2 { return ["\(base)\(name[0])/\(name[1]).rf"] }
    let family = name[0] == "fam_lg_groups" ? "fam_lg" : name[0]
    let files = try FileManager.default.contentsOfDirectory(atPath: base + family)
    return files.filter { $0.hasSuffix(".rf") }.sorted().map { "\(base)\(family)/\($0)" }
  }

  static func compact(
    _ inputs: [String], propagateDeletes: Bool, maxVersions: Int, rows: RowRange = .all,
    output: RFileWriter.Options = .init(codec: .none, blockSize: 1000, indexBlockSize: 300),
    groups: [LocalityGroupDefinition] = []
  ) throws -> RFileReader {
    let sink = ByteSink(memory: "output")
    var compactor = FileCompactor(
      inputs: inputs.map { MergeInput($0, rows: rows) }, propagateDeletes: propagateDeletes, output: output,
      groups: groups, iterators: maxVersions == 0 ? [] : [.versions(maxVersions)])
    compactor.certifies = true
    let statistics = try compactor.run(into: sink)
    let reader = try RFileReader(ByteSource(bytes: sink.memory, name: "output"))
    let check = try reader.check(sums: true)
    #expect(statistics.certificate?.imbalance == nil && statistics.certificate?.output == check.sum)
    #expect(check.entries == statistics.entriesWritten && statistics.fileSize == sink.count)
    return reader
  }

  @Test("merges files of Accumulo to what Accumulo's compactor makes of them", arguments: [false, true])
  func agreesWithAccumulo(grouped: Bool) throws {
    let cases = try Self.cases()
    #expect(cases.count == 151 || (cases.count > 120 && !RFileFixture.unreadable.isEmpty))
    let groups = grouped ? [LocalityGroupDefinition(name: "g", families: [Array("a".utf8), Array("cf1".utf8)])] : []
    for c in cases {
      let reader = try Self.compact(
        c.inputs, propagateDeletes: c.propagateDeletes, maxVersions: c.maxVersions, groups: groups)
      let found = try collect(reader.merged())
      let expected = try Fixtures.dump("\(Fixtures.accumulo)/rfiles-expected/\(c.name)")
      if c.name.hasPrefix("fam_dupval") {
        try expectSameUpToTies(found, expected, c.inputs, isComplete: c.maxVersions == 0, c.name)
      } else {
        let isSame = found == expected  // printing both would take megabytes
        #expect(isSame, "\(c.name)")
      }
    }
  }

  /// In Accumulo, the order among equal keys of several files is arbitrary, and so is which of several equal markers
  /// stays.
  private func expectSameUpToTies(
    _ found: [Entry], _ expected: [Entry], _ inputs: [String], isComplete: Bool, _ name: String
  ) throws {
    let hasSameKeys = found.map(\.key) == expected.map(\.key)
    #expect(hasSameKeys, "\(name)")
    let all = Set(try inputs.flatMap { try collect(RFileReader(path: $0).merged()) })
    let comesFromInputs = found.allSatisfy { all.contains($0) }
    #expect(comesFromInputs, "\(name)")
    if isComplete {
      let isSame = counts(found) == counts(expected)
      #expect(isSame, "\(name)")
    }
  }

  private func counts(_ entries: [Entry]) -> [Entry: Int] {
    entries.filter { !$0.key.deleted }.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }
}
