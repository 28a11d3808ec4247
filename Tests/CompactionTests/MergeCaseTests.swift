import FoundationEssentials
import SystemPackage
import TestSupport
import Testing

@testable import BlockFile
@testable import Compaction
@testable import Entries
@testable import Files
@testable import RFile
@testable import Settings

/// The results of compacting a few entries, case by case: Fixtures/cases/merge. The files and the job are real.
/// Accumulo's own results for larger files are in `FileCompactorTests`.
@Suite("Merges as text")
struct MergeCaseTests {
  @Test("every merge is as its file says", arguments: try CaseFile.all(in: "merge"))
  func cases(_ file: CaseFile) throws {
    for problem in try file.problems(answering: Self.answer) { Issue.record("\(problem)") }
  }

  @Test("there are cases of every rule")
  func count() throws {
    let files = try CaseFile.all(in: "merge")
    #expect(files.map(\.description) == ["merge/cells.txt", "merge/groups.txt", "merge/iterators.txt"])
    #expect(files.reduce(0) { $0 + $1.cases.count } >= 12)
  }

  /// Writes the files of a case, compacts them, and returns the contents of the new file.
  static func answer(_ test: CaseFile.Case) throws -> [String] {
    guard test.command == "merge" else { throw MalformedCase("expected merge") }
    let scratch = ScratchDirectory()
    let start = test.input.firstIndex { $0.split(separator: " ").first == "file" } ?? test.input.count
    let settings = try settings(test.input[..<start])
    var inputs: [FilePath] = []
    for part in parts(test.input[start...]) {
      inputs.append(FilePath(scratch.file("F\(inputs.count + 1).rf")))
      try write(part.entries.map(entry), groups: part.groups, to: inputs[inputs.count - 1].string)
    }
    let job = try RFileJob(
      settings, level: .auto, inputs: inputs.count, propagateDeletes: test.has("propagate"), now: 100, disk: Disk())
    let output = FilePath(scratch.file("C.rf"))
    let range = try rows(test["extent"])
    let result = try job.write(
      inputs.map { MergeInput($0.string, rows: range) }, to: output, pulse: Pulse(stop: StopFlag(), now: { .zero }))
    return try result.warnings.map { "warning: " + $0 } + contents(of: output.string)
  }

  private static func settings(_ lines: ArraySlice<String>) throws -> Settings {
    var configuration = Configuration()
    for line in lines {
      let words = line.split(separator: " ").map(String.init)
      if words.count >= 4, words[0] == "iterator" {
        let property = "table.iterator.majc." + words[1]
        configuration.override(property, words[2] + ",org.apache.accumulo.core.iterators.user." + words[3])
        for option in words.dropFirst(4) {
          let (name, value) = try pair(option)
          configuration.override(property + ".opt." + name, value)
        }
      } else {
        let (name, value) = try pair(line)
        guard Settings.isKnown(name) else { throw MalformedCase("expected KEY=VALUE, iterator or file: \(line)") }
        configuration.override(name, value)
      }
    }
    return configuration.settings(forTable: "2")
  }

  /// The lines of each file, and its locality groups.
  private static func parts(_ lines: ArraySlice<String>) -> [(groups: [String], entries: [String])] {
    var parts: [(groups: [String], entries: [String])] = []
    for line in lines {
      let words = line.split(separator: " ").map(String.init)
      if words.first == "file" {
        parts.append((Array(words.dropFirst()), []))
      } else {
        parts[parts.count - 1].entries.append(line)
      }
    }
    return parts
  }

  private static func write(_ entries: [Entry], groups: [String], to path: String) throws {
    let writer = try RFileWriter(ByteSink(creating: path), options: .init(codec: .gz, blockSize: 64))
    var taken: Set<[UInt8]> = []
    for group in groups {
      let (name, list) = try pair(group)
      let families = Set(list.split(separator: ",").map { Array($0.utf8) })
      try writer.startLocalityGroup(name, families: families)
      try writer.append(contentsOf: ArrayCursor(entries.filter { families.contains($0.key.family) }))
      taken.formUnion(families)
    }
    try writer.startDefaultLocalityGroup()
    try writer.append(contentsOf: ArrayCursor(entries.filter { !taken.contains($0.key.family) }))
    _ = try writer.finish()
  }

  /// The entries of a file, under the names of its groups if it has named ones.
  private static func contents(of path: String) throws -> [String] {
    let loader = BlockLoader()
    let reader = try RFileReader(path: path, loader: loader)
    if reader.groups.allSatisfy({ $0.name == nil }) {
      let found = lines(try collect(reader.merged(loader: loader)))
      return found.isEmpty ? ["no entries"] : found
    }
    return try reader.groups.indices.flatMap { group in
      [reader.groups[group].name.map { "group \($0):" } ?? "default group:"]
        + lines(try collect(reader.cursor(ofGroup: group, loader: loader))).map { "  " + $0 }
    }
  }

  /// Parses `b..m`: the rows of a tablet, after b through m.
  private static func rows(_ text: String?) throws -> RowRange {
    guard let text else { return .all }
    let ends = text.components(separatedBy: "..")
    guard ends.count == 2 else { throw MalformedCase("expected extent=ROW..ROW: \(text)") }
    return RowRange(
      after: ends[0].isEmpty ? nil : Array(ends[0].utf8), through: ends[1].isEmpty ? nil : Array(ends[1].utf8))
  }

  private static func pair(_ text: String) throws -> (String, String) {
    guard let equals = text.firstIndex(of: "=") else { throw MalformedCase("expected NAME=VALUE: \(text)") }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }
}
