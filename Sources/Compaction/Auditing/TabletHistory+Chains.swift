import Entries
import Records

extension TabletHistory {
  /// Files of which one job read something else than another wrote; a line each.
  var brokenLinks: [String] {
    traces.compactMap { trace in
      guard let writer = trace.writer, let reader = trace.reader, let written = trace.written,
        written.sum != trace.read
      else { return nil }
      return "\(trace.name): \(name(writer)) wrote \(Self.text(written.sum)), and \(name(reader)) read "
        + Self.text(trace.read)
    }
  }

  /// A line about jobs that each need the output of another, which no order of jobs can explain; nil if there are none.
  ///
  /// Simulates the jobs: one whose inputs all exist runs and creates the input of another. Jobs that never run are circular.
  var circle: String? {
    var missing = jobs.map { job in job.inputs.count { traces[$0].writer != nil } }
    var outputs = [Int?](repeating: nil, count: jobs.count)
    for (number, trace) in traces.enumerated() { if let writer = trace.writer { outputs[writer] = number } }
    var ready = jobs.indices.filter { missing[$0] == 0 }
    var done = 0
    while let job = ready.popLast() {
      done += 1
      guard let output = outputs[job], let reader = traces[output].reader else { continue }
      missing[reader] -= 1
      if missing[reader] == 0 { ready.append(reader) }
    }
    guard done < jobs.count, let stuck = jobs.indices.first(where: { missing[$0] > 0 }) else { return nil }
    return "\(name(stuck)) read a file that was made from its own output"
  }

  /// A job and the line of its result.
  func name(_ job: Int) -> String { "\(jobs[job].ecid) (\(jobs[job].place))" }

  static func text(_ sum: EntrySum) -> String { "\(sum.count) entries with the sum \(sum.digest)" }

  /// Why a file that no known job wrote is suspicious; nil if it is not, like the files of flushes and bulk imports.
  func objection(toFirst file: String) -> String? {
    let path = FilePart(text: file).file
    guard FileName.isOfCompaction(String(path.lastPart)), firstState?[file] == nil,
      !uncertified.contains(path)
    else { return nil }
    return "was written by a compaction whose result is missing; if it is older than all these results, add the tablet "
      + "record of that time (actool tablets)"
  }
}
