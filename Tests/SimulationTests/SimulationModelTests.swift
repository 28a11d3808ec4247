import Planning
import Records
import TestSupport
import Testing

@testable import Simulation

/// Random tables, settings and troubles, looked at after every event: what the simulation keeps up to date must be what a
/// look at everything would find.
@Suite("The state of a simulation")
struct SimulationModelTests {
  private func bed(_ random: inout SplitMix64, version: AccumuloVersion) -> SimulationBed {
    func pick<Value>(_ values: Value...) -> Value { values.randomElement(using: &random)! }
    var bed = SimulationBed()
    bed.version = version
    let prefix = version == .v2 ? "tserver.compaction.major.service.cs." : "compaction.service.cs."
    if version == .v2 {
      bed.properties[prefix + "planner"] = "org.apache.accumulo.core.spi.compaction.DefaultCompactionPlanner"
      bed.properties[prefix + "planner.opts.executors"] =
        #"[{"name":"small","maxSize":"4M","numThreads":1},{"type":"external","queue":"q"}]"#
      bed.properties[prefix + "rate.limit"] = pick("0", "300K")
    } else {
      bed.properties[prefix + "planner"] = "org.apache.accumulo.core.spi.compaction.RatioBasedCompactionPlanner"
      bed.properties[prefix + "planner.opts.groups"] = #"[{"group":"small","maxSize":"4M"},{"group":"q"}]"#
      bed.compactors["small"] = Compactors(least: 2, most: 2)
    }
    bed.properties["table.compaction.dispatcher.opts.service"] = "cs"
    bed.properties["table.compaction.major.ratio"] = pick("1.5", "2", "3")
    bed.properties["table.split.threshold"] = pick("20M", "40M", "10G")
    bed.properties["table.file.max"] = pick("4", "15")
    bed.compactors["q"] = pick(Compactors(least: 2, most: 2), Compactors(least: 0, most: 6))
    bed.scaling.kills = pick(true, false)
    bed.scaling.measure = pick(.jobs(2), .bytes(5 << 20))
    bed.scaling.step = pick(1, 5)
    bed.compactorLife = pick(nil, 600_000)
    bed.tablets = SimulationBed.tablets(Int.random(in: 1...5, using: &random), files: pick([], [1 << 20, 1 << 20, 7]))
    bed.ingest = pick(
      [], [.init(time: 0, rate: 60_000)], [.init(time: 600_000, rate: 90_000), .init(time: 2_000_000, rate: 0)])
    bed.flush = pick(.every(120_000), .at(1 << 20))
    bed.spread = pick(.uniform, .zipf(1.1), .newest)
    bed.imports = pick([], [Load.BulkImport(every: 500_000, files: 3, size: 2 << 20)])
    bed.userCompactions = pick([], [900_000], [100_000, 110_000, 2_500_000])
    bed.rate = pick(100_000, 400_000)
    bed.shrink = pick(1, 0.9)
    bed.servers = pick(1, 3)
    bed.seed = random.next()
    return bed
  }

  @Test(
    "after every event, sums, counts, queues and files agree with each other", arguments: [AccumuloVersion.v2, .v4])
  func invariants(version: AccumuloVersion) throws {
    var random = SplitMix64(seed: 42)
    var seen = (jobs: 0, lost: 0, splits: 0, user: 0)
    for _ in 0..<60 {
      let bed = bed(&random, version: version)
      var simulation = try bed.simulation()
      var records = JSONLine()
      while try simulation.step() { check(simulation, bed) }
      #expect(simulation.openJobs == 0 && simulation.openUserCompactions == 0, "\(bed)")
      simulation.writeSummary()
      records = simulation.output
      let found = try SimulationBed.records(records.bytes)
      checkJobs(found, simulation, bed)
      seen.jobs += simulation.totals.finished
      seen.lost += simulation.totals.lost
      seen.splits += simulation.totals.splits
      seen.user += simulation.totals.userCompactions.count
    }
    #expect(seen.jobs > 2000 && seen.lost > 50 && seen.splits > 50 && seen.user > 50, "\(seen)")
  }

  private func check(_ simulation: TableSimulation, _ bed: SimulationBed) {
    var (bytes, entries, files): (Int64, Int64, [Int]) = (0, 0, [])
    for tablet in simulation.tablets {
      let sum = tablet.files.reduce(0) { $0 + $1.size }
      #expect(tablet.bytes == sum && tablet.entries == tablet.states.reduce(0) { $0 + $1.entries })
      #expect(Set(tablet.files.map(\.file)).count == tablet.files.count)
      bytes += sum
      entries += tablet.entries
      files.append(tablet.files.count)
      // A file is in one job, and in one that runs there.
      for (place, state) in tablet.states.enumerated() where state.job >= 0 {
        let slot = Int(state.job)
        #expect(tablet.running.contains(slot))
        #expect(simulation.jobs[slot].files.contains { $0.number == tablet.files[place].number })
      }
      for slot in tablet.running {
        #expect(simulation.jobs[slot].files.allSatisfy { tablet.place(of: $0) != nil })
      }
      #expect(tablet.waiting.allSatisfy { simulation.jobs[$0].state == .waits })
      if case .none = tablet.userCompaction { #expect(!tablet.hasSelection) }
    }
    #expect(simulation.totals.size == (bytes, entries))
    files.sort()
    let summary = simulation.counts.summary(limit: simulation.rules.fileLimit)
    #expect(summary.count == files.reduce(0, +) && summary.max == files.last)
    #expect(summary.p50 == files[(files.count + 1) / 2 - 1])
    #expect(summary.over == files.count { $0 > simulation.rules.fileLimit })
    let jobs = simulation.jobs.jobs
    for (place, executor) in simulation.executors.enumerated() {
      let mine = jobs.filter { $0.state != .none && $0.executor == place }
      #expect(executor.waiting == mine.count { $0.state == .waits })
      #expect(executor.runningCount == mine.count { $0.state == .runs })
      #expect(executor.bytes == mine.filter { $0.state != .lost }.reduce(0) { $0 + $1.bytes })
      #expect(executor.runningCount <= executor.capacity && executor.up <= max(executor.compactors.most, 0))
      #expect(executor.up >= 0 && executor.leaving >= 0 && executor.starting >= 0)
      // Nobody is idle while jobs wait.
      for queue in executor.queues.indices where executor.queues[queue].count > 0 {
        #expect(!executor.hasRoom(at: queue), "\(executor.name) at \(simulation.now)")
      }
    }
    #expect(simulation.openJobs == jobs.count { $0.state != .none })
  }

  /// The records tell the same story: what arrived, was read and written, job by job.
  private func checkJobs(_ records: [JSONValue], _ simulation: TableSimulation, _ bed: SimulationBed) {
    let runs = records.of("run").filter { $0["outcome"]?.text == "finished" }
    #expect(runs.count == simulation.totals.finished)
    #expect(records.of("run").count - runs.count == simulation.totals.lost)
    #expect(runs.reduce(0) { $0 + ($1["size"]?.int64 ?? 0) } == simulation.totals.written)
    let arrivals = records.of("arrival").filter { ["flush", "bulk"].contains($0["kind"]?.text) }
    #expect(arrivals.reduce(0) { $0 + ($1["size"]?.int64 ?? 0) } == simulation.totals.arrived)
    if bed.shrink == 1 {
      let start = bed.tablets.flatMap(\.files).reduce(0) { $0 + $1.size }
      #expect(simulation.totals.size.bytes == start + simulation.totals.arrived)
    }
    var ends: [Int64] = []
    for run in records.of("run") {
      let (queued, start, end) = (run["queued"]?.int64 ?? -1, run["start"]?.int64 ?? -1, run["end"]?.int64 ?? -1)
      #expect(0 <= queued && queued <= start && start <= end)
      ends.append(end)
    }
    #expect(ends == ends.sorted())
  }

  @Test("what waits in 2.1 is what the planner would say now, even of tablets that were not planned again")
  func plans() throws {
    var random = SplitMix64(seed: 7)
    var compared = 0
    for _ in 0..<20 {
      var bed = bed(&random, version: .v2)
      (bed.userCompactions, bed.properties["tserver.compaction.major.service.cs.rate.limit"]) = ([], "0")
      var simulation = try bed.simulation()
      let planner = simulation.planners[0].planner
      while try simulation.step() {
        for tablet in simulation.tablets where !tablet.isChanged && !tablet.isTooLarge {
          let record = Tablet(
            extent: tablet.extent, files: tablet.files.map { TabletFile(file: $0.file, size: $0.size) },
            running: tablet.running.map { slot in
              RunningJob(
                kind: .system, executor: "e.q", files: simulation.jobs[slot].files.map { FilePart($0.file) })
            })
          let expected = try planner.decide(record).choices
          let found = tablet.waiting.map { simulation.jobs[$0] }
          #expect(found.map { $0.files.map(\.file).sorted() } == expected.map { $0.files.map(\.file).sorted() })
          #expect(found.map(\.priority) == expected.map(\.priority))
          #expect(found.map(\.bytes) == expected.map(\.bytes))
          #expect(found.map { simulation.executors[$0.executor].id } == expected.map(\.executor))
          compared += expected.count
        }
      }
    }
    #expect(compared > 1000, "\(compared)")
  }

  @Test("the same seed gives the same records, another one others")
  func seeds() throws {
    var random = SplitMix64(seed: 3)
    var bed = bed(&random, version: .v2)
    bed.ingest = [.init(time: 0, rate: 60_000)]
    let first = try bed.run()
    #expect(try bed.run() == first)
    bed.seed += 1
    #expect(try bed.run() != first)
  }
}
