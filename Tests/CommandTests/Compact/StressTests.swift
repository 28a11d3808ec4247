// Several processes plan and compact one table at the same time, and half of them are killed at a random moment. In the
// end every entry is there exactly once, and there is nothing else.

import Entries
import Files
import Records
import SystemPackage
import TabletStore
import TestSupport
import Testing

@Suite struct StressTests {
  private let tablets = 6
  private let files = 12
  private let entries = 30
  /// Two files per job until one is left: many small steps.
  private let settings = [
    "-p", "tserver.compaction.major.service.default.planner.opts.maxOpen=2", "-p", "table.compaction.major.ratio=1",
  ]

  @Test("processes that compact one table and are killed at random lose nothing and double nothing")
  func killedAtRandom()
    throws
  {
    var random = SplitMix64(seed: 20_261_121)
    let start = ContinuousClock.now
    var rounds = 0
    var counts = Counts()
    // On a busy machine a round takes long.
    while ContinuousClock.now - start < .seconds(6)
      || (counts.killed <= 10 || counts.finished <= 10) && ContinuousClock.now - start < .seconds(120)
    {
      try round(&random, &counts)
      rounds += 1
    }
    #expect(
      counts.killed > 10 && counts.finished > 10 && counts.jobs > 0, "\(rounds) rounds: \(counts)")
  }

  private struct Counts {
    var started = 0
    var killed = 0
    var finished = 0
    var jobs = 0
  }

  private struct Process {
    var command: RunningCommand
    var killAt: ContinuousClock.Instant?
  }

  private func round(_ random: inout SplitMix64, _ counts: inout Counts) throws {
    let bed = CompactBed()
    try makeTable(bed)
    var processes: [Process] = []
    var isDone = false
    while !isDone || !processes.isEmpty {
      while processes.count < 4, !isDone {
        let plan = bed.actool.run(["plan"] + settings + ["tables/2"])
        #expect(plan.status == 0, "\(plan.stderr)")
        let jobs = plan.stdout
        isDone = jobs.isEmpty && processes.isEmpty
        if jobs.isEmpty { break }
        let command = bed.actool.start(["compact", "--quiet"], stdin: jobs)
        counts.started += 1
        let isVictim = Bool.random(using: &random)
        let delay = Duration.microseconds(Int.random(in: 0...80_000, using: &random))
        processes.append(Process(command: command, killAt: isVictim ? .now + delay : nil))
      }
      sleep(.milliseconds(1))
      for process in processes where process.killAt.map({ $0 <= .now }) ?? false { process.command.signal(9) }
      processes.removeAll { process in
        guard hasEnded(process.command) else { return false }
        let outcome = process.command.wait()
        if outcome.status == 137 { counts.killed += 1 } else { counts.finished += 1 }
        // 1 and 75: another process was faster with one of the jobs, or has its files.
        #expect([0, 1, 75, 137].contains(outcome.status), "\(outcome.status) \(outcome.stderr)")
        counts.jobs += (try? results(outcome.stdout).filter { $0.state == .finished }.count) ?? 0
        return true
      }
    }
    // Cleans up what the last killed process left.
    let last = bed.actool.shell("actool plan \(settings.joined(separator: " ")) tables/2 | actool compact")
    #expect(last.status == 0, "\(last.stderr)")
    for tablet in 0..<tablets {
      let name = "tables/2/t-\(tablet)"
      let rows = files * entries
      #expect(try bed.rows(in: name) == Array(tablet * rows..<(tablet + 1) * rows), "\(name)")
      #expect(try bed.live(name).count == 1 && bed.leftovers(name) == [], "\(name) \(bed.actool.names(in: name))")
      #expect(try bed.directory(name).manifest()?.reservations == [] && bed.directory(name).manifest()?.garbage == [])
    }
  }

  private func makeTable(_ bed: CompactBed) throws {
    for tablet in 0..<tablets {
      let name = "tables/2/t-\(tablet)"
      let rows = files * entries
      try bed.makeFiles(in: name, files: files, entries: entries, firstRow: tablet * rows)
      // Only one tablet of a table may be without tablet.json, so this one gets its own.
      let extent = KeyExtent(
        tableId: "2", prevEndRow: tablet == 0 ? nil : CompactBed.entry(tablet * rows - 1).key.row,
        endRow: tablet == tablets - 1 ? nil : CompactBed.entry((tablet + 1) * rows - 1).key.row)
      let files = try bed.directory(name).contents().files
      try bed.directory(name).create(TabletManifest(extent: extent, files: files))
    }
  }

  private func hasEnded(_ command: RunningCommand) -> Bool {
    guard let bytes = try? readWholeFile(FilePath("/proc/\(command.process)/stat"), limit: 9999) else { return true }
    return String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.hasPrefix(" Z") ?? true
  }
}
