// Which way to store data suits which use? From measurements of a sample:
//
//     smallest    the fewest bytes
//     scan        the least time to read everything: CPU time of one core, and its bytes from the disks
//     lookup      the least time to read one block and decode half of it
//     ingest      the least time to write everything, and to read and write it again: a compaction
//
// Times of two runs differ. So of all that are within 3 % of the best the one with the fewest bytes is named.

package import BlockFile
import Entries
import RFile

/// One way to store the data, and what it would come to.
package struct StorageEstimate: Hashable, Sendable {
  package var choice: StorageChoice
  /// Of all files, with their indexes.
  package var bytes: Int64
  /// CPU time of one core to write all of it, from entries to files; seconds.
  package var writeSeconds: Double
  /// CPU time of one core to read all of it, from files to entries; seconds.
  package var readSeconds: Double
  /// Stored bytes of a data block: what one lookup reads.
  package var seekBytes: Int64
  /// CPU time to inflate a block and decode half of it, in microseconds.
  package var seekMicroseconds: Double
}

/// What data is used for.
package enum StorageUse: String, Hashable, Sendable, CaseIterable {
  case smallest
  case scan
  case lookup
  case ingest
}

package struct StorageAdvice: Sendable {
  package let totals: DataTotals
  /// Raw bytes that were looked at, and in how many places.
  package let sampled: Int64
  package let places: Int
  /// In the order of the choices.
  package let estimates: [StorageEstimate]
  /// Bytes a second that one reader or writer gets from the disks.
  package let diskRate: Double

  init(totals: DataTotals, sampled: Int64, places: Int, estimates: [StorageEstimate], diskRate: Double) {
    (self.totals, self.sampled, self.places) = (totals, sampled, places)
    (self.estimates, self.diskRate) = (estimates, diskRate)
  }

  /// Measures every choice on a sample of the files. Uses about four times as much memory as the sample has bytes.
  /// - Parameters:
  ///   - choices: at least one.
  ///   - sampleSize: raw bytes, at least 1.
  ///   - clock: the CPU time of this thread, ns.
  ///   - watch: is called before each trial with the number of those done and of all.
  /// - Throws: `FileError`, `SystemError`; `NoData` for files without entries.
  package init(
    on files: [String], choices: [StorageChoice], sampleSize: Int64, diskRate: Double, loader: BlockLoader,
    clock: @escaping () -> Int64, watch: (_ done: Int, _ all: Int) -> Void = { _, _ in }
  ) throws {
    let sample = try DataSample(of: files, size: sampleSize, loader: loader)
    guard sample.totals.entries > 0, sample.raw > 0 else { throw NoData(files: files.count) }
    var sums = choices.map { _ in TrialSum() }
    let groups = sample.runsByGroup
    for (number, runs) in groups.enumerated() {
      let trial = try StorageTrial(of: runs, loader: loader, clock: clock)
      for place in choices.indices {
        watch(number * choices.count + place, groups.count * choices.count)
        sums[place] += try trial.result(of: choices[place])
      }
    }
    (totals, sampled, places, self.diskRate) = (sample.totals, sample.raw, sample.runs.count, diskRate)
    let factor = sample.factor
    estimates = try zip(choices, sums).map { choice, sum in
      let fixed = try StorageTrial.fixedBytes(choice) * Int64(sample.totals.files)
      let blocks = Double(max(1, sum.blocks))
      return StorageEstimate(
        choice: choice, bytes: Int64(Double(sum.bytes) * factor) + fixed,
        writeSeconds: Double(sum.write) * factor / 1e9, readSeconds: Double(sum.read) * factor / 1e9,
        seekBytes: Int64(Double(sum.dataBytes) / blocks),
        seekMicroseconds: (Double(sum.inflate) + Double(max(0, sum.read - sum.inflate)) / 2) / blocks / 1000)
    }
  }

  /// The choice for a use.
  package func best(for use: StorageUse) -> StorageEstimate {
    let costs = estimates.map { cost(of: $0, use) }
    let lowest = costs.min() ?? 0
    let good = zip(estimates, costs).filter { $0.1 <= (use == .smallest ? lowest : lowest * 1.03) }.map(\.0)
    guard let best = good.min(by: { $0.bytes < $1.bytes }) else { preconditionFailure("there is a choice") }
    return best
  }

  private func cost(of estimate: StorageEstimate, _ use: StorageUse) -> Double {
    let transfer = Double(estimate.bytes) / diskRate
    return switch use {
    case .smallest: Double(estimate.bytes)
    case .scan: transfer + estimate.readSeconds
    case .lookup: Double(estimate.seekBytes) / diskRate + estimate.seekMicroseconds / 1e6
    case .ingest: 3 * transfer + 2 * estimate.writeSeconds + estimate.readSeconds
    }
  }
}

/// There is nothing to measure.
package struct NoData: Error, Hashable, CustomStringConvertible {
  package var files: Int

  package var description: String { files == 1 ? "the file has no entries" : "the \(files) files have no entries" }
}
