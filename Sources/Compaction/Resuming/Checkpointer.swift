import BlockFile
internal import Dispatch
import Files
import RFile
import Records
import SystemPackage
import TabletStore

// Makes the checkpoints of a job while it runs:
//
//     job's thread     merge ─ pause: state of the merge ─ merge ───────────────────────── pause ─ ...
//     another thread            └ sync the output, then replace the checkpoint ┘
//
// A checkpoint names only bytes that the sync before it has covered. The merge does not wait for the disk, unless the
// disk is so slow that a kill would cost more than it may:
//
//     bytes       0          32M              64M             96M
//                 |           | pause          | pause         |
//     on disk     0 ...............| 32M ............| 64M           at 64M at the latest, the merge waits for the 32M
//
// A signal asks for a last checkpoint if it is worth it; the job has a second for that.

/// When jobs make checkpoints, and whether they use them.
package struct CheckpointPlan: Hashable, Sendable {
  /// At most so many bytes of output are lost with a process. Checkpoints are begun after half of them.
  package var bytes: Int64
  /// So long after the last checkpoint.
  package var interval: Duration
  /// Whether a job goes on where a dead process left it.
  package var resumes: Bool
  /// How long a job that is told to stop may take for its last checkpoint.
  static var grace: Duration { .seconds(1) }

  package static var defaultBytes: Int64 { 64 << 20 }

  package init(bytes: Int64 = defaultBytes, interval: Duration = .seconds(30), resumes: Bool = true) {
    self.bytes = bytes
    self.interval = interval
    self.resumes = resumes
  }
}

/// The checkpoints of one job.
package struct JobCheckpoints: Sendable {
  let plan: CheckpointPlan
  let job: CompactionJob
  /// This process.
  let owner: ProcessIdentity
  /// A checkpoint is there.
  let isBegun: Bool
  /// The clock, in ms since 1970, and the time since some fixed moment.
  let now: @Sendable () -> Int64
  let clock: @Sendable () -> Duration
  let supply: ThreadSupply
}

/// Makes checkpoints of one job. For the job's thread.
final class Checkpointer {
  let pause = MergePause()
  /// Why no more checkpoints are made.
  private(set) var problem: String?

  private let checkpoints: JobCheckpoints
  private let output: FilePath
  private let disk: Disk
  private let pulse: Pulse
  private let loader = BlockLoader(limit: .none)
  private let conditions: () throws -> MergeCheckpoint.Conditions
  private var known: MergeCheckpoint.Conditions?
  private var writing: CheckpointWriting?
  /// When the last checkpoint was begun, and the bytes of output that it counts.
  private var time: Duration
  private var size: Int64 = 0
  /// Bytes of the last checkpoint that is on the disk.
  private var sure: Int64 = 0
  /// Bytes of the last checkpoint itself, which grow with the output.
  private var listed: Int64 = 0

  /// - Parameter conditions: under which the job can go on; asked once, before the first checkpoint.
  init(
    _ checkpoints: JobCheckpoints, output: FilePath, disk: Disk, pulse: Pulse,
    conditions: @escaping () throws -> MergeCheckpoint.Conditions
  ) {
    self.checkpoints = checkpoints
    self.output = output
    self.disk = disk
    self.pulse = pulse
    self.conditions = conditions
    time = checkpoints.clock()
    pulse.grace = CheckpointPlan.grace
  }

  /// Call it for each block: it asks for a pause when a checkpoint is due. Throws `Stopped` when the job is to stop and
  /// the last checkpoint is good enough; else what a beat throws.
  func look(at sink: ByteSink) throws {
    guard !pause.isWanted else { return }
    if pulse.isStopping {
      guard problem == nil, !sink.isRepeating, sink.count - size >= min(checkpoints.plan.bytes, Self.worthwhile) else {
        return try pulse.stopNow()
      }
      pause.want()
    } else if problem == nil, !sink.isRepeating {
      while let writing, !writing.isDone {
        guard sink.count - sure >= spacing, !pulse.isStopping else { return }
        _ = writing.wait(until: .milliseconds(50))
        try pulse.beat(0, .write)
      }
      if writing?.failure == nil { sure = size }
      if sink.count - size >= spacing / 2 || checkpoints.clock() - time >= checkpoints.plan.interval { pause.want() }
    }
  }

  /// Bytes of output; fewer are sooner written again.
  private static let worthwhile: Int64 = 1 << 20

  /// Bytes of output that may be lost. More than asked for only when listing the blocks would take an eighth of all that is
  /// written, from some 10 GB of output on.
  private var spacing: Int64 { max(checkpoints.plan.bytes, 8 * (listed - 1 << 20)) }

  /// The merge has gone on from a checkpoint of so many bytes.
  func begin(at size: Int64) {
    (self.size, sure, time) = (size, size, checkpoints.clock())
    pause.goOn()
  }

  /// Makes a checkpoint of a merge that pauses. Throws `Stopped` when the job is to stop.
  func make(_ state: MergeState, of sink: ByteSink, now: Int64) throws {
    try sink.flush()
    (size, time) = (sink.count, checkpoints.clock())
    do { try begin(state, of: sink, now: now) } catch { give(up: error) }
    if pulse.isStopping { try stop() }
  }

  private func begin(_ state: MergeState, of sink: ByteSink, now: Int64) throws {
    let conditions = try known ?? conditions()
    known = conditions
    guard let digest = sink.digest else { preconditionFailure("the sink has no digest") }
    let merge = MergeCheckpoint(conditions: conditions, now: now, digest: digest, state: state)
    let checkpoint = Checkpoint(
      job: checkpoints.job, owner: checkpoints.owner, time: checkpoints.now(), size: size,
      entries: state.entriesWritten, next: state.next, merge: merge.json)
    listed = Int64(checkpoint.merge.count)
    if let writing, !writing.wait(until: pulse.isStopping ? pulse.graceLeft : nil) { return }
    if let failure = writing?.failure { throw failure }
    writing = CheckpointWriting(checkpoint, of: output, disk, checkpoints.supply)
  }

  private func stop() throws {
    if let writing, writing.wait(until: pulse.graceLeft), let failure = writing.failure { give(up: failure) }
    try pulse.stopNow()
  }

  private func give(up error: any Error) { problem = "no more checkpoints are made: \(error)" }

  /// The merge is over. On return nothing is being written any more, unless a signal has left no time to wait for it.
  func finish() {
    let isDone = writing?.wait(until: pulse.isStopping ? pulse.graceLeft : nil) ?? false
    pulse.grace = nil
    if isDone, problem == nil, let failure = writing?.failure { give(up: failure) }
  }
}

/// Writes one checkpoint on a thread that only waits for the disk.
private final class CheckpointWriting: @unchecked Sendable {
  private let checkpoint: Checkpoint
  private let output: FilePath
  private let disk: Disk
  private let group = DispatchGroup()
  /// Written before the group is left, read after.
  private(set) var failure: (any Error)?

  init(_ checkpoint: Checkpoint, of output: FilePath, _ disk: Disk, _ supply: ThreadSupply) {
    self.checkpoint = checkpoint
    self.output = output
    self.disk = disk
    group.enter()
    if !supply.start({ self.write() }) { write() }
  }

  private func write() {
    do {
      try disk.syncFile(output)
      try checkpoint.write(besides: output, on: disk)
    } catch { failure = error }
    group.leave()
  }

  var isDone: Bool { group.wait(timeout: .now()) == .success }

  /// Waits so long, or with nil until the end. False: it is not done.
  func wait(until time: Duration?) -> Bool {
    guard let time else {
      group.wait()
      return true
    }
    return group.wait(timeout: .now() + .milliseconds(Int(max(time, .zero) / .milliseconds(1)))) == .success
  }
}
