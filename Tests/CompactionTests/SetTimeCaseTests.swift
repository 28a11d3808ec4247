import TestSupport
import Testing

@testable import BlockFile
@testable import Compaction
@testable import Entries
@testable import RFile
@testable import Records
@testable import Settings

// What Accumulo's compactor and scans make of files with a set time, and of files of which a tablet has only some rows.

@Suite("Set times and extents as Accumulo applies them") struct SetTimeCaseTests {
  private static func inputs(_ test: RewriteCase) -> [MergeInput] {
    let rows = RowRange(after: test.extent.prevEndRow, through: test.extent.endRow)
    return test.timedInputs.map { MergeInput($0.path, rows: rows, time: $0.time) }
  }

  private static func settings(_ test: RewriteCase) -> Settings {
    var properties = test.properties
    if properties["table.iterator.majc.vers"] == nil { properties["table.iterator.majc.vers"] = "" }
    return Settings(properties)
  }

  private static func compact(_ test: RewriteCase, threads: Int, reuse: Bool) throws -> (RFileReader, Certificate) {
    let settings = settings(test)
    let files = try FileSettings(settings)
    let context = MajcContext(propagateDeletes: test.propagateDeletes, now: 0)
    var compactor = FileCompactor(
      inputs: inputs(test), propagateDeletes: test.propagateDeletes, output: files.output, groups: files.groups,
      iterators: try MajcStack(settings).layers(in: context))
    compactor.reusesBlocks = reuse
    compactor.certifies = true
    let pool = CodecPool(threads: threads)
    compactor.pool = pool
    let sink = ByteSink(memory: "output")
    let statistics = try pool.occupy { try compactor.run(into: sink) }
    let reader = try RFileReader(ByteSource(bytes: sink.memory, name: "output"))
    let certificate = try #require(statistics.certificate)
    #expect(certificate.imbalance == nil)
    #expect(try reader.check(sums: true).sum == certificate.output)
    return (reader, certificate)
  }

  @Test("compactions have Accumulo's entries, and account for every one", arguments: ["settime", "fence"])
  func compactions(group: String) throws {
    let tests = RewriteCase.all(in: group)
    #expect(tests.count >= 3)
    var failures = 0
    for test in tests {
      if test.fails {
        // A marker has the time of the entry before it: the two are out of order.
        #expect(throws: RFileWriteError.self, "\(test)") { try Self.compact(test, threads: 1, reuse: true) }
        failures += 1
        continue
      }
      let expected = try Fixtures.dump(test.folder + "/out.dump")
      for (threads, reuse) in [(1, false), (2, true)] {
        let (reader, certificate) = try Self.compact(test, threads: threads, reuse: reuse)
        #expect(try collect(reader.merged()) == expected, "\(test)")
        for (account, input) in zip(certificate.inputs, Self.inputs(test)) {
          var sum = EntrySum()
          let cursor = try RFileReader(path: input.path).merged(rows: input.rows)
          while let entry = try cursor.next() { sum.add(entry) }
          #expect(account.sum == sum, "\(test): the entries of \(input.path) as they lie in the file")
        }
        let timed = zip(certificate.inputs, Self.inputs(test)).filter { $1.time != nil }.reduce(0) {
          $0 + $1.0.sum.count
        }
        for accounts in [certificate.dropped, certificate.made] {
          #expect(accounts.first { $0.name == "set time" }?.sum.count ?? 0 == timed, "\(test)")
        }
      }
    }
    #expect(group == "fence" || failures >= 1)
  }

  @Test("scans of all rows see Accumulo's entries, with and without versions") func scans() throws {
    let tests = RewriteCase.all(in: "settime")
    for test in tests {
      for versions in [0, 1] {
        var properties = test.properties.filter { !$0.key.hasPrefix("table.iterator.") }
        properties["table.iterator.scan.vers"] =
          versions == 0 ? "" : "20,org.apache.accumulo.core.iterators.user.VersioningIterator"
        if versions == 1 { properties["table.iterator.scan.vers.opt.maxVersions"] = "1" }
        let found = try FileScan().entries(
          of: test.timedInputs.map { MergeInput($0.path, time: $0.time) }, in: .all, settings: Settings(properties),
          now: 0, loader: BlockLoader())
        #expect(try collect(found) == Fixtures.dump("\(test.folder)/scan.v\(versions).dump"), "\(test) v\(versions)")
      }
    }
  }
}
