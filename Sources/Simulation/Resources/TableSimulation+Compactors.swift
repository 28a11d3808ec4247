// Compactors come and go: their number follows the work, and some die. The job of one that dies or is killed is lost, and
// its tablet finds out when dead compactors are looked for.

extension TableSimulation {
  /// Looks at a queue, and adds or removes compactors.
  mutating func scale(_ executor: Int) throws {
    let scaling = settings.scaling
    let state = executors[executor]
    let wanted = min(
      max(scaling.wanted(jobs: state.waiting + state.runningCount, bytes: state.bytes), state.compactors.least),
      state.compactors.most)
    let there = state.up - state.leaving + state.starting
    if wanted > there {
      try order(min(scaling.step, wanted - there), for: executor)
    } else if wanted < there, now - state.lastScaled >= scaling.coolDown {
      remove(min(scaling.step, there - wanted, state.up - state.leaving), from: executor)
    }
    events.plan(.scaling, at: now + scaling.poll, executor)
  }

  /// Compactors that were to leave stay; the rest is on its way.
  private mutating func order(_ count: Int, for executor: Int) throws {
    executors[executor].lastScaled = now
    let staying = min(count, executors[executor].leaving)
    executors[executor].leaving -= staying
    if count > staying { start(count - staying, for: executor) }
    try dispatch(executor, at: 0)
  }

  private mutating func start(_ count: Int, for executor: Int) {
    executors[executor].starting += count
    for _ in 0..<count { events.plan(.compactorUp, at: now + settings.scaling.delay, executor) }
  }

  mutating func addCompactor(to executor: Int) throws {
    executors[executor].starting -= 1
    executors[executor].up += 1
    try dispatch(executor, at: 0)
  }

  /// Idle compactors go first.
  private mutating func remove(_ count: Int, from executor: Int) {
    executors[executor].lastScaled = now
    let idle = min(count, max(0, executors[executor].up - executors[executor].jobs.count))
    executors[executor].up -= idle
    guard settings.scaling.kills else {
      executors[executor].leaving += count - idle
      return
    }
    for _ in idle..<count {
      let jobs = executors[executor].jobs
      loseCompactor(of: jobs[random.below(jobs.count)])
      executors[executor].up -= 1
    }
  }

  // MARK: Deaths

  /// Compactors die at random. Deaths are drawn for as many as there can be, and those of compactors that are not there
  /// change nothing, so every compactor lives equally long on average.
  mutating func planDeath(of executor: Int) {
    guard let life = settings.compactorLife else { return }
    let wait = random.wait(mean: life / Double(executors[executor].compactors.most))
    events.plan(.compactorDies, at: now + wait, executor)
  }

  /// Another compactor is started in place of the dead one.
  mutating func compactorDies(of executor: Int) {
    planDeath(of: executor)
    let dying = random.below(executors[executor].compactors.most)
    guard dying < executors[executor].up else { return }
    let leaving = executors[executor].leaving
    if dying < executors[executor].jobs.count {
      loseCompactor(of: executors[executor].jobs[dying])
      // It was to leave anyway.
      if executors[executor].leaving < leaving { return }
    }
    executors[executor].up -= 1
    start(1, for: executor)
  }
}
