/// How many tablets of each group each server should have.
struct BalanceTarget: Sendable {
  let counts: GroupCounts
  let proof: ExtraProof

  /// The even target that needs the fewest moves. Tablets counted in `share` but in no cell of `counts` may go anywhere
  /// at no cost.
  ///
  /// - Parameter counts: what the servers have; those from index `share.servers` on are to be emptied.
  init(from counts: GroupCounts, share: EvenShare) {
    let live = share.servers
    let withExtras = share.extras.indices.filter { share.extras[$0] > 0 }
    var wanted: [Bool] = []
    wanted.reserveCapacity(withExtras.count * live)
    for group in withExtras {
      for server in 0..<live { wanted.append(counts[group, server] > share.floors[group]) }
    }
    let extras = withExtras.map { share.extras[$0] }
    var flow = ExtraFlow(
      wanted: wanted, extras: extras, servers: live, perServer: share.extrasOfServer,
      serversWithOneMore: share.serversWithOneMore)
    flow.solve()

    var target = GroupCounts(groups: counts.groups, servers: counts.servers)
    var (beyond, kept) = (0, 0)
    for group in 0..<counts.groups {
      for server in 0..<counts.servers {
        let floor = server < live ? share.floors[group] : 0
        target[group, server] = floor
        beyond += max(0, counts[group, server] - floor)
      }
    }
    for (row, group) in withExtras.enumerated() {
      for server in 0..<live where flow.isGiven(row, server) {
        target[group, server] += 1
        if wanted[row * live + server] { kept += 1 }
      }
    }
    self.counts = target
    proof = ExtraProof(
      beyondFloor: beyond, kept: kept,
      keptAtMost: ExtraProof.keptAtMost(
        wanted: wanted, extras: extras, perServer: share.extrasOfServer, serversWithOneMore: share.serversWithOneMore,
        groupPrices: flow.price[..<extras.count].map { Int($0) },
        serverPrices: flow.price[extras.count..<extras.count + live].map { -Int($0) }))
  }
}
