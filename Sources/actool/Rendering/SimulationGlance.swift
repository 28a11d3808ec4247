import Reporting
import Simulation

/// A simulation in a few lines:
///
///     files per tablet  ▁▂▅█▇▅▄▄▃▃▃▃  5.1 at the end, at most 11.4 after 40 min
///     waiting jobs      ▁▁▃█▅▂▁▁▁▁▁▁  at most 1,920 on DCQ1 after 35 min
///     running jobs      ▂▅███▇▅▅▄▄▅▄  12,345 finished, 12 lost
///     written           3.2 TiB for 1.1 TiB that arrived: each byte 2.9 times
struct SimulationGlance {
  /// How long the table is sent files, ms.
  let length: Int64
  private var files = SeriesSketch(.highest)
  private var waiting = SeriesSketch(.highest)
  private var running = SeriesSketch(.highest)
  private var last = 0.0

  init(length: Int64) { self.length = length }

  mutating func add(_ moment: SimulationMoment) {
    let time = Double(moment.time)
    files.add(moment.files, from: last, to: time)
    waiting.add(Double(moment.waiting), from: last, to: time)
    running.add(Double(moment.running), from: last, to: time)
    last = time
  }

  /// How much of the load is behind; what is left after it cannot be foreseen.
  func progress(of moment: SimulationMoment, after elapsed: Duration) -> WorkProgress {
    WorkProgress(
      unit: "time", noun: "simulated", done: min(moment.time, length), total: length, elapsed: elapsed,
      text: NumberText.duration)
  }

  func lines(_ outcome: SimulationOutcome) -> Glance {
    var glance = Glance()
    func add(_ name: String, _ sketch: SeriesSketch, _ text: String) {
      glance.add(name, sketch.values, text)
    }
    add(
      "files per tablet", files,
      "\(NumberText.scaled(outcome.files)) at the end, at most \(NumberText.scaled(outcome.highest.files)) after "
        + NumberText.duration(Double(outcome.highest.time))
        + (outcome.over > 0
          ? ", \(NumberText.count(Int64(outcome.over))) over the limit" : ""))
    if let longest = outcome.longestQueue {
      add(
        "waiting jobs", waiting,
        "at most \(NumberText.count(Int64(longest.jobs))) on \(longest.executor) after "
          + NumberText.duration(Double(longest.time)))
    }
    add(
      "running jobs", running,
      "\(NumberText.count(Int64(outcome.jobs))) finished"
        + (outcome.lostJobs > 0 ? ", \(NumberText.count(Int64(outcome.lostJobs))) lost" : "")
        + (outcome.openJobs > 0 ? ", \(NumberText.count(Int64(outcome.openJobs))) not done" : ""))
    glance.add(
      "written", [],
      NumberText.bytes(outcome.written)
        + (outcome.writeAmplification.map {
          " for \(NumberText.bytes(outcome.arrived)) that arrived: each byte \(NumberText.scaled($0)) times"
        } ?? ""))
    return glance
  }
}
