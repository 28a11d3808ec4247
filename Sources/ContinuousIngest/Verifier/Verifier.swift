package import BlockFile
import Entries
package import Files
internal import Synchronization
package import SystemPackage

// Proves that no node was lost, or reports which nodes were.
//
//     1. read      all entries once, in ranges of rows on several threads. Each sound one leaves two numbers in the
//                  LinkStore (about 14 bytes): of its row, and of the row that it points to. Corrupt ones go to the
//                  CorruptLog
//     2. sweep     each part of the row space: which rows are defined, referred to, or both. Undefined rows are holes
//     3. search    only if there are holes: all entries again, to find those that refer to them
//     4. survey    only with `explains`: all entries again, to see what is left around the holes
//
// Accumulo: org.apache.accumulo.testing.continuous.ContinuousVerify, which remembers every reference with its origin.

/// Verifies a continuous ingest table.
package struct Verifier: Sendable {
  package struct Options: Sendable {
    /// Approximate bytes for links, buffers and blocks. Data that does not fit goes to `scratch`.
    package var memory: Int
    package var threads: Int
    /// A directory for a scratch file, which is created only if needed.
    package var scratch: FilePath
    package var partition: VerifyPartition
    /// Whether to find groups of holes and what they have in common.
    package var explains: Bool
    /// Starts all threads but the calling one.
    package var supply: ThreadSupply
    /// Files with larger blocks are refused.
    package var limit: BlockLimit

    package init(
      memory: Int, threads: Int, scratch: FilePath, partition: VerifyPartition = VerifyPartition(),
      explains: Bool = false, supply: ThreadSupply = ThreadSupply(), limit: BlockLimit = .smallestDefault
    ) {
      precondition(memory >= 0 && threads > 0)
      self.memory = memory
      self.threads = threads
      self.scratch = scratch
      self.partition = partition
      self.explains = explains
      self.supply = supply
      self.limit = limit
    }
  }

  let input: VerifyInput
  let options: Options
  let stop: StopFlag
  private let pool: CodecPool
  package let progress = VerifyProgress()

  package init(_ input: VerifyInput, options: Options, stop: StopFlag = StopFlag()) {
    self.input = input
    self.options = options
    self.stop = stop
    pool = CodecPool(threads: options.threads, supply: options.supply)
  }

  /// Runs to the end, and calls `tell` with each finding, in order, on the calling thread.
  ///
  /// Inputs that cannot be read are listed in the report's `problems`. Then nothing is reported about rows, because
  /// missing rows may be in those inputs. Throws `Stopped`, `SystemError` of the scratch file, and the errors of
  /// `tell`.
  package func run(_ tell: (VerifyFinding) throws -> Void) throws -> VerifyReport {
    var report = VerifyReport(
      tablets: input.tabletCount, files: input.fileCount, partition: options.partition, inputDigest: input.digest)
    var problems = input.problems
    let plan = try VerifyPlan(
      input.units, memory: options.memory, threads: options.threads, partition: options.partition,
      limit: options.limit, stop: stop
    ) { problems.append($0) }
    progress.expect(plan.entries)

    let scratch = options.scratch
    let store = LinkStore(borders: plan.borders, memory: plan.kept) { try ScratchFile(in: scratch) }
    let corrupt = CorruptLog(memory: max(plan.workspace / 2, 1024)) { try ScratchFile(in: scratch) }
    let reading = try read(plan, into: store, corrupt)
    report.entries = reading.entries
    report.corrupt = reading.corrupt
    report.strayNULs = reading.strayNULs
    report.failingEntries = reading.failing
    problems += reading.problems

    if problems.isEmpty {
      let counts = try sweep(store, plan)
      (report.referenced, report.unreferenced, report.undefined) = (
        counts.referenced, counts.unreferenced, counts.undefined
      )
    }
    // Files that were replaced meanwhile must be noticed before any row is reported as lost.
    problems += input.units.compactMap { $0.change() }
    report.problems = Set(problems).sorted()
    report.scratchBytes = store.scratchBytes + corrupt.scratchBytes
    guard report.problems.isEmpty else {
      (report.referenced, report.unreferenced, report.undefined) = (0, 0, 0)
      try corrupt.tellAll { try tell(.corrupt($0)) }
      return report
    }
    var groups = HoleGrouping(input.extents)
    do {
      try search(store, plan) { hole, references, clients in
        if options.explains { groups.add(hole, references, clients) }
        try tell(.undefined(row: hole, references: references.map(\.row)))
      }
      try corrupt.tellAll { try tell(.corrupt($0)) }
      if options.explains {
        for group in try survey(groups.finish(entries: plan.entries), plan) { try tell(.holes(group)) }
      }
    } catch let error as UnreadableUnit {
      report.problems = [error.problem]
    }
    let changes = input.units.compactMap { $0.change() }
    report.problems = Set(report.problems + changes).sorted()
    return report
  }

  private struct Reading {
    var entries: Int64 = 0
    var corrupt: Int64 = 0
    var strayNULs: Int64 = 0
    var failing: Int64 = 0
    var problems: [String] = []
  }

  private func read(_ plan: VerifyPlan, into store: LinkStore, _ log: CorruptLog) throws -> Reading {
    let total = Mutex(Reading())
    let stop = stop
    let slice = options.partition.rows
    // An entry whose row is not a number belongs to the first slice.
    let takesUnnumbered = slice.lowerBound == 0
    try inParallel(threads: options.threads, from: options.supply, pool: pool, count: plan.turns.count) {
      LinkCollector(store, bufferSize: plan.buffer)
    } body: { turn, collector in
      var counts = Reading()
      var reader = NodeReader()
      try collector.startRun()
      do {
        try forEachEntry(plan.turns[turn]) { entry, stream in
          let fault = reader.read(entry)
          let isMine = reader.row.map { slice.contains($0) } ?? takesUnnumbered
          if isMine { counts.entries += 1 }
          if let fault {
            guard isMine else { return }
            counts.corrupt += 1
            if fault == .strayNUL { counts.strayNULs += 1 }
            if fault.failsAccumulo { counts.failing += 1 }
            try log.append(CorruptEntry(key: entry.pointee.key, file: stream.file, fault: fault))
            return
          }
          if isMine, let row = reader.row { try collector.define(row) }
          if let previous = reader.previous, slice.contains(previous) { try collector.refer(to: previous) }
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

  private func sweep(_ store: LinkStore, _ plan: VerifyPlan) throws -> LinkCounts {
    let total = Mutex(LinkCounts())
    let stop = stop
    try inParallel(threads: options.threads, from: options.supply, count: store.partCount) {
      LinkSweep(store, memory: plan.workspace) { try stop.check() }
    } body: { part, sweep in
      let counts = try sweep.run(part: part)
      total.withLock { $0 = $0 + counts }
    }
    return total.withLock { $0 }
  }

  /// Calls `tell` with each hole, in order, and the rows that refer to it.
  private func search(
    _ store: LinkStore, _ plan: VerifyPlan,
    _ tell: (UInt64, ArraySlice<HoleReference>, [[UInt8]]) throws -> Void
  ) throws {
    // A hole needs 8 bytes, as many again for its bits, and a reference 40.
    let batchSize = max(plan.workspace / 64, 16)
    let capacity = max(plan.workspace / 80, 16) * options.threads
    var batch: [UInt64] = []
    func drain() throws {
      while !batch.isEmpty {
        let search = HoleSearch(batch, capacity: capacity)
        progress.expect(plan.entries)
        try self.search(for: search, plan)
        let (references, putOff, clients) = search.result()
        var start = 0
        while start < references.count {
          let end = references[start...].firstIndex { $0.hole != references[start].hole } ?? references.count
          try tell(references[start].hole, references[start..<end], clients)
          start = end
        }
        batch = putOff
      }
    }
    for part in 0..<store.partCount {
      for chunk in store.chunks(ofPart: part) where chunk.kind == .holes {
        try store.withBytes(of: chunk) { RisingRows.forEach($0) { batch.append($0) } }
        if batch.count >= batchSize { try drain() }
      }
    }
    try drain()
  }

  private func search(for search: HoleSearch, _ plan: VerifyPlan) throws {
    try inParallel(threads: options.threads, from: options.supply, pool: pool, count: plan.turns.count) {
      NodeReader()
    } body: { turn, reader in
      try forEachEntry(plan.turns[turn]) { entry, _ in
        guard reader.readPrevious(entry) == nil, let hole = reader.previous, search.isHole(hole) else { return }
        guard reader.read(entry) == nil, let row = reader.row else { return }
        search.add(entry, row: row, hole: hole)
      }
    }
  }

  private func survey(_ groups: [HoleGroup], _ plan: VerifyPlan) throws -> [HoleGroup] {
    guard !groups.isEmpty else { return [] }
    let survey = HoleSurvey(groups, input.extents)
    progress.expect(plan.entries)
    try inParallel(threads: options.threads, from: options.supply, pool: pool, count: plan.turns.count) {
      NodeReader()
    } body: { turn, reader in
      var counts = survey.makeCounts()
      try forEachEntry(plan.turns[turn]) { entry, _ in
        guard reader.readPrevious(entry) == nil, let target = reader.previous else { return }
        survey.count(entry, target: target, into: &counts)
      }
      survey.add(counts)
    }
    return survey.result()
  }

  /// Calls `body` with each entry of a turn, on the calling thread. Throws `UnreadableUnit`, `Stopped`.
  @inline(__always) private func forEachEntry(
    _ turn: VerifyPlan.Turn, _ body: (EntryPointer, UnitStream) throws -> Void
  ) throws {
    let stop = stop
    let stream = try UnitStream(
      input.units[turn.unit], rows: turn.rows,
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
