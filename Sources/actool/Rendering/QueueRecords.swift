import Planning
import Records

// {"type":"queue","executor":"e.DCQ1","jobs":3,"files":12,"bytes":413488,"largest":300000,
//  "priorities":[{"priority":18774,"jobs":3,"files":12,"bytes":413488}],"compactors":2,"drainSeconds":1200.5}

/// What waits for each queue, as records and as Prometheus's text
/// (https://prometheus.io/docs/instrumenting/exposition_formats).
struct QueueRecords {
  struct Queue {
    var waiting: WaitingJobs.Queue
    /// Nil if nobody asked.
    var drain: (compactors: Int, seconds: Double)?
  }

  var all: [Queue]

  /// - Parameter goal: bytes per second that a compactor reads, and in how many ms everything is to be done.
  init(_ queues: [WaitingJobs.Queue], goal: (rate: Int64, time: Int64)?) {
    all = queues.map { queue in Queue(waiting: queue, drain: goal.map { queue.drain(at: $0.rate, within: $0.time) }) }
  }

  /// Every metric with its help and its type, and a line feed at the end.
  var prometheus: String {
    var text = ""
    func metric(_ name: String, _ help: String, _ values: (Queue) -> [(labels: [(String, String)], value: String)]) {
      let lines = all.flatMap { queue in
        values(queue).map { labels, value in
          let labels = [("queue", queue.waiting.name)] + labels
          return "\(name){\(labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ","))} \(value)\n"
        }
      }
      if !lines.isEmpty { text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n" + lines.joined() }
    }
    metric("actool_queue_jobs", "Compactions that wait.") { [([], "\($0.waiting.total.jobs)")] }
    metric("actool_queue_bytes", "Bytes that they read.") { [([], "\($0.waiting.total.bytes)")] }
    metric("actool_queue_largest_job_bytes", "Bytes that the largest of them reads.") {
      [([], "\($0.waiting.largest)")]
    }
    metric("actool_queue_priority_jobs", "Compactions that wait, by priority; higher runs first.") { queue in
      queue.waiting.byPriority.map { ([("priority", "\($0.priority)")], "\($0.amount.jobs)") }
    }
    metric("actool_queue_priority_bytes", "Bytes that they read, by priority.") { queue in
      queue.waiting.byPriority.map { ([("priority", "\($0.priority)")], "\($0.amount.bytes)") }
    }
    metric("actool_queue_compactors", "Compactors that work it off in time.") { queue in
      queue.drain.map { [([], "\($0.compactors)")] } ?? []
    }
    metric("actool_queue_drain_seconds", "How long these compactors take.") { queue in
      queue.drain.map { [([], "\($0.seconds)")] } ?? []
    }
    return text
  }

  /// The value of a label.
  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}

extension QueueRecords.Queue {
  /// Appends the record and a line feed.
  func write(to line: inout JSONLine) {
    line.record("queue") { line in
      line.field(waiting.isGroup ? "group" : "executor", waiting.name)
      waiting.total.write(to: &line)
      line.field("largest", waiting.largest)
      line.array("priorities", waiting.byPriority) { line, part in
        line.object { line in
          line.field("priority", part.priority)
          part.amount.write(to: &line)
        }
      }
      if let drain {
        line.field("compactors", drain.compactors)
        line.field("drainSeconds", drain.seconds)
      }
    }
  }
}

extension WaitingJobs.Amount {
  fileprivate func write(to line: inout JSONLine) {
    line.field("jobs", jobs)
    line.field("files", files)
    line.field("bytes", bytes)
  }
}
