import Files
import Records
import Reporting

/// A run of jobs in a few lines:
///
///     jobs      38 of 40 finished, 2 failed and may be run again, in 12 s
///     entries   1.2 million read, 1.19 million written (0.9 % dropped), 97,000/s
///     bytes     ▁▃▅▇█▇▇▇▆▂  410 MiB in, 300 MiB out (73 %), 34 MiB/s
struct RunGlance {
  /// Bytes read over time, ms since the start.
  private var read = SeriesSketch(.sum)
  private let start = SystemClock.steady()
  private var jobs: Int64 = 0
  private var bytes: (read: Int64, written: Int64) = (0, 0)
  private var entries: (read: Int64, written: Int64) = (0, 0)

  /// Adds a job that has ended now.
  mutating func add(_ result: CompactionResult, of job: CompactionJob) {
    guard result.state == .finished, !result.already else { return }
    jobs += 1
    let size = job.inputs.reduce(Int64(0)) { $0.addingSaturated(max(0, $1.size)) }
    bytes = (bytes.read &+ size, bytes.written &+ result.fileSize)
    entries = (entries.read &+ result.entriesRead, entries.written &+ result.entries)
    let now = (SystemClock.steady() - start) / .milliseconds(1)
    read.add(Double(size), from: now - result.seconds * 1000, to: now)
  }

  func lines(_ summary: Summary, mayTryAgain: Bool) -> Glance {
    func count(_ name: String) -> Int64 { summary.counts.first { $0.0 == name }?.1 ?? 0 }
    let seconds = max(0.001, (SystemClock.steady() - start) / .seconds(1))
    let failed = count("failed")
    var glance = Glance()
    glance.add(
      "jobs", [],
      "\(NumberText.count(count("finished"))) of \(NumberText.count(count("jobs"))) finished"
        + (failed > 0 ? ", \(NumberText.count(failed)) failed" + (mayTryAgain ? " and may be run again" : "") : "")
        + " in \(NumberText.duration(seconds * 1000))")
    guard jobs > 0 else { return glance }
    glance.add(
      "entries", [],
      "\(NumberText.count(entries.read)) read, \(NumberText.count(entries.written)) written"
        + " (\(percent(entries.read - entries.written, of: entries.read)) % dropped), "
        + "\(NumberText.count((Double(entries.read) / seconds).rounded()))/s")
    // With a few jobs the picture would show no more than when they began.
    glance.add(
      "bytes", jobs >= 8 ? read.values : [],
      "\(NumberText.bytes(bytes.read)) in, \(NumberText.bytes(bytes.written)) out"
        + " (\(percent(bytes.written, of: bytes.read)) %), \(NumberText.bytes(Double(bytes.read) / seconds))/s")
    return glance
  }

  private func percent(_ part: Int64, of whole: Int64) -> String {
    NumberText.scaled(Double(part) * 100 / Double(max(1, whole)))
  }
}
