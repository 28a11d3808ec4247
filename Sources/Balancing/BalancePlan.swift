package import Records

/// A table's way to an even placement.
package struct BalancePlan: Sendable {
  /// Tablets that have no server and where they go, by Accumulo's rule; before all else.
  package let assignments: [Migration]
  /// In the order in which they are to be done.
  package let migrations: [Migration]
  package let proof: ExtraProof
  /// As it was found, after the assignments, and in the end.
  package let before: TablePlacement
  package let start: TablePlacement
  package let after: TablePlacement

  /// Plans the fewest migrations that make every group even on every server, and the extra tablets of all groups even
  /// over the servers. Ties fall by the order of groups, servers and tablets.
  ///
  /// - Parameters:
  ///   - placesFreely: tablets without a server may go anywhere, at no cost, instead of where Accumulo assigns them.
  ///   - migrationsPerPass: how many Accumulo's manager takes in one pass.
  package init(_ placement: TablePlacement, placesFreely: Bool = false, migrationsPerPass: Int = 1000) {
    precondition(migrationsPerPass > 0, "a pass of no migrations")
    before = placement
    var start = placement
    var assigned: [Int] = []
    if !placesFreely { assigned = start.assignHomeless() }
    let (counts, share) = (start.counts, start.share)
    let target = BalanceTarget(from: counts, share: share)
    proof = target.proof
    let moves = MoveOrder.moves(from: counts, to: target.counts, share: share)
    let tablets = Self.tablets(for: moves, of: start)
    var after = start
    for (tablet, move) in zip(tablets, moves) { after.serverOfTablet[tablet] = move.to }
    func migration(_ tablet: Int, _ from: Int32, _ to: Int32, pass: Int) -> Migration {
      Migration(
        extent: placement.sites[tablet].extent, group: placement.groups[Int(placement.groupOfTablet[tablet])],
        from: from < 0 ? nil : placement.servers[Int(from)], to: placement.servers[Int(to)], pass: pass)
    }
    let free = moves.prefix { $0.from < 0 }.count
    assignments =
      assigned.map { migration($0, -1, start.serverOfTablet[$0], pass: 0) }
      + zip(tablets, moves).prefix(free).map { migration($0, -1, $1.to, pass: 0) }
    migrations = zip(tablets, moves).dropFirst(free).enumerated().map { place, step in
      migration(step.0, step.1.from, step.1.to, pass: place / migrationsPerPass + 1)
    }
    self.start = start
    self.after = after
  }

  /// For each move, the first tablet in metadata order that is left of its group on its server.
  private static func tablets(for moves: [Move], of placement: TablePlacement) -> [Int] {
    let width = placement.servers.count + 1
    func cell(_ group: Int32, _ server: Int32) -> Int { Int(group) * width + Int(server) + 1 }
    // For each cell, where the list of its moves' places begins: a counting sort.
    var starts = [Int32](repeating: 0, count: placement.groups.count * width + 1)
    for move in moves { starts[cell(move.group, move.from) + 1] += 1 }
    for index in starts.indices.dropFirst() { starts[index] += starts[index - 1] }
    var fill = starts
    var places = [Int32](repeating: 0, count: moves.count)
    for (place, move) in moves.enumerated() {
      let index = cell(move.group, move.from)
      places[Int(fill[index])] = Int32(place)
      fill[index] += 1
    }
    var tablets = [Int](repeating: 0, count: moves.count)
    var taken = starts
    for tablet in placement.sites.indices {
      let index = cell(placement.groupOfTablet[tablet], placement.serverOfTablet[tablet])
      guard taken[index] < starts[index + 1] else { continue }
      tablets[Int(places[Int(taken[index])])] = tablet
      taken[index] += 1
    }
    return tablets
  }

  /// Rounds that Accumulo's manager needs.
  package var passes: Int { migrations.last?.pass ?? 0 }
}
