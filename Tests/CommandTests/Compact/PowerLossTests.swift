// The power fails before every change that a command makes. Whatever a disk may then have is made, and the next run
// must find everything there exactly once.

import Records
import TestSupport
import Testing

@testable import actool

@Suite("when the power fails") struct PowerLossTests {
  private static let job = ["compact", "--threads", "1", "--default-properties"]

  /// Makes each state once and checks it; with `one` more than 1, one in so many, drawn by chance.
  private func everyState(
    of history: DiskHistory, one: UInt64 = 1,
    _ check: (_ state: DiskHistory.State, _ moment: Int) throws -> Void
  ) rethrows -> Int {
    var seen: Set<DiskHistory.State> = []
    var random = SplitMix64(seed: 5)
    for moment in 0..<history.count {
      for state in history.states(at: moment) where seen.insert(state).inserted {
        if random.next() % one == 0 { try check(state, moment) }
      }
    }
    return seen.count
  }

  /// After any of the states of a run, the next one finds the tablet as it was before the job or after it, and finishes.
  /// - Parameter output: the bytes that the tablet then has.
  private func expectRecovery(
    _ bed: CompactBed, _ history: DiskHistory, one: UInt64 = 1, _ options: String = "", output: [UInt8]? = nil
  ) throws -> Int {
    try everyState(of: history, one: one) { state, moment in
      let situation = "power lost before \(history.change(at: moment)): \(state.mapValues(\.bytes.count))"
      history.restore(state, bed.actool)
      let live = try bed.live()
      #expect(live.count == 1 || (live.count == 3 && !history.output(at: moment).contains("FINISHED")), "\(situation)")
      #expect(try bed.rows() == Array(0..<120), "\(situation)")
      // A file that the job has made is not compacted once more.
      if let output, live.count == 1 { return #expect(bed.bytes(of: live[0]) == output, "\(situation)") }
      let next = bed.planAndCompact(compact: options)
      #expect(next.status == 0, "\(situation): \(next.stderr)")
      let after = try bed.live()
      #expect(after.count == 1, "\(situation)")
      if let output { #expect(bed.bytes(of: after[0]) == output, "\(situation)") }
      #expect(try bed.rows() == Array(0..<120), "\(situation)")
      #expect(try bed.leftovers() == [], "\(situation)")
    }
  }

  @Test("in a job: before or after, and the next run finishes") func job() throws {
    let bed = CompactBed()
    try bed.makeFiles()
    let history = DiskHistory(of: Self.job, stdin: bed.plan(), watching: "tables", bed.actool)
    #expect(history.outcome.status == 0, "\(history.outcome.stderr)")
    let count = try expectRecovery(bed, history)
    #expect(count > history.count, "\(count) states of \(history.count) moments")
  }

  @Test("in the run that cleans up after a dead one", arguments: ["sync", "rename", "remove"])
  func cleaning(change: String) throws {
    let bed = CompactBed()
    try bed.makeFiles()
    let listed = CompactBed()
    try listed.makeFiles()
    let changes = listed.actool.run(Self.job, stdin: listed.plan(), environment: ["ACTOOL_TEST_FAULT": "list"]).stderr
      .split(separator: "\n")
    let place = try #require(changes.lastIndex { $0.hasPrefix("change: \(change) /") })
    let killed = bed.actool.run(
      Self.job, stdin: bed.plan(), environment: ["ACTOOL_TEST_FAULT": "\(place + 1):kill"])
    #expect(killed.status == 128 + 9)
    let history = DiskHistory(of: Self.job, stdin: bed.plan(), watching: "tables", bed.actool)
    #expect(history.outcome.status == 0, "\(history.outcome.stderr)")
    _ = try expectRecovery(bed, history)
  }

  private static let checkpoints = "--checkpoint 1 -p table.file.compress.blocksize=400"
  private static let checkpointed = job + checkpoints.split(separator: " ").map(String.init)

  /// What the next job makes.
  private func undisturbed() throws -> [UInt8] {
    let bed = CompactBed()
    try bed.makeFiles()
    #expect(bed.actool.run(Self.checkpointed, stdin: bed.plan()).status == 0)
    let output = try #require(try bed.live().first)
    return try #require(bed.bytes(of: output))
  }

  @Test(
    "in a job that makes checkpoints, and in one that goes on from there: the same bytes", arguments: [false, true])
  func resume(isBegun: Bool) throws {
    let bed = CompactBed()
    try bed.makeFiles()
    let job = Self.checkpointed
    let plan = bed.plan()
    if isBegun {
      // What a kill in the middle leaves.
      let first = DiskHistory(of: job, stdin: plan, watching: "tables", bed.actool)
      let checkpoints = (0..<first.count).filter {
        first.change(at: $0).hasPrefix("rename") && first.change(at: $0).hasSuffix(".checkpoint")
      }
      #expect(checkpoints.count > 3)
      first.restore(first.state(at: checkpoints[checkpoints.count / 2] + 3), bed.actool)
    }
    let history = DiskHistory(of: job, stdin: plan, watching: "tables", bed.actool)
    #expect(history.outcome.status == 0, "\(history.outcome.stderr)")
    let resumed = try results(history.outcome.stdout).first?.resumed
    #expect((resumed != nil) == isBegun)
    _ = try expectRecovery(bed, history, one: 3, Self.checkpoints, output: undisturbed())
  }

  @Test("in a salvage: the damaged file is there until the tablet has the new one, and never both") func salvage()
    throws
  {
    let bed = CompactBed()
    try bed.makeFiles()
    let damaged = CompactBed.tablet + "/F0000001.rf"
    var bytes = try #require(bed.actool.read(damaged))
    bytes[bytes.count / 2] ^= 0xff
    bed.actool.write(damaged, bytes)
    let salvage = ["salvage", "--quiet", "--threads", "1", "--in-place", CompactBed.tablet, "F0000001.rf"]
    let history = DiskHistory(of: salvage, watching: "tables", bed.actool)
    #expect(history.outcome.status == 1, "\(history.outcome.stderr)")
    let saved = try bed.rows()
    #expect(saved.count > 80 && saved.count < 120)
    let count = try everyState(of: history) { state, moment in
      let situation = "power lost before \(history.change(at: moment)): \(state.mapValues(\.bytes.count))"
      history.restore(state, bed.actool)
      if try bed.live().contains("F0000001.rf") {
        let again = bed.actool.run(salvage)
        #expect(again.status == 1, "\(situation): \(again.stderr)")
      }
      let (live, rows) = (try bed.live(), try bed.rows())
      #expect(live.count == 3 && rows == saved, "\(situation)")
      let kept = ["", ".damaged"].compactMap { bed.actool.read(damaged + $0) }
      #expect(kept == [bytes], "\(situation)")
    }
    #expect(count > history.count, "\(count) states of \(history.count) moments")
  }

  @Test("in a detached job: the same job again has its output, once") func detached() throws {
    let bed = CompactBed()
    try bed.makeFiles()
    bed.actool.write("out/keep", "")
    let plan = bed.plan()
    let job = ["compact", "--threads", "1", "--default-properties", "--into", "out"]
    let history = DiskHistory(of: job, stdin: plan, watching: "out", bed.actool)
    #expect(history.outcome.status == 0, "\(history.outcome.stderr)")
    let output = try #require(results(history.outcome.stdout).first?.output)
    _ = try everyState(of: history) { state, moment in
      let situation = "power lost before \(history.change(at: moment)): \(state.mapValues(\.bytes.count))"
      history.restore(state, bed.actool)
      let wasFinished = history.output(at: moment).contains("FINISHED")
      let again = bed.actool.run(job, stdin: plan)
      #expect(again.status == 0, "\(situation): \(again.stderr)")
      let already = try results(again.stdout).first?.already
      #expect(already == true || !wasFinished, "\(situation)")
      #expect(
        bed.actool.names(in: "out").filter { $0.hasSuffix(".rf") || $0.hasSuffix("_tmp") } == [output], "\(situation)")
      #expect(bed.actool.run("diff", "tables/2", "out/\(output)").status == 0, "\(situation)")
    }
  }

  @Test(
    "in a command that makes files: each is there whole or not at all",
    arguments: [
      "compact --threads 1 --output out/o.rf tables/2/t-1/F0000000.rf tables/2/t-1/F0000001.rf",
      "write --threads 1 --output out/o.rf entries.json",
      "split --threads 1 --rows rows.txt --output out/parts tables/2/t-1/F0000000.rf",
      "ingest --threads 1 --entries 300 --seed 1 --output out/table",
    ])
  func files(line: String) throws {
    let bed = CompactBed()
    try bed.makeFiles()
    bed.actool.write("out/keep", "")
    bed.actool.write("rows.txt", "00000040\n00000080\n")
    #expect(bed.actool.shell("actool scan tables/2/t-1/F0000000.rf > entries.json").status == 0)
    let arguments = line.split(separator: " ").map(String.init)
    let history = DiskHistory(of: arguments, watching: "out", bed.actool)
    #expect(history.outcome.status == 0, "\(history.outcome.stderr)")
    var found = 0
    _ = everyState(of: history) { state, moment in
      history.restore(state, bed.actool)
      for path in state.keys where path.hasSuffix(".rf") && !path.contains(".t") {
        found += 1
        let check = bed.actool.run("info", "--check", "out/" + path)
        #expect(check.status == 0, "power lost before \(history.change(at: moment)): \(check.output)")
      }
    }
    #expect(found > 0)
  }
}
