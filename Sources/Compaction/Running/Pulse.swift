internal import Files

/// Beats with every block that a job reads or writes. At a beat, the job can be stopped, slowed down, or find that it
/// lost its tablet. Used only by the job's thread.
package final class Pulse {
  private let stop: StopFlag
  private let limit: RateLimit?
  private let now: () -> Duration
  private let watches: [Watch]
  private var due: [Duration]

  /// Something to do regularly while a job runs. An error that it throws ends the job.
  struct Watch {
    var interval: Duration
    var body: () throws -> Void

    init(every interval: Duration, _ body: @escaping () throws -> Void) {
      self.interval = interval
      self.body = body
    }
  }

  /// - Parameter now: the time since some fixed moment, by a clock that does not jump.
  init(stop: StopFlag, limit: RateLimit? = nil, now: @escaping () -> Duration, watches: [Watch] = []) {
    self.stop = stop
    self.limit = limit
    self.now = now
    self.watches = watches
    let start = now()
    due = watches.map { start + $0.interval }
  }

  /// Call it for each block with its stored size (bytes). Throws `Stopped`, or the error of a watch.
  func beat(_ bytes: Int, _ direction: RateLimit.Direction) throws {
    try look()
    guard let limit else { return }
    var wait = limit.take(bytes, direction, now: now())
    // In short naps, because the whole wait can be longer than a lease.
    while wait > .zero {
      let nap = min(wait, .milliseconds(50))
      sleep(nap)
      wait -= nap
      try look()
    }
  }

  private func look() throws {
    try stop.check()
    let time = now()
    for i in watches.indices where due[i] <= time {
      try watches[i].body()
      due[i] = now() + watches[i].interval
    }
  }
}
