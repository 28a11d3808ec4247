import TestSupport
import Testing

@testable import Compaction
@testable import Entries

struct CompactorCase: CustomTestStringConvertible, Sendable {
  var name: String
  var inputs: [String]
  var propagateDeletes: Bool
  var maxVersions: Int

  var testDescription: String { name }

  static let all: [CompactorCase] = {
    let folder = Fixtures.accumulo + "/rfiles-expected"
    return ((try? Fixtures.names(in: folder, suffix: ".dump")) ?? []).compactMap { name in
      let parts = name.split(separator: ".")
      let at = parts.count - 3  // ... pd0 v1 dump
      guard at >= 1, parts[at].hasPrefix("pd"), let versions = Int(parts[at + 1].dropFirst()) else { return nil }
      let source = Fixtures.accumulo + "/rfiles/" + (parts[0] == "fam_lg_groups" ? "fam_lg" : parts[0])
      let files =
        at == 1
        ? (try? Fixtures.names(in: source, suffix: ".dump")) ?? [] : [parts[1..<at].joined(separator: ".") + ".dump"]
      return CompactorCase(
        name: name, inputs: files.map { source + "/" + $0 }, propagateDeletes: parts[at] == "pd1",
        maxVersions: versions)
    }
  }()
}

/// The output of Accumulo's own FileCompactor: `<family>.pd<propagateDeletes>.v<maxVersions>`, 0 for no version filter.
@Suite("Accumulo's compactor") struct AccumuloCompactorTests {
  @Test("there are cases") func casesExist() { #expect(CompactorCase.all.count >= 125) }

  @Test("a sorted stream through deletes and versions comes out as Accumulo wrote it", arguments: CompactorCase.all)
  func agrees(_ test: CompactorCase) throws {
    let inputs = try test.inputs.flatMap { try Fixtures.dump($0) }
    try #require(!test.inputs.isEmpty)
    let merged = inputs.enumerated().sorted { ($0.element.key, $0.offset) < ($1.element.key, $1.offset) }.map(\.element)
    var cursor: any EntryCursor = DeletingIterator(
      source: ArrayCursor(merged), propagateDeletes: test.propagateDeletes)
    if test.maxVersions > 0 { cursor = VersioningIterator(source: cursor, maxVersions: test.maxVersions) }
    let found = try collect(cursor)
    let expected = try Fixtures.dump(Fixtures.accumulo + "/rfiles-expected/" + test.name)

    // In Accumulo, the order among equal keys of several files is arbitrary.
    guard test.name.hasPrefix("fam_dupval.") else {
      let isSame = found == expected  // printing both would take megabytes
      #expect(isSame, "\(found.count) entries, \(expected.count) expected")
      return
    }
    let hasSameKeys = found.map(\.key) == expected.map(\.key)
    #expect(hasSameKeys)
    let comeFromInputs = Set(found).isSubset(of: Set(inputs)) && Set(expected).isSubset(of: Set(inputs))
    #expect(comeFromInputs)
    if test.maxVersions == 0 {
      // It is arbitrary which of several equal markers stays, so only the entries must be the same.
      let isSame = counts(found) == counts(expected)
      #expect(isSame)
    }
  }

  private func counts(_ entries: [Entry]) -> [Entry: Int] {
    entries.filter { !$0.key.deleted }.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }
}
