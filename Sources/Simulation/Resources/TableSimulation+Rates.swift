// How long a job takes: its bytes at the rate of its executor. A service of 2.1 can have a limit, `rate.limit`, which its
// jobs on one server share. Whenever one of them begins or ends, the others go on at another rate:
//
//     limit 10 MB/s, threads of 8 MB/s      one job: 8 MB/s      two jobs: 5 MB/s each
//
// Accumulo: `SharedRateLimiterFactory`. External compactors have no such limit.

internal import Planning

extension TableSimulation {
  /// The service of a job, if its jobs on one server share a limit; in bytes a second.
  private func limit(of job: SimulatedJob) -> (service: String, rate: Double)? {
    guard !limited.isEmpty, executors[job.executor].threads != nil,
      let service = planners.first(where: { $0.planner.kind == job.kind })?.planner.service,
      let limit = service.rateLimit, limit > 0
    else { return nil }
    return (service.name, Double(limit))
  }

  /// A job begins: says when it will end.
  mutating func planEnd(of slot: Int) {
    let job = jobs[slot]
    guard limit(of: job) != nil else {
      return setEnd(of: slot, bytes: Double(job.bytes), rate: executors[job.executor].rate)
    }
    jobs[slot].left = Double(job.bytes)
    jobs[slot].since = now
    share(at: job.place, without: nil, with: slot)
  }

  /// A job has ended, well or not.
  mutating func leaveLimit(_ slot: Int) {
    guard limit(of: jobs[slot]) != nil else { return }
    share(at: jobs[slot].place, without: slot, with: nil)
  }

  private mutating func share(at server: Int, without gone: Int?, with new: Int?) {
    for slot in limited[server] where slot != gone {
      jobs[slot].left = max(0, jobs[slot].left - Double(now - jobs[slot].since) * rate(of: slot) / 1000)
      jobs[slot].since = now
    }
    limited[server].removeAll { $0 == gone }
    if let new { limited[server].append(new) }
    for slot in limited[server] { setEnd(of: slot, bytes: jobs[slot].left, rate: rate(of: slot)) }
  }

  /// Bytes a second of a job under a limit.
  private func rate(of slot: Int) -> Double {
    let job = jobs[slot]
    guard let (service, limit) = limit(of: job) else { return executors[job.executor].rate }
    let sharing = limited[job.place].count { self.limit(of: jobs[$0])?.service == service }
    return min(executors[job.executor].rate, limit / Double(max(1, sharing)))
  }

  private mutating func setEnd(of slot: Int, bytes: Double, rate: Double) {
    let duration = max(1, min(0x1p52, (bytes / rate * 1000).rounded(.up)))
    jobs[slot].end = now + Int64(duration)
    events.plan(.jobEnds, at: jobs[slot].end, slot, number: jobs[slot].number)
  }

  /// What a running job has read so far, in bytes.
  func bytesRead(by slot: Int) -> Int64 {
    let job = jobs[slot]
    guard limit(of: job) == nil else {
      let left = job.left - Double(now - job.since) * rate(of: slot) / 1000
      return job.bytes - Int64(max(0, min(Double(job.bytes), left)))
    }
    let (done, all) = (Double(now - job.start), Double(max(1, job.end - job.start)))
    return Int64(Double(job.bytes) * min(1, done / all))
  }
}
