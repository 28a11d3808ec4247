internal import Dispatch
package import Files
internal import RFile
internal import Records
internal import SystemPackage
package import TabletStore

/// The conditions that all jobs of a run share.
package struct RunConditions: Sendable {
  package var access: DirectoryAccess
  package var stop: StopFlag
  package var limit: RateLimit?
  /// Whether inputs stay in their directory after they are no longer part of the tablet.
  package var keepsInputs: Bool
  /// Whether to compact tablets that a live Accumulo may own.
  package var isForced: Bool
  /// How long a job waits for files that another process has reserved.
  package var wait: Duration
  /// Whether a job is refused when its inputs are larger than the room on the disk.
  package var checksSpace: Bool
  /// When jobs make checkpoints; nil: never, and none is used.
  package var checkpoints: CheckpointPlan?
  /// Where outputs go when jobs belong to no tablet directory; nil: into the directories of their tablets.
  var detached: DetachedOutputs?
  /// How often a running job checks that it still holds its tablet.
  var watchInterval: Duration
  /// How often a running job tells how far it is; nil: never.
  package var meterInterval: Duration?
  /// Where the mounts of this process are found.
  var mounts: @Sendable () throws -> MountTable = { try .current() }
  let locks = HoldingLocks()
  /// Starts the threads of jobs.
  package var supply: ThreadSupply
  /// The time since some fixed moment.
  package var clock: @Sendable () -> Duration

  package init(
    access: DirectoryAccess, stop: StopFlag, limit: RateLimit? = nil, keepsInputs: Bool = false,
    isForced: Bool = false, wait: Duration = .zero, checksSpace: Bool = true,
    watchInterval: Duration = .seconds(2), supply: ThreadSupply = ThreadSupply(),
    clock: @escaping @Sendable () -> Duration
  ) {
    self.access = access
    self.stop = stop
    self.limit = limit
    self.keepsInputs = keepsInputs
    self.isForced = isForced
    self.wait = wait
    self.checksSpace = checksSpace
    self.watchInterval = watchInterval
    self.supply = supply
    self.clock = clock
  }
}

/// Where the outputs of detached jobs go.
enum DetachedOutputs: Sendable {
  case directory(FilePath)
  case server(RemoteOutputs)
}

/// Why a job was not started.
enum JobRefusal: Error, Hashable, CustomStringConvertible {
  case noDirectory
  case ownedByAccumulo(volume: String)
  case locksAreLocal(mount: MountTable.Mount, reason: String)

  var description: String {
    switch self {
    case .noDirectory: "the job names no directory, and its inputs are not all in one directory"
    case .ownedByAccumulo(let volume):
      "\(volume) looks like the volume of a live Accumulo (instance_id and version next to tables), whose metadata would "
        + "not know of the change; compact there with Accumulo's shell, work on a copy, or say --force if no Accumulo "
        + "uses it"
    case .locksAreLocal(let mount, let reason):
      "\(mount.point), \(mount.source) by \(mount.type) (\(reason)), has no locks between hosts, so two could take one job: "
        + "mount it with such locks, run detached jobs (--into DIR), or say --force if no other host compacts there"
    }
  }
}

/// Runs one job, from its reservation to its end.
struct JobRun {
  let conditions: RunConditions
  /// Limits how many jobs merge at a time.
  let merging: DispatchSemaphore
  /// Hears how far the job is.
  var meter: Pulse.Meter?

  struct Ended {
    var result: CompactionResult
    /// True when the job succeeded but left no file.
    var wroteNothing = false
    var notes: [String] = []
  }

  /// Never throws: errors become the result.
  func run(_ job: CompactionJob, _ prepared: any PreparedJob) -> Ended {
    let start = conditions.clock()
    var ended: Ended
    do {
      ended = try attempt(job, prepared, start)
    } catch let failure as Failure {
      ended = Ended(result: .failed(job, failure.cause), notes: failure.notes)
    } catch {
      ended = Ended(result: .failed(job, error))
    }
    if !ended.result.already { ended.result.seconds = seconds(since: start) }
    if ended.result.state == .finished { ended.result.inputs = job.inputs.map(\.part) }
    return ended
  }

  private struct Failure: Error {
    var cause: any Error
    var notes: [String]
  }

  private func attempt(_ job: CompactionJob, _ prepared: any PreparedJob, _ start: Duration) throws -> Ended {
    try conditions.stop.check()
    switch conditions.detached {
    case .directory(let directory): return try runDetached(job, prepared, into: directory)
    case .server(let outputs): return try runDetached(job, prepared, into: outputs, start)
    case nil: break
    }
    let directory = try Self.checkedDirectory(of: job, conditions)
    let tablet = TabletDirectory(directory, access: conditions.access)
    let held: HeldJob
    do { held = try reserve(job, tablet) } catch let error as ReservationError {
      guard let done = try tablet.finished(job) else { throw error }
      return Ended(result: done, wroteNothing: done.output == nil)
    }
    do {
      try tablet.checkEntries(of: held)
      if conditions.checksSpace { try NoSpace.check(directory, holds: held.inputFiles, besides: held.tmp) }
      let inputs = zip(held.inputs, held.inputFiles).map { MergeInput($1, at: $0, rows: held.rows) }
      let output = try merge(
        prepared, inputs, to: held.tmp, pulse(tablet, held), checkpoints(of: job, isBegun: held.isBegun))
      let certificate = output.certificate.map { $0.naming(held.inputNames) }
      try conditions.stop.check()
      let result = CompactionResult(
        ecid: job.ecid, extent: job.extent, directory: directory.string, state: .finished,
        fileSize: output.entries > 0 ? output.size : 0,
        entries: output.entries, entriesRead: output.entriesRead, blocks: Int64(output.blocks),
        blocksReused: Int64(output.blocksReused), rungs: output.rungs, output: output.entries > 0 ? job.output : nil,
        seconds: seconds(since: start), unsound: output.unsound, certificate: certificate, resumed: output.resumed,
        afresh: output.afresh)
      let notes = try tablet.commit(held, result, keepInputs: conditions.keepsInputs)
      return Ended(
        result: result, wroteNothing: output.entries == 0,
        notes: self.notes(of: output, job) + notes.map(\.description))
    } catch {
      let error = cause(of: error, tablet, held)
      do {
        try tablet.abandon(held, keepsPartial: CompactionResult.Retry.leavesPartial(after: error))
      } catch let second {
        throw Failure(cause: error, notes: ["\(second); the next run cleans up after \(job.ecid)"])
      }
      throw error
    }
  }

  /// Writes the output, one of a limited number of jobs that do.
  func merge(
    _ prepared: any PreparedJob, _ inputs: [MergeInput], to output: FilePath, _ pulse: Pulse,
    _ checkpoints: JobCheckpoints?
  ) throws -> JobOutput {
    merging.wait()
    defer { merging.signal() }
    return try prepared.write(inputs, to: output, pulse: pulse, checkpoints: checkpoints)
  }

  /// All that people should know about the output of a job.
  func notes(of output: JobOutput, _ job: CompactionJob) -> [String] {
    (output.afresh.map { ["\(job.ecid) started afresh: \($0)"] } ?? []) + output.notes
  }

  /// Waits while another process has the files, as long as the conditions allow.
  private func reserve(_ job: CompactionJob, _ tablet: TabletDirectory) throws -> HeldJob {
    let end = conditions.clock() + conditions.wait
    var nap = Duration.milliseconds(20)
    while true {
      do { return try tablet.reserve(job, resumes: conditions.checkpoints?.resumes ?? false) } catch let error
        as ReservationError where error.passes
      {
        let left = end - conditions.clock()
        guard left > .zero else { throw error }
        sleep(min(nap, left))
        // A signal may not end it early.
        nap = min(nap * 2, .milliseconds(500))
      }
      try conditions.stop.check()
    }
  }

  /// How a job makes checkpoints; nil: it makes none.
  func checkpoints(of job: CompactionJob, isBegun: Bool) -> JobCheckpoints? {
    conditions.checkpoints.map {
      JobCheckpoints(
        plan: $0, job: job, owner: conditions.access.owner, isBegun: isBegun, now: conditions.access.now,
        clock: conditions.clock, supply: conditions.supply)
    }
  }

  /// The cause to report. If the job lost its tablet, that explains why a file was missing or could not be written.
  private func cause(of error: any Error, _ tablet: TabletDirectory, _ held: HeldJob) -> any Error {
    if error is Stopped { return error }
    do {
      try tablet.checkStillHeld(held)
      return error
    } catch let lost as ReservationError {
      return lost
    } catch {
      return error
    }
  }

  private func pulse(_ tablet: TabletDirectory, _ held: HeldJob) -> Pulse {
    // Well before other processes can consider this one dead, but rarely enough to cost nothing.
    let lease = Duration.milliseconds(conditions.access.leaseDuration)
    return Pulse(
      stop: conditions.stop, limit: conditions.limit, now: conditions.clock,
      watches: [
        Pulse.Watch(every: min(conditions.watchInterval, lease / 4)) { try tablet.checkStillHeld(held) },
        Pulse.Watch(every: min(.seconds(60), lease / 4)) { try tablet.renew(held) },
      ], meter: meter)
  }

  /// The tablet directory of a job. Throws when it may belong to a live Accumulo, or when its locks hold on this host
  /// alone.
  static func checkedDirectory(of job: CompactionJob, _ conditions: RunConditions) throws -> FilePath {
    let directory = try directory(of: job, conditions.access.map)
    guard try FileStatus.of(directory)?.kind == .directory else {
      throw ReservationError.tabletGone(directory.string)
    }
    if !conditions.isForced, let volume = try Volume.containing(directory) {
      throw JobRefusal.ownedByAccumulo(volume: volume.string)
    }
    try conditions.checkLocks(at: directory)
    return directory
  }

  /// The tablet directory of a job. If the job names none, it is the directory that contains all inputs.
  static func directory(of job: CompactionJob, _ map: FileMap) throws -> FilePath {
    if let directory = job.directory, !directory.isEmpty { return try map.path(of: directory) }
    let parents = Set(try job.inputs.map { try map.path(of: $0.file).removingLastComponent() })
    guard let parent = parents.first, parents.count == 1, !parent.isEmpty else { throw JobRefusal.noDirectory }
    return parent
  }

  func seconds(since start: Duration) -> Double {
    let duration = conditions.clock() - start
    let milliseconds = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
    return Double(milliseconds) / 1000
  }
}

extension CompactionResult {
  static func failed(_ job: CompactionJob, _ error: any Error) -> CompactionResult {
    failed(job, "\(error)", Retry(after: error))
  }

  static func failed(_ job: CompactionJob, _ reason: String, _ retry: Retry) -> CompactionResult {
    CompactionResult(ecid: job.ecid, extent: job.extent, state: .failed, error: reason, retry: retry)
  }
}
