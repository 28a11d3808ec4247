import Entries

// Steps 3 and 4: who refers to the holes, and what they have in common.

/// Where the findings of steps 1 and 2 are.
protocol FindingSource {
  /// Calls `body` with each undefined row, in rising order.
  func forEachHole(_ body: (UInt64) throws -> Void) throws
  /// Calls `body` with each corrupt entry, in order.
  func forEachCorrupt(_ body: (CorruptEntry) throws -> Void) throws
}

extension Verifier {
  /// Calls `tell` with all findings, in order.
  /// - Parameter plan: the units with the entries that refer to holes; with `explains`, all units.
  /// - Returns: the inputs that could not be read, or have changed.
  func finish(
    _ plan: VerifyPlan, _ source: some FindingSource, _ tell: (VerifyFinding) throws -> Void
  ) throws -> [String] {
    var groups = HoleGrouping(input.extents)
    var problems: [String] = []
    do {
      try search(plan, source) { hole, references, clients in
        if options.explains { groups.add(hole, references, clients) }
        try tell(.undefined(row: hole, references: references.map(\.row)))
      }
      try source.forEachCorrupt { try tell(.corrupt($0)) }
      if options.explains {
        for group in try survey(groups.finish(entries: plan.entries), plan) { try tell(.holes(group)) }
      }
    } catch let error as UnreadableUnit {
      problems.append(error.problem)
    }
    return Set(problems + input.changes).sorted()
  }

  /// Calls `tell` with each hole, in order, and the rows that refer to it.
  private func search(
    _ plan: VerifyPlan, _ source: some FindingSource,
    _ tell: (UInt64, ArraySlice<HoleReference>, [[UInt8]]) throws -> Void
  ) throws {
    // A hole needs 8 bytes, as many again for its bits, and a reference 40.
    let batchSize = max(plan.workspace / 64, 16)
    let capacity = max(plan.workspace / 80, 16) * options.threads
    var batch: [UInt64] = []
    func drain() throws {
      while !batch.isEmpty {
        let search = HoleSearch(batch, capacity: capacity)
        progress.expect(plan.entries)
        try self.search(for: search, plan)
        let (references, putOff, clients) = search.result()
        var start = 0
        while start < references.count {
          let end = references[start...].firstIndex { $0.hole != references[start].hole } ?? references.count
          try tell(references[start].hole, references[start..<end], clients)
          start = end
        }
        batch = putOff
      }
    }
    try source.forEachHole {
      batch.append($0)
      if batch.count == batchSize { try drain() }
    }
    try drain()
  }

  private func search(for search: HoleSearch, _ plan: VerifyPlan) throws {
    try inParallel(threads: options.threads, from: options.supply, pool: pool, count: plan.turns.count) {
      NodeReader()
    } body: { turn, reader in
      try forEachEntry(plan, turn) { entry, _ in
        guard reader.readPrevious(entry) == nil, let hole = reader.previous, search.isHole(hole) else { return }
        guard reader.read(entry) == nil, let row = reader.row else { return }
        search.add(entry, row: row, hole: hole)
      }
    }
  }

  private func survey(_ groups: [HoleGroup], _ plan: VerifyPlan) throws -> [HoleGroup] {
    guard !groups.isEmpty else { return [] }
    let survey = HoleSurvey(groups, input.extents)
    progress.expect(plan.entries)
    try inParallel(threads: options.threads, from: options.supply, pool: pool, count: plan.turns.count) {
      NodeReader()
    } body: { turn, reader in
      var counts = survey.makeCounts()
      try forEachEntry(plan, turn) { entry, _ in
        guard reader.readPrevious(entry) == nil, let target = reader.previous else { return }
        survey.count(entry, target: target, into: &counts)
      }
      survey.add(counts)
    }
    return survey.result()
  }
}
