package import BlockFile
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
// On many machines, each task does step 1 for its own tablets, or step 2 for its own rows, and one of them the rest: see
// `LinkFileFormat.swift` for what they leave for one another.
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
    /// Whether to find groups of holes and what they have in common.
    package var explains: Bool
    /// Starts all threads but the calling one.
    package var supply: ThreadSupply
    /// Files with larger blocks are refused.
    package var limit: BlockLimit

    package init(
      memory: Int, threads: Int, scratch: FilePath, explains: Bool = false, supply: ThreadSupply = ThreadSupply(),
      limit: BlockLimit = .smallestDefault
    ) {
      precondition(memory >= 0 && threads > 0)
      self.memory = memory
      self.threads = threads
      self.scratch = scratch
      self.explains = explains
      self.supply = supply
      self.limit = limit
    }
  }

  let input: VerifyInput
  let options: Options
  let stop: StopFlag
  let pool: CodecPool
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
    var input = input
    var problems = input.dropMiscounted() + input.problems
    var report = input.report
    let plan = try VerifyPlan(input.units, options, stop: stop) { problems.append($0) }
    progress.expect(plan.entries)

    let store = makeStore(plan)
    let corrupt = makeLog(plan)
    let reading = try read(plan, into: store, corrupt)
    report.take(reading)
    problems += reading.problems

    if problems.isEmpty { report.take(try sweep(store, plan)) }
    // Files that were replaced meanwhile must be noticed before any row is reported as lost.
    report.problems = Set(problems + input.changes).sorted()
    report.scratchBytes = store.scratchBytes + corrupt.scratchBytes
    guard report.problems.isEmpty else {
      report.take(LinkCounts())
      try corrupt.tellAll { try tell(.corrupt($0)) }
      return report
    }
    report.problems = try finish(plan, OwnFindings(store: store, log: corrupt), tell)
    return report
  }

  private func sweep(_ store: LinkStore, _ plan: VerifyPlan) throws -> LinkCounts {
    let total = Mutex(LinkCounts())
    let stop = stop
    try inParallel(threads: options.threads, from: options.supply, count: store.partCount) {
      LinkSweep(store, memory: plan.workspace) { try stop.check() }
    } body: { part, sweep in
      var sink = HoleSink(store, part: part)
      defer { sink.free() }
      try sweep.run(part: part, into: &sink)
      try sink.flush()
      total.withLock { [counts = sink.counts] in $0 = $0 + counts }
    }
    return total.withLock { $0 }
  }
}

/// Findings in memory and scratch files.
private struct OwnFindings: FindingSource {
  var store: LinkStore
  var log: CorruptLog

  func forEachHole(_ body: (UInt64) throws -> Void) throws { try store.forEachHole(body) }
  func forEachCorrupt(_ body: (CorruptEntry) throws -> Void) throws { try log.tellAll(body) }
}
