internal import BlockFile
import Entries
internal import Files
internal import Synchronization

/// What reading found out about entries, apart from their links.
struct VerifyReading: Sendable {
  var entries: Int64 = 0
  var corrupt: Int64 = 0
  var strayNULs: Int64 = 0
  var failing: Int64 = 0
  var problems: [String] = []
}

extension VerifyReport {
  mutating func take(_ reading: VerifyReading) {
    (entries, corrupt) = (reading.entries, reading.corrupt)
    (strayNULs, failingEntries) = (reading.strayNULs, reading.failing)
  }

  mutating func take(_ counts: LinkCounts) {
    (referenced, unreferenced, undefined) = (counts.referenced, counts.unreferenced, counts.undefined)
  }
}

extension Verifier {
  func makeStore(_ plan: VerifyPlan) -> LinkStore {
    LinkStore(borders: plan.borders, memory: plan.kept) { [scratch = options.scratch] in try ScratchFile(in: scratch) }
  }

  func makeLog(_ plan: VerifyPlan) -> CorruptLog {
    CorruptLog(memory: max(plan.workspace / 2, 1024)) { [scratch = options.scratch] in try ScratchFile(in: scratch) }
  }

  /// Step 1: reads all entries of a plan once.
  func read(_ plan: VerifyPlan, into store: LinkStore, _ log: CorruptLog) throws -> VerifyReading {
    let total = Mutex(VerifyReading())
    try inParallel(threads: options.threads, from: options.supply, pool: pool, count: plan.turns.count) {
      LinkCollector(store, bufferSize: plan.buffer)
    } body: { turn, collector in
      var counts = VerifyReading()
      var reader = NodeReader()
      try collector.startRun()
      do {
        try forEachEntry(plan, turn) { entry, stream in
          counts.entries += 1
          if let fault = reader.read(entry) {
            counts.corrupt += 1
            if fault == .strayNUL { counts.strayNULs += 1 }
            if fault.failsAccumulo { counts.failing += 1 }
            try log.append(CorruptEntry(key: entry.pointee.key, file: stream.file, fault: fault))
            return
          }
          if let row = reader.row { try collector.define(row) }
          if let previous = reader.previous { try collector.refer(to: previous) }
        }
      } catch let error as UnreadableUnit {
        counts.problems.append(error.problem)
      }
      total.withLock { total in
        total.entries += counts.entries
        total.corrupt += counts.corrupt
        total.strayNULs += counts.strayNULs
        total.failing += counts.failing
        total.problems += counts.problems
      }
    } end: {
      try $0.flush()
    }
    try stop.check()
    return total.withLock { $0 }
  }

  /// Calls `body` with each entry of a turn, on the calling thread. Throws `UnreadableUnit`, `Stopped`.
  @inline(__always) func forEachEntry(
    _ plan: VerifyPlan, _ turn: Int, _ body: (EntryPointer, UnitStream) throws -> Void
  ) throws {
    let stop = stop
    let stream = try UnitStream(
      plan.units[plan.turns[turn].unit], rows: plan.turns[turn].rows,
      loader: BlockLoader(pool: pool, limit: options.limit) { _ in try stop.check() })
    var sinceReport: Int64 = 0
    while let entry = try stream.next() {
      try body(entry, stream)
      sinceReport += 1
      if sinceReport == 1 << 14 {
        progress.add(sinceReport)
        sinceReport = 0
      }
    }
    progress.add(sinceReport)
  }
}
