import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Compaction
@testable import Entries
@testable import Files
@testable import RFile
@testable import Records
@testable import TabletStore

/// Jobs with fake outputs: they record when they run and beat their pulse a few times.
final class FakeExecution: JobExecution, Sendable {
  struct State {
    var running: Set<String> = []
    var order: [String] = []
    var mostAtOnce = 0
    var mostMemory: Int64 = 0
    var memory: Int64 = 0
  }

  let state = Mutex(State())
  let memory: @Sendable (CompactionJob) -> Int64
  let entries: @Sendable (CompactionJob) -> Int64

  init(
    memory: @escaping @Sendable (CompactionJob) -> Int64 = { _ in 1 },
    entries: @escaping @Sendable (CompactionJob) -> Int64 = { _ in 1 }
  ) {
    self.memory = memory
    self.entries = entries
  }

  func prepare(_ job: CompactionJob) throws -> any PreparedJob {
    if job.service == "unknown" { throw DirectoryError(path: "service", problem: "is unknown") }
    return Fake(job: job, memory: memory(job), execution: self)
  }

  struct Fake: PreparedJob {
    let job: CompactionJob
    let memory: Int64
    let execution: FakeExecution

    func write(
      _ inputs: [MergeInput], to output: FilePath, pulse: Pulse, checkpoints: JobCheckpoints?
    ) throws -> JobOutput {
      execution.state.withLock { state in
        state.running.insert(job.ecid)
        state.order.append(job.ecid)
        state.memory += memory
        state.mostAtOnce = max(state.mostAtOnce, state.running.count)
        state.mostMemory = max(state.mostMemory, state.memory)
      }
      defer {
        _ = execution.state.withLock { state in
          state.memory -= memory
          return state.running.remove(job.ecid)
        }
      }
      for _ in 0..<5 {
        sleep(.milliseconds(2))
        try pulse.beat(10, .write)
      }
      let file = try Disk().create(output)
      try [7].withUnsafeBytes { try file.write(UnsafeRawBufferPointer(rebasing: $0[..<1])) }
      try file.close()
      return JobOutput(size: 1, entries: execution.entries(job), entriesRead: 2)
    }
  }
}

@Suite struct JobRunnerTests {
  let scratch = ScratchDirectory()
  let stop = StopFlag()

  func runner(threads: Int = 2, memory: Int64 = 100, supply: ThreadSupply = ThreadSupply()) throws -> JobRunner {
    let access = DirectoryAccess(owner: try .current(), now: { 0 }, countEntries: { _ in 1 })
    let start = ContinuousClock.now
    return JobRunner(
      RunConditions(access: access, stop: stop, supply: supply, clock: { ContinuousClock.now - start }),
      threads: threads,
      memory: memory)
  }

  /// A job in the tablet of table `table`. Its inputs exist unless another job makes them.
  func job(
    _ name: String, table: String, _ inputs: [String], output: String, priority: Int = 1, pass: Int = 1,
    service: String = "default", bytes: Int64 = 1 << 30
  ) -> CompactionJob {
    scratch.makeDirectory("\(table)/t")
    for input in inputs where !input.hasPrefix("C") { scratch.write("\(table)/t/\(input)", "1") }
    return CompactionJob(
      ecid: name, extent: KeyExtent(tableId: table), directory: scratch.file("\(table)/t"), kind: .system,
      service: service, executor: "i.default.small", pass: pass, priority: priority,
      inputs: inputs.map { TabletFile(file: $0, size: 1) }, nextFiles: [], output: output, tmp: output + "_tmp",
      propagateDeletes: true, selectedAll: false, bytes: bytes, properties: [:])
  }

  /// The results in the order in which the jobs ended, and whether all succeeded.
  private func run(
    _ jobs: [CompactionJob], _ execution: FakeExecution, threads: Int = 2, memory: Int64 = 100,
    supply: ThreadSupply = ThreadSupply()
  ) throws -> (results: [String: String], isFine: Bool) {
    var results: [String: String] = [:]
    let isFine = try runner(threads: threads, memory: memory, supply: supply).run(jobs, with: execution) { event in
      guard case .ended(let job, let result, _) = event else { return }
      #expect(results[job.ecid] == nil, "\(job.ecid) ended twice")
      results[job.ecid] = result.error ?? result.output ?? "nothing"
    }
    return (results, isFine)
  }

  @Test("jobs run by priority, then pass, then order") func order() throws {
    let execution = FakeExecution()
    let jobs = [
      job("a", table: "1", ["F1.rf"], output: "C2.rf", priority: 1),
      job("b", table: "2", ["F1.rf"], output: "C2.rf", priority: 9, pass: 2),
      job("c", table: "3", ["F1.rf"], output: "C2.rf", priority: 9),
      job("d", table: "4", ["F1.rf"], output: "C2.rf", priority: 1),
      job("e", table: "5", ["F1.rf"], output: "C2.rf", priority: -5),
    ]
    #expect(try run(jobs, execution, threads: 1).isFine)
    #expect(execution.state.withLock { $0.order } == ["c", "b", "a", "d", "e"])
    #expect(execution.state.withLock { $0.mostAtOnce } == 1)
  }

  @Test("as many at once as there are threads and as fit into memory; one always") func limits() throws {
    let jobs = (0..<12).map { job("\($0)", table: "\($0)", ["F1.rf"], output: "C2.rf") }
    let execution = FakeExecution()
    #expect(try run(jobs, execution, threads: 3).isFine)
    #expect(execution.state.withLock { $0.mostAtOnce } == 3)

    let other = (20..<32).map { job("\($0)", table: "\($0)", ["F1.rf"], output: "C2.rf") }
    let narrow = FakeExecution(memory: { $0.ecid == "25" ? 5000 : 40 })
    #expect(try run(other, narrow, threads: 8, memory: 100).isFine)
    #expect(narrow.state.withLock { $0.mostAtOnce } == 2)
    #expect(narrow.state.withLock { $0.mostMemory } == 5000, "the large one ran alone")
  }

  final class Count: Sendable { let asked = Atomic<Int>(0) }

  @Test("without threads jobs run on the calling one, in their order") func noThreads() throws {
    let execution = FakeExecution()
    let jobs = (0..<6).map { job("\($0)", table: "\($0)", ["F1.rf"], output: "C2.rf") }
    let (results, isFine) = try run(jobs, execution, threads: 4, supply: ThreadSupply { false })
    #expect(isFine && results.count == 6)
    #expect(execution.state.withLock { $0.order } == ["0", "1", "2", "3", "4", "5"])
    #expect(execution.state.withLock { $0.mostAtOnce } == 1)
  }

  @Test("a job whose thread cannot be made waits for another to end, whichever thread it is") func missingThread()
    throws
  {
    for isLasting in [true, false] {
      for missing in 1...9 {
        let execution = FakeExecution()
        let count = Count()
        let table = "\(isLasting)\(missing)-"
        let jobs = (0..<8).map { job("\($0)", table: table + "\($0)", ["F1.rf"], output: "C2.rf") }
        let supply = ThreadSupply {
          let number = count.asked.add(1, ordering: .relaxed).newValue
          return isLasting ? number < missing : number != missing
        }
        let (results, isFine) = try run(jobs, execution, threads: 3, supply: supply)
        #expect(isFine && results.count == 8, "\(table)")
        #expect(execution.state.withLock { $0.mostAtOnce } <= (isLasting ? max(1, min(missing - 1, 3)) : 3), "\(table)")
      }
    }
  }

  @Test("a job waits for those whose outputs it reads, whatever its priority") func chains() throws {
    let execution = FakeExecution()
    let jobs = [
      job("last", table: "1", ["C3.rf", "C4.rf"], output: "C5.rf", priority: 9, pass: 2),
      job("first", table: "1", ["F1.rf"], output: "C3.rf"), job("second", table: "1", ["F2.rf"], output: "C4.rf"),
      job("other", table: "2", ["F1.rf"], output: "C3.rf", priority: 5),
    ]
    #expect(try run(jobs, execution, threads: 4).isFine)
    #expect(execution.state.withLock { $0.order.last } == "last")
  }

  @Test("when a job fails, those that need it fail too; the others run") func failures() throws {
    let jobs = [
      job("bad", table: "1", ["F1.rf"], output: "C3.rf", service: "unknown"),
      job("next", table: "1", ["C3.rf"], output: "C4.rf"),
      job("after", table: "1", ["C4.rf", "F2.rf"], output: "C5.rf"),
      job("good", table: "2", ["F1.rf"], output: "C3.rf"),
    ]
    let (results, isFine) = try run(jobs, FakeExecution())
    #expect(!isFine)
    #expect(
      results == [
        "bad": "service: is unknown", "next": "its input C3.rf was not made: bad failed",
        "after": "its input C4.rf was not made: next failed", "good": "C3.rf",
      ])
  }

  @Test("jobs that wait for each other fail, instead of waiting for ever") func circle() throws {
    let jobs = [
      job("a", table: "1", ["C2.rf"], output: "C1.rf"), job("b", table: "1", ["C1.rf"], output: "C2.rf"),
      job("self", table: "2", ["C1.rf", "F1.rf"], output: "C1.rf"), job("good", table: "3", ["F1.rf"], output: "C3.rf"),
    ]
    let (results, isFine) = try run(jobs, FakeExecution())
    #expect(!isFine && results.count == 4 && results["good"] == "C3.rf")
    #expect(results["a"] == "it waits for the output of a job that waits for its own")
    #expect(results["b"] == "its input C1.rf was not made: a failed")
  }

  @Test("an output that would be empty is no file, and no input of the next job") func emptyOutputs() throws {
    let jobs = [
      job("empty", table: "1", ["F1.rf"], output: "C3.rf"),
      job("next", table: "1", ["C3.rf", "F2.rf"], output: "C4.rf"),
      job("none", table: "2", ["F1.rf"], output: "C3.rf"), job("after", table: "2", ["C3.rf"], output: "C4.rf"),
    ]
    let (results, isFine) = try run(jobs, FakeExecution(entries: { ["empty", "none"].contains($0.ecid) ? 0 : 1 }))
    #expect(isFine)
    #expect(results == ["empty": "nothing", "next": "C4.rf", "none": "nothing", "after": "nothing"])
    #expect(scratch.names(in: "1/t") == [".tablet.lock", "C4.rf", "tablet.json"])
  }

  @Test("a raised flag rolls running jobs back, and starts no other") func stopping() throws {
    let jobs = (0..<20).map { job("\($0)", table: "\($0)", ["F1.rf"], output: "C2.rf") }
    let execution = FakeExecution()
    var ended = 0
    let isFine = try runner().run(jobs, with: execution) { event in
      if case .ended = event { ended += 1 }
      if ended == 3 { stop.raise(signal: 15) }
    }
    #expect(!isFine && ended < 7)
    for table in 0..<20 {
      let names = scratch.names(in: "\(table)/t")
      #expect(names.contains("F1.rf") || names.contains("C2.rf"))
      #expect(!names.contains("C2.rf_tmp"))
    }
  }

  @Test("when the reader of the results is gone, running jobs are finished and no other starts") func report() throws {
    struct Gone: Error {}
    let jobs = (0..<20).map { job("\($0)", table: "\($0)", ["F1.rf"], output: "C2.rf") }
    let execution = FakeExecution()
    #expect(throws: Gone.self) {
      try runner().run(jobs, with: execution) { event in
        if case .ended = event { throw Gone() }
      }
    }
    let started = execution.state.withLock { $0.order }
    #expect(started.count < 5)
    for table in started { #expect(scratch.names(in: "\(table)/t").contains("C2.rf")) }
  }

  @Test("all small graphs of jobs end, and nobody runs before what it reads") func allSmallGraphs() throws {
    // Three jobs, each of which reads a file of its own and any of the others' outputs.
    var followed = 0
    for bits in 0..<64 {
      var jobs: [CompactionJob] = []
      for i in 0..<3 {
        let others = (0..<3).filter { $0 != i }
        let reads = others.enumerated().filter { bits >> (i * 2 + $0.offset) & 1 == 1 }.map { "C\($0.element).rf" }
        jobs.append(job("\(i)", table: "g\(bits)", ["F\(i).rf"] + reads, output: "C\(i).rf", priority: i))
      }
      let execution = FakeExecution()
      let (results, _) = try run(jobs, execution)
      #expect(results.count == 3, "\(bits)")
      let order = execution.state.withLock { $0.order }
      for job in jobs where results[job.ecid] == job.output {
        for input in job.inputs where input.file.hasPrefix("C") {
          let writer = String(input.file.dropFirst().prefix(1))
          #expect(results[writer] == input.file, "\(bits)")
          #expect(order.firstIndex(of: writer)! < order.firstIndex(of: job.ecid)!, "\(bits)")
          followed += 1
        }
      }
    }
    #expect(followed > 20, "\(followed)")
  }

  @Test("jobs tell how many bytes they have read and written, before they end; without a wish they tell nothing")
  func progress() throws {
    for interval in [nil, .zero] as [Duration?] {
      let plain = try runner()
      var conditions = plain.conditions
      conditions.meterInterval = interval
      // Other jobs each time: none is to be found finished.
      let jobs = (0..<3).map { n in
        let name = "\(n)\(interval == nil)"
        return job(name, table: name, ["F1.rf"], output: "C2.rf")
      }
      var written: [String: [Int64]] = [:]
      _ = try JobRunner(conditions, threads: 2, memory: 100).run(jobs, with: FakeExecution()) { event in
        switch event {
        case .started(let job): written[job.ecid] = []
        case .progress(let job, let read, let bytes):
          #expect(read == 0)
          written[job.ecid]?.append(bytes)
        case .ended(let job, let result, _):
          #expect(written[job.ecid] == (interval == nil ? [] : [10, 20, 30, 40, 50]))
          #expect(result.inputs == ["F1.rf"])
        case .note: break
        }
      }
      #expect(written.count == 3)
    }
  }
}

@Suite struct RateLimitTests {
  @Test("who takes waits until all that was let through would be done at the rate") func waits() {
    let limit = RateLimit(bytesPerSecond: 1000)
    #expect(limit.take(250, .read, now: .seconds(10)) == .zero, "a quarter of a second is free")
    #expect(limit.take(1000, .read, now: .seconds(10)) == .seconds(1))
    #expect(limit.take(500, .read, now: .seconds(10)) == .seconds(1.5))
    #expect(limit.take(250, .write, now: .seconds(10)) == .zero, "writing has a bucket of its own")
    #expect(limit.take(500, .read, now: .seconds(11)) == .seconds(1))
    #expect(limit.take(1000, .read, now: .seconds(99)) == .milliseconds(750))
  }

  @Test("a pulse waits, watches in between, and passes on what a watch throws") func pulse() throws {
    struct Lost: Error {}
    // A clock that goes on by 20 ms whenever somebody looks: how fast this machine is does not matter.
    var time = Duration.seconds(10)
    var looks = 0
    let pulse = Pulse(
      stop: StopFlag(), limit: RateLimit(bytesPerSecond: 1000),
      now: {
        time += .milliseconds(20)
        return time
      },
      watches: [
        Pulse.Watch(every: .milliseconds(60)) {
          looks += 1
          if looks == 3 { throw Lost() }
        }
      ])
    try pulse.beat(250, .read)
    #expect(looks == 0, "a quarter of a second is free")
    #expect(throws: Lost.self) { try pulse.beat(60_000, .read) }
    #expect(looks == 3)
    #expect(time < .seconds(11))
  }

  @Test("executors are named by full id or last part, queues by theirs") func selection() {
    func selects(_ executor: String, executors: [String] = [], queues: [String] = []) -> Bool {
      let job = CompactionJob(
        ecid: "", extent: KeyExtent(tableId: "2"), directory: nil, kind: .user, service: "", executor: executor,
        pass: 1,
        priority: 1, inputs: [], nextFiles: [], output: "", tmp: "", propagateDeletes: true, selectedAll: false,
        bytes: 0,
        properties: [:])
      return JobSelection(executors: executors, queues: queues).contains(job)
    }
    #expect(selects("i.cs1.small") && selects("e.DCQ1"))
    #expect(selects("i.cs1.small", executors: ["small"]) && selects("i.cs1.small", executors: ["x", "i.cs1.small"]))
    #expect(!selects("i.cs1.small", executors: ["cs1"]) && !selects("i.cs1.small", queues: ["small"]))
    #expect(
      selects("e.DCQ1", queues: ["DCQ1"]) && selects("e.DCQ1", queues: ["e.DCQ1"])
        && selects("e.DCQ1", executors: ["DCQ1"]))
    #expect(selects("e.a.b", queues: ["a.b"]) && !selects("e.a.b", queues: ["b"]))
    #expect(
      selects("i.cs1.small", executors: ["small"], queues: ["q"]) && selects("e.q", executors: ["small"], queues: ["q"])
    )
    #expect(!selects("e.q2", executors: ["small"], queues: ["q"]))
  }
}
