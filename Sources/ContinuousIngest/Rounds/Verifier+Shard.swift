internal import Files
package import Records
internal import Synchronization

// Round 1: reads the tablets of a shard, as in a run on one machine, up to the sweep. This then does not count the rows
// but writes them down, so each bucket gets a sorted file of links.

/// What a shard came to.
package struct ShardReport: Sendable {
  package var shard: PartNumber
  package var buckets: Int
  package var entries: Int64 = 0
  package var corrupt: Int64 = 0
  package var tablets = 0
  package var files = 0
  /// The size of the files that it left, in bytes.
  package var bytes: Int64 = 0
  /// Whether an earlier run had left them.
  package var wasDone = false
  /// Inputs that could not be read, each with its name. Unless this is empty, nothing was left.
  package var problems: [String] = []
}

extension VerifyInput {
  /// The shard of each unit, from 1: the largest one left goes to the shard with the fewest bytes, so that shards are even
  /// and all machines agree.
  func shards(of count: Int) -> [Int] {
    let sizes = units.map { unit in unit.statuses.reduce(0 as Int64) { $0.addingSaturated($1.size) } }
    var bins = EmptiestFirst(count: count)
    var shards = [Int](repeating: 1, count: units.count)
    for i in units.indices.sorted(by: { (-sizes[$0], units[$0].name, $0) < (-sizes[$1], units[$1].name, $1) }) {
      // Units without bytes are dealt out, too.
      shards[i] = bins.put(max(sizes[i], 1)) + 1
    }
    return shards
  }
}

extension Verifier {
  /// Reads the tablets of a shard once, and leaves the links of its entries, by buckets of the row space.
  ///
  /// A shard that is done is not read again.
  /// - Throws: `Stopped`, `SystemError`.
  package func leaveLinks(
    of shard: PartNumber, buckets: Int, in directory: LinkDirectory
  ) throws -> ShardReport {
    var own = input
    own.units = zip(input.units, input.shards(of: shard.count)).filter { $1 == shard.number }.map(\.0)
    let units = own.units
    let digest = input.digest
    var report = ShardReport(shard: shard, buckets: buckets)
    (report.tablets, report.files) = (units.count, units.reduce(0) { $0 + $1.files.count })
    guard input.problems.isEmpty else {
      report.problems = input.problems
      return report
    }
    try directory.make(buckets: buckets)
    if try isDone(&report, directory, digest) { return report }
    report.problems = own.dropMiscounted().sorted()
    guard report.problems.isEmpty else { return report }

    var problems: [String] = []
    let plan = try VerifyPlan(units, buckets: buckets, options, stop: stop) { problems.append($0) }
    progress.expect(plan.entries)
    let store = makeStore(plan)
    let log = makeLog(plan)
    let reading = try read(plan, into: store, log)
    (report.entries, report.corrupt) = (reading.entries, reading.corrupt)
    report.problems = Set(problems + reading.problems + VerifyInput.changes(of: units)).sorted()
    guard report.problems.isEmpty else { return report }

    let bytes = Atomic<Int64>(0)
    let stop = stop
    try inParallel(threads: options.threads, from: options.supply, count: buckets) {
      LinkSweep(store, memory: plan.workspace) { try stop.check() }
    } body: { number, sweep in
      let bucket = PartNumber(number + 1, of: buckets)
      let writer = try directory.create(.links(shard, bucket, input: digest))
      var frames = LinkFrames(writer)
      defer { frames.free() }
      for part in store.parts(in: bucket.rows) { try sweep.run(part: part, into: &frames) }
      try frames.flush()
      try writer.finish([frames.count])
      bytes.add(writer.byteCount, ordering: .relaxed)
    }
    report.bytes = bytes.load(ordering: .relaxed)
    report.bytes += try leaveCorrupt(.corrupt(shard, buckets: buckets, input: digest), reading, log, directory)
    return report
  }

  private func isDone(_ report: inout ShardReport, _ directory: LinkDirectory, _ digest: UInt64) throws -> Bool {
    let identity = LinkFileIdentity.corrupt(report.shard, buckets: report.buckets, input: digest)
    guard let last = try directory.reader(identity), let numbers = try? last.end(.corrupt) else { return false }
    var bytes = last.byteCount
    for bucket in PartNumber.all(of: report.buckets) {
      guard let links = try directory.reader(.links(report.shard, bucket, input: digest)) else { return false }
      bytes += links.byteCount
    }
    (report.entries, report.corrupt, report.bytes, report.wasDone) = (numbers[0], numbers[1], bytes, true)
    return true
  }

  /// - Returns: the size of the file in bytes.
  private func leaveCorrupt(
    _ identity: LinkFileIdentity, _ reading: VerifyReading, _ log: CorruptLog, _ directory: LinkDirectory
  ) throws -> Int64 {
    let writer = try directory.create(identity)
    var bytes: [UInt8] = []
    func flush() throws {
      if !bytes.isEmpty { try bytes.withUnsafeBytes { try writer.write(.corrupt, $0) } }
      bytes.removeAll(keepingCapacity: true)
    }
    try log.tellAll {
      $0.append(to: &bytes)
      if bytes.count >= LinkFrame.corruptSize { try flush() }
    }
    try flush()
    try writer.finish([reading.entries, reading.corrupt, reading.strayNULs, reading.failing])
    return writer.byteCount
  }
}
