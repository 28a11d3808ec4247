import Compaction
import Files
import SystemPackage

/// What every measurement needs.
struct MeasureSetting {
  var runs: Int
  /// The most threads.
  var threads: Int
  /// The size of the case.
  var entries: Int
  /// The directory of the case's data.
  var data: FilePath
  /// A directory for outputs.
  var scratch: FilePath

  /// One thread, and the most, for measurements that use several.
  var threadCounts: [Int] { threads > 1 ? [1, threads] : [1] }

  /// Outputs are removed right away, because several of them may not fit on the disk.
  func remove(_ path: String) { _ = try? Disk().removeIfThere(FilePath(path)) }
}

extension BenchCase {
  func measure(_ setting: MeasureSetting) throws -> CaseReport {
    var report = CaseReport(self, runs: setting.runs)
    let inputs = data == nil ? [] : try BenchData.files(in: setting.data)
    switch activity {
    case .compaction:
      try CompactionMeasure(
        inputs: inputs, codec: codec, level: level, reusesBlocks: reusesBlocks, certifies: certifies,
        output: try .init(codec: codec, level: level, properties: properties), setting: setting
      ).run(into: &report)
    case .scan: try ReadingMeasure(inputs: inputs, setting: setting).scan(into: &report)
    case .check: try ReadingMeasure(inputs: inputs, setting: setting).check(into: &report)
    case .verify: try VerifyMeasure(inputs: inputs, setting: setting).run(into: &report)
    case .plan:
      try PlanMeasure(version: version, tablets: max(1, setting.entries / 100), setting: setting).run(into: &report)
    case .balance: try BalanceMeasure(tablets: setting.entries, setting: setting).run(into: &report)
    }
    return report
  }
}
