// The records of a simulation: one at the start, the series, with `--jobs` every file and job, and the sums at the end.

internal import Planning
internal import Records

extension TableSimulation {
  mutating func write(_ arrival: Arrival) {
    if settings.writesJobs { arrival.write(to: &output) }
  }

  /// A job has ended.
  mutating func writeRun(
    _ job: SimulatedJob, of extent: KeyExtent, output file: (file: PlannedFile, entries: Int64)?, isFinished: Bool
  ) {
    guard settings.writesJobs else { return }
    output.record("run") { line in
      line.field("id", "\(job.number)")
      extent.write(to: &line)
      line.field("kind", job.kind.rawValue)
      line.field("executor", executors[job.executor].name)
      line.field("priority", job.priority)
      line.field("queued", job.queued)
      line.field("start", job.start)
      line.field("end", now)
      line.field("inputs", job.files.map(\.file))
      if let file {
        line.field("output", file.file.file)
        line.field("size", file.file.size)
        line.field("entries", file.entries)
      }
      line.field("outcome", isFinished ? "finished" : "lost")
    }
  }

  mutating func writeStart() {
    output.record("simulation") { line in
      line.field("accumulo", rules.version.rawValue)
      line.field("seed", settings.seed)
      line.field("every", settings.every)
      line.field("length", settings.length)
      line.field("servers", settings.servers)
      line.field("tablets", tablets.count)
      line.object("rates") { line in
        for executor in executors { line.field(executor.name, Int64(min(0x1p60, executor.rate))) }
      }
      line.array("executors", executors) { line, executor in
        line.object { line in
          line.field("name", executor.name)
          line.field("threads", executor.capacity)
        }
      }
      line.field("entrySize", settings.load.entrySize.readable)
      line.field("shrink", settings.shrink)
      line.field("fileLimit", rules.fileLimit)
      line.field("splitThreshold", rules.splitThreshold)
      line.field("round", rules.round)
      line.field("deadCheck", rules.deadCheck)
    }
  }

  /// A record of the series.
  mutating func sample() {
    totals.sample(mean: counts.mean, at: now)
    output.record("series") { line in
      line.field("time", now)
      line.field("tablets", tablets.count)
      line.field("entries", totals.size.entries)
      line.field("size", totals.size.bytes)
      counts.summary(limit: rules.fileLimit).write(to: &line)
      line.array("executors", executors) { line, executor in
        line.object { line in
          line.field("name", executor.name)
          line.field("queued", executor.waiting)
          line.field("running", executor.runningCount)
          line.field("threads", executor.capacity)
        }
      }
      line.field("arrived", totals.arrived)
      line.field("read", totals.read)
      line.field("written", totals.written)
      if let amplification = totals.writeAmplification { line.field("writeAmplification", amplification.readable) }
    }
  }

  mutating func writeSummary() {
    output.record("summary") { line in
      line.field("command", "simulate")
      line.field("tablets", tablets.count)
      line.field("splits", totals.splits)
      line.field("entries", totals.size.entries)
      line.field("size", totals.size.bytes)
      counts.summary(limit: rules.fileLimit).write(to: &line)
      line.field("highestMean", totals.highest.mean.readable)
      line.field("highestAt", totals.highest.time)
      line.field("arrivals", totals.arrivals)
      line.field("arrived", totals.arrived)
      line.field("jobs", totals.finished)
      line.field("read", totals.read)
      line.field("written", totals.written)
      line.field("lostJobs", totals.lost)
      line.field("lostBytes", totals.lostBytes)
      if rules.version == .v4 { line.field("rejected", totals.rejected) }
      if !settings.outputs.isEmpty { line.field("known", totals.known) }
      if let amplification = totals.writeAmplification { line.field("writeAmplification", amplification.readable) }
      line.field("readAmplification", totals.readAmplification.readable)
      line.array("executors", executors) { line, executor in
        line.object { line in
          line.field("name", executor.name)
          line.field("jobs", executor.finished)
          line.field("longestQueue", executor.longest.jobs)
          line.field("longestAt", executor.longest.time)
        }
      }
      if !totals.userCompactions.isEmpty {
        line.array("userCompactions", totals.userCompactions) { line, compaction in
          line.object { line in
            line.field("begun", compaction.begun)
            if let ended = compaction.ended { line.field("ended", ended) }
          }
        }
      }
      line.field("end", now)
      if openJobs == 0 { line.field("drain", max(0, totals.lastEnd - settings.length)) }
    }
  }
}

extension FileCounts.Summary {
  fileprivate func write(to line: inout JSONLine) {
    line.object("files") { line in
      line.field("count", count)
      line.field("mean", mean.readable)
      line.field("p50", p50)
      line.field("p95", p95)
      line.field("max", max)
      line.field("over", over)
    }
  }
}

extension Double {
  /// With three digits after the point.
  fileprivate var readable: Double { (self * 1000).rounded() / 1000 }
}
