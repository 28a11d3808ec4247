internal import Records

/// The migrations that make a table's placement even.
package struct BalancePlan: Sendable {
  /// Where tablets without a server go. These come before all migrations.
  package let assignments: Migrations
  /// In the order in which they should be done.
  package let migrations: Migrations
  package let proof: ExtraProof
  /// The placement as found (`before`), after the assignments (`start`) and at the end (`after`).
  package let before: TablePlacement
  package let start: TablePlacement
  package let after: TablePlacement

  /// Plans the fewest migrations that make every group even on every server, and the extra tablets of all groups even
  /// over the servers. Ties are broken by the order of groups, servers and tablets.
  ///
  /// - Parameters:
  ///   - placesFreely: tablets without a server may go anywhere, at no cost, and not only where Accumulo would assign
  ///     them.
  ///   - migrationsPerPass: how many migrations Accumulo's manager starts in one pass.
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
    let free = moves.prefix { $0.from < 0 }.count
    var steps = assigned.map { Migrations.Step(tablet: $0, from: -1, to: start.serverOfTablet[$0]) }
    steps += zip(tablets, moves).prefix(free).map { Migrations.Step(tablet: $0, from: -1, to: $1.to) }
    assignments = Migrations(steps, of: placement, perPass: nil)
    steps = zip(tablets, moves).dropFirst(free).map { Migrations.Step(tablet: $0, from: $1.from, to: $1.to) }
    migrations = Migrations(steps, of: placement, perPass: migrationsPerPass)
    self.start = start
    self.after = after
  }

  /// For each move, its tablet: the first in metadata order that is left of the group on the server.
  private static func tablets(for moves: [Move], of placement: TablePlacement) -> [Int] {
    let width = placement.servers.count + 1
    func cell(_ group: Int32, _ server: Int32) -> Int { Int(group) * width + Int(server) + 1 }
    // A counting sort: for each cell, where the positions of its moves begin.
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

  /// Passes that Accumulo's manager needs.
  package var passes: Int { migrations.last?.pass ?? 0 }
}
