import BlockFile
import ContinuousIngest
import SystemPackage

/// Verifies a continuous ingest table, and measures the floor: decoding, merging and checksums of the same entries.
struct VerifyMeasure {
  var inputs: [String]
  var setting: MeasureSetting

  func run(into report: inout CaseReport) throws {
    var passes = setting.threadCounts.map { Runs(threads: $0) }
    var floors: [Double] = []
    for _ in 0..<setting.runs {
      let start = Instant.threadSeconds
      _ = try VerifyFloor.read(inputs)
      floors.append(Instant.threadSeconds - start)
      for i in passes.indices {
        // Little memory, so that the scratch file is measured too.
        let verifier = Verifier(
          VerifyInput([setting.data.string], access: try .ofBench()),
          options: .init(memory: setting.entries * 4, threads: passes[i].threads, scratch: setting.scratch))
        let start = Instant.now
        let found = try verifier.run { _ in }
        passes[i].add(from: start, to: .now)
        guard found.problems.isEmpty, found.isHealthy else {
          throw BenchError("\(report.name): the table that was made is not sound")
        }
        (report.items, report.itemsOut) = (Int(found.entries), Int(found.undefined))
        var hash = Hash()
        for count in [found.entries, found.referenced, found.unreferenced, found.undefined, found.corrupt] {
          hash.add(count)
        }
        guard report.hash.isEmpty || report.hash == hash.text else {
          throw BenchError("\(report.name): \(passes[i].threads) threads give different counts than one")
        }
        report.hash = hash.text
      }
    }
    report.inputFiles = inputs.count
    for path in inputs { report.bytesIn += Int(try ByteSource(path: path).count) }
    report.conclude(passes, floors: floors)
  }
}
