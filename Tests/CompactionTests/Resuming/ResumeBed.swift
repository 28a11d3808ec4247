import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import BlockFile
@testable import Compaction
@testable import Entries
@testable import Files
@testable import RFile
@testable import Records
@testable import Settings
@testable import TabletStore

/// What a killed process leaves: the bytes of the temporary file and of its checkpoint.
struct Left: Sendable {
  var partial: [UInt8]
  var checkpoint: [UInt8]
}

/// What a job made.
struct Made: Equatable {
  var bytes: [UInt8]
  var output: JobOutput
}

/// One job in a directory of its own, which can be begun from what an earlier run of it left.
final class ResumeBed {
  let scratch = ScratchDirectory()
  var properties: [String: String] = [
    "table.file.compress.blocksize": "400", "table.file.compress.blocksize.index": "300",
  ]
  var inputs: [MergeInput] = []
  /// The time of the compaction, in ms since 1970.
  var now: Int64 = 1000
  var threads = 1
  var certifies = true
  var propagateDeletes = false
  /// Bytes of output between two checkpoints; nil: none are made.
  var interval: Int64? = 1
  var gatheredIndexBytes = 200
  /// Called before each change of the disk.
  var watch: Disk.Watcher = { _, _ in }
  /// Without threads of its own, a checkpoint is there before the merge goes on.
  var supply = ThreadSupply { false }
  /// Makes the checkpoints, and goes on from them.
  var owner = ProcessIdentity(
    host: "h", machineId: "m", bootId: "b", pidNamespace: "n", pid: 1, startTime: 2)

  var output: FilePath { FilePath(scratch.file("C1.rf_tmp")) }

  /// Writes an input; `codec` and sizes of blocks decide what can be copied from it.
  func add(_ entries: [Entry], codec: Codec = .none, blockSize: Int = 400, time: Int64? = nil, rows: RowRange = .all) {
    let path = scratch.file("F\(inputs.count).rf")
    do {
      // Of a kind that has other inputs.
      try Disk().removeIfThere(FilePath(path))
      let writer = try RFileWriter(ByteSink(creating: path), options: .init(codec: codec, blockSize: blockSize))
      try writer.startDefaultLocalityGroup()
      try writer.append(contentsOf: ArrayCursor(entries))
      _ = try writer.finish()
    } catch { Issue.record(error) }
    inputs.append(MergeInput(path, rows: rows, time: time))
  }

  var settings: Settings {
    var configuration = Configuration()
    for (property, value) in properties { configuration.override(property, value) }
    return configuration.settings()
  }

  /// Runs the job as if a process had left this; nil: from its start. `onCheckpoint` gets what every checkpoint would
  /// leave.
  func run(from left: Left? = nil, onCheckpoint: @escaping @Sendable (Left) -> Void = { _ in }) throws -> Made {
    let output = output
    for path in [output, Checkpoint.path(of: output)] { try Disk().removeIfThere(path) }
    if let left {
      // Bytes behind the checkpoint may be anything.
      scratch.write("C1.rf_tmp", left.partial + [1, 2, 3])
      scratch.write("C1.rf_tmp.checkpoint", left.checkpoint)
    }
    let disk = Disk { [watch] change, path in
      try watch(change, path)
      guard change == .rename, path == Checkpoint.path(of: output) else { return }
      onCheckpoint(
        Left(
          partial: try readWholeFile(output, limit: 1 << 24),
          checkpoint: try readWholeFile(FilePath(path.string + ".new"), limit: 1 << 24)))
    }
    let pool = threads > 1 ? CodecPool(threads: threads) : nil
    var job = try RFileJob(
      settings, level: .auto, inputs: inputs.count, propagateDeletes: propagateDeletes, now: now, disk: disk,
      pool: pool,
      certifies: certifies)
    job.files.output.gatheredIndexBytes = gatheredIndexBytes
    job.files.output.sampleBufferSize = 300
    let checkpoints = interval.map {
      JobCheckpoints(
        plan: CheckpointPlan(bytes: $0), job: record, owner: owner, isBegun: left != nil, now: { 5 }, clock: { .zero },
        supply: supply)
    }
    let made = try job.write(
      inputs, to: output, pulse: Pulse(stop: StopFlag(), now: { .zero }), checkpoints: checkpoints)
    return Made(bytes: try readWholeFile(output, limit: 1 << 24), output: made)
  }

  private var record: CompactionJob {
    CompactionJob(
      ecid: "ECID:1", extent: KeyExtent(tableId: "2"), directory: nil, kind: .system, service: "default",
      executor: "i.default.small", pass: 1, priority: 1, inputs: [TabletFile(file: "F0.rf", size: 1)], nextFiles: [],
      output: "C1.rf", tmp: "C1.rf_tmp", propagateDeletes: true, selectedAll: false, bytes: 0, properties: [:])
  }

  /// The undisturbed job, and what it would leave at each of its checkpoints.
  func undisturbed() throws -> (made: Made, lefts: [Left]) {
    let lefts = Mutex<[Left]>([])
    let made = try run { left in lefts.withLock { $0.append(left) } }
    return (made, lefts.withLock { $0 })
  }
}

extension Made {
  /// Without what tells of a resume.
  var plain: Made {
    var made = self
    (made.output.resumed, made.output.afresh) = (nil, nil)
    return made
  }
}

extension ResumeBed {
  /// Entries with versions, markers and numbers as values; many or few to a cell.
  static func entries(_ count: Int, seed: UInt64, rows: ClosedRange<UInt64> = 0...60) -> [Entry] {
    var random = SplitMix64(seed: seed)
    func text(_ number: UInt64) -> String { String(repeating: "0", count: 4 - "\(number)".count) + "\(number)" }
    return (0..<count).map { _ in
      Entry(
        key: Key(
          row: Array("row\(text(UInt64.random(in: rows, using: &random)))".utf8),
          family: Array("f\(random.next() % 3)".utf8), qualifier: Array("q\(random.next() % 2)".utf8),
          timestamp: Int64(random.next() % 9), deleted: random.next() % 11 == 0),
        value: Array("\(random.next() % 100_000)".utf8))
    }.sorted { $0.key < $1.key }
  }
}
