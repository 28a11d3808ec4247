package import BlockFile
package import Entries
package import Files
internal import Records
internal import Synchronization
package import SystemPackage
package import TabletStore

// Generates a whole table in bounded memory and without a scratch file:
//
//     operations of the run     |   flush 1   |   flush 2   |   flush 3   |        one file of each tablet for each
//     rows                      |  tablet 1  |  tablet 2  | ...
//
// Every draw can be computed again (see IngestDraws). So to write a file, the writer goes through all operations of its
// flush, keeps those whose rows belong to the tablet, 32 bytes each, sorts them and writes them. One pass covers as
// many tablets as fit into memory. A file that is itself too large takes several passes, one range of rows after
// another.

/// Writes a continuous ingest table.
package struct TableWriter: Sendable {
  package struct Options: Sendable {
    package var tablets = 1
    /// Files of each tablet.
    package var files = 1
    package var codec = Codec.zstd
    /// The codec must have it.
    package var level = CompressionLevel.auto
    package var blockSize = 100 << 10
    package var threads = 1
    /// Where all threads but the calling one come from.
    package var supply = ThreadSupply()
    /// Approximate bytes of memory for records.
    package var memory = 256 << 20

    package init() {}
  }

  /// What was written.
  package struct Result: Hashable, Sendable {
    package var entries: Int64 = 0
    package var files = 0
    /// Total size of all files.
    package var bytes: Int64 = 0
  }

  package enum Truth: Sendable {
    case lost(Key, count: Int64)
    case corrupted(Key, count: Int64, file: String)
    case lostFlush(counts: ClosedRange<Int64>)
    case lostFile(file: String, entries: Int64)
  }

  let settings: IngestSettings
  let options: Options
  let damage: IngestDamage
  let access: DirectoryAccess
  let stop: StopFlag
  let sequence: IngestSequence<SeededDraws>
  let damaged: DamagedPuts
  let splits: [[UInt8]]
  /// The first cycle of each flush, and the numbers of the operations where flushes begin and end.
  private let starts: [IngestSequence<SeededDraws>.Cycle]
  private let cuts: [Int64]
  package let progress = VerifyProgress()

  /// Throws `IngestError` for impossible settings.
  package init(
    _ settings: IngestSettings, options: Options, damage: IngestDamage = IngestDamage(), access: DirectoryAccess,
    stop: StopFlag = StopFlag()
  ) throws {
    if let problem = settings.problem { throw IngestError(problem: problem) }
    guard 1...100_000 ~= options.tablets, 1...10_000 ~= options.files else {
      throw IngestError(problem: "expected 1 to 100000 tablets and 1 to 10000 files")
    }
    self.settings = settings
    self.options = options
    self.damage = damage
    self.access = access
    self.stop = stop
    sequence = IngestSequence(settings, draws: SeededDraws(settings))
    splits = IngestSettings.splits(tablets: options.tablets, rows: settings.rows)
    var cycle = sequence.firstCycle
    var last = cycle
    while let next = sequence.cycle(after: last) { last = next }
    let operations = last.operation + sequence.operations(of: last)
    let puts =
      last.put + last.depths * sequence.flush
      + (last.isCut || last.isDeleted ? 0 : sequence.flush - 1)
    if let problem = damage.problem(puts: puts, settings) { throw IngestError(problem: problem) }
    damaged = DamagedPuts(damage, sequence, puts: puts, seed: settings.seed)
    let flushes = Int64(options.files)
    cuts = (0...flushes).map { operations / flushes * $0 + operations % flushes * $0 / flushes }
    var starts: [IngestSequence<SeededDraws>.Cycle] = []
    for cut in cuts.dropLast() {
      while let next = sequence.cycle(after: cycle), next.operation <= cut { cycle = next }
      starts.append(cycle)
    }
    self.starts = starts
  }

  /// Creates the directory with everything in it, or nothing. It must not exist; directories above it are created, too.
  ///
  /// What is written is called `.<name>-new-<mark of the process>` until it is whole. A killed process leaves that behind;
  /// the next one that makes the same table removes it.
  package func write(to table: FilePath, tell: (Truth) throws -> Void) throws -> Result {
    guard try FileStatus.ofLink(table) == nil, let name = table.lastComponent?.string else {
      throw SystemError("create", table.string, .fileExists)
    }
    let disk = access.disk
    let parent = table.removingLastComponent()
    let parents = try disk.makeDirectories(parent)
    let prefix = ".\(name)-new-"
    let directory = parent.appending(prefix + access.owner.mark)
    do {
      try removeLeftovers(in: parent, prefix)
      try disk.makeDirectory(directory)
      let result = try writeFiles(directory, tableId: name, tell)
      try disk.syncDirectory(directory)
      try disk.renameWithoutReplacing(directory, to: table)
      try disk.syncDirectory(table.removingLastComponent())
      return result
    } catch {
      try? disk.removeTree(directory)
      disk.removeIfEmpty(parents)
      throw error
    }
  }

  private func removeLeftovers(in parent: FilePath, _ prefix: String) throws {
    for name in try listDirectory(parent.isEmpty ? "." : parent) where name.hasPrefix(prefix) {
      guard try access.owner.seesDeadProcess(behindMark: name.dropFirst(prefix.count)) else { continue }
      try access.disk.removeTree(parent.appending(name))
    }
  }

  private func writeFiles(
    _ directory: FilePath, tableId: String, _ tell: (Truth) throws -> Void
  ) throws -> Result {
    let written = Mutex<[Int: [TabletFile]]>([:])
    for tablet in 0...splits.count { try access.disk.makeDirectory(path(directory, tablet)) }
    let tasks = tasks()
    progress.expect(cuts[options.files])
    try inParallel(threads: options.threads, from: options.supply, count: tasks.count) {
      IngestPass(self)
    } body: { turn, pass in
      for (tablet, file) in try pass.run(tasks[turn], in: directory) {
        written.withLock { $0[tablet, default: []].append(file) }
      }
    }
    var files = written.withLock { $0 }
    try tellTruth(&files, directory, tell)
    var result = Result()
    for tablet in 0...splits.count {
      let extent = KeyExtent(
        tableId: tableId, prevEndRow: tablet > 0 ? splits[tablet - 1] : nil,
        endRow: tablet < splits.count ? splits[tablet] : nil)
      let files = (files[tablet] ?? []).sorted { $0.file < $1.file }
      try TabletDirectory(path(directory, tablet), access: access).create(TabletManifest(extent: extent, files: files))
      result.files += files.count
      for file in files {
        result.entries += file.entries
        result.bytes += file.size
      }
    }
    return result
  }

  private func tellTruth(
    _ files: inout [Int: [TabletFile]], _ directory: FilePath, _ tell: (Truth) throws -> Void
  ) throws {
    let nodes = NodeWriter(settings, draws: sequence.draws)
    for put in damaged.lost.map(\.lowerBound) {
      try tell(.lost(nodes.entry(record(ofPut: put)).pointee.key, count: put))
    }
    for put in damaged.corrupted {
      let record = record(ofPut: put)
      let file = path("", tablet(of: record.row)).appending(fileName(tablet(of: record.row), flush(of: record)))
      try tell(.corrupted(nodes.entry(record).pointee.key, count: put, file: file.string))
    }
    for range in damaged.lostFlushes { try tell(.lostFlush(counts: range.lowerBound...range.upperBound - 1)) }
    guard damage.losesFile else { return }
    let all = files.flatMap { tablet, files in files.map { (tablet, $0) } }.sorted { $0.1.file < $1.1.file }
    guard !all.isEmpty else { return }
    let (tablet, file) = all[Int(SeededDraws.mix(settings.seed ^ 0x66_696c65) % UInt64(all.count))]
    try access.disk.remove(path(directory, tablet).appending(file.file))
    files[tablet]?.removeAll { $0 == file }
    try tell(.lostFile(file: path("", tablet).appending(file.file).string, entries: file.entries))
  }

  private func record(ofPut put: Int64) -> IngestRecord {
    var (low, high) = (0, starts.count)
    while low + 1 < high {
      let middle = (low + high) / 2
      if starts[middle].put <= put { low = middle } else { high = middle }
    }
    var cycle = starts[low]
    while let next = sequence.cycle(after: cycle), next.put <= put { cycle = next }
    let operation = sequence.operation(put - cycle.put, of: cycle)
    return IngestRecord(row: sequence.draws.row(ofNode: operation.node), operation)
  }

  func path(_ directory: FilePath, _ tablet: Int) -> FilePath {
    let number = String(tablet + 1, radix: 36)
    let name = "t-" + String(repeating: "0", count: max(0, 7 - number.count)) + number
    return directory.appending(tablet == splits.count ? "default_tablet" : name)
  }

  func fileName(_ tablet: Int, _ flush: Int) -> String {
    FileName.make(.flush, UInt64(flush) * UInt64(splits.count + 1) + UInt64(tablet) + 1)
  }

  private func flush(of record: IngestRecord) -> Int {
    (cuts.firstIndex { $0 > record.number } ?? cuts.count) - 1
  }

  /// The first row after a tablet. A split shorter than 16 digits sorts before every row that begins with it.
  func end(ofTablet tablet: Int) -> UInt64 {
    guard tablet < splits.count else { return RowNumber.end }
    let text = splits[tablet]
    let number = UInt64(String(decoding: text, as: UTF8.self), radix: 16) ?? 0
    return text.count == 16 ? number + 1 : number << UInt64(64 - 4 * text.count)
  }

  func tablet(of row: UInt64) -> Int {
    var (low, high) = (0, splits.count)
    while low < high {
      let middle = (low + high) / 2
      if end(ofTablet: middle) <= row { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Tablets of one flush that are written together, by one thread.
  struct Task {
    var flush: Int
    var tablets: Range<Int>
    /// Passes over the flush, each for an equal range of the rows.
    var passes: Int
    var start: IngestSequence<SeededDraws>.Cycle
    var operations: Range<Int64>
  }

  private func tasks() -> [Task] {
    let most = max(1024, options.memory / options.threads / MemoryLayout<IngestRecord>.size / 5 * 4)
    var tasks: [Task] = []
    for flush in 0..<options.files {
      let operations = cuts[flush + 1] - cuts[flush]
      let ofTablet = max(1, Int(operations) / (splits.count + 1))
      let passes = (ofTablet + most - 1) / most
      // At least one task for each thread.
      let tablets = max(1, min(most / ofTablet, (splits.count + options.threads) / options.threads))
      for first in stride(from: 0, through: splits.count, by: tablets) {
        tasks.append(
          Task(
            flush: flush, tablets: first..<min(first + tablets, splits.count + 1), passes: passes,
            start: starts[flush], operations: cuts[flush]..<cuts[flush + 1]))
      }
    }
    return tasks
  }
}

/// Impossible settings for ingest.
package struct IngestError: Error, Hashable, CustomStringConvertible {
  package var problem: String
  package var description: String { problem }
}
