internal import Files

/// Beats with every block that a job reads or writes. At a beat, the job can be stopped, slowed down, or find that it
/// lost its tablet. Used only by the job's thread.
package final class Pulse {
  private let stop: StopFlag
  private let limit: RateLimit?
  private let now: () -> Duration
  private let watches: [Watch]
  private let meter: Meter?
  private var due: [Duration]
  private var meterDue: Duration
  /// Bytes so far.
  private var read: Int64 = 0
  private var written: Int64 = 0
  /// How long the job may go on after a signal, to make a checkpoint; nil: not at all.
  var grace: Duration?
  /// When the signal was seen.
  private var signalled: Duration?
  /// A beat has thrown an error.
  private(set) var hasFailed = false

  /// Something to do regularly while a job runs. An error that it throws ends the job.
  struct Watch {
    var interval: Duration
    var body: () throws -> Void

    init(every interval: Duration, _ body: @escaping () throws -> Void) {
      self.interval = interval
      self.body = body
    }
  }

  /// Hears from time to time how many bytes of blocks the job has read and written.
  struct Meter: Sendable {
    var interval: Duration
    var tell: @Sendable (_ read: Int64, _ written: Int64) -> Void
  }

  /// - Parameter now: the time since some fixed moment, by a clock that does not jump.
  init(
    stop: StopFlag, limit: RateLimit? = nil, now: @escaping () -> Duration, watches: [Watch] = [], meter: Meter? = nil
  ) {
    self.stop = stop
    self.limit = limit
    self.now = now
    self.watches = watches
    self.meter = meter
    let start = now()
    due = watches.map { start + $0.interval }
    meterDue = start + (meter?.interval ?? .zero)
  }

  /// Call it for each block with its stored size (bytes). Throws `Stopped`, or the error of a watch.
  func beat(_ bytes: Int, _ direction: RateLimit.Direction) throws {
    switch direction {
    case .read: read &+= Int64(bytes)
    case .write: written &+= Int64(bytes)
    }
    try look()
    guard let limit, !isStopping else { return }
    var wait = limit.take(bytes, direction, now: now())
    // In short naps, because the whole wait can be longer than a lease.
    while wait > .zero, !isStopping {
      let nap = min(wait, .milliseconds(50))
      sleep(nap)
      wait -= nap
      try look()
    }
  }

  private func look() throws {
    let time = now()
    do {
      if stop.signal != nil {
        signalled = signalled ?? time
        if graceLeft <= .zero { try stop.check() }
      }
      for i in watches.indices where due[i] <= time {
        try watches[i].body()
        due[i] = now() + watches[i].interval
      }
    } catch {
      hasFailed = true
      throw error
    }
    if let meter, meterDue <= time {
      meter.tell(read, written)
      meterDue = time + meter.interval
    }
  }

  /// A signal has come, and the job still has time.
  var isStopping: Bool { signalled != nil }

  /// How long a job that is to stop may go on.
  var graceLeft: Duration {
    guard let grace, let signalled else { return .zero }
    return signalled + grace - now()
  }

  /// Ends the job. Throws `Stopped`.
  func stopNow() throws {
    hasFailed = true
    try stop.check()
  }

  /// Makes sure that the job still holds its tablet. Throws the error of a watch.
  func lookAtAll() throws {
    for i in due.indices { due[i] = .zero }
    try look()
  }
}
