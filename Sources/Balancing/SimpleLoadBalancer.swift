// Accumulo's balancer for tables without groups: it evens out how many tablets of the table the servers have. Servers are
// sorted by that, the fullest first; tablets go from the top to the bottom. Accumulo:
// `org.apache.accumulo.core.spi.balancer.SimpleLoadBalancer`.

public import Tablets

public struct SimpleLoadBalancer {
  /// Tablets from one server to another, by number.
  public struct Transfer: Hashable, Sendable {
    public var from: Int
    public var to: Int
    public var count: Int
  }

  /// One pass over counts. The servers are in the order of their texts.
  /// - Returns: the transfers, and whether Accumulo comes back at once because one pass does not do it all.
  public static func pass(_ counts: [Int]) -> (transfers: [Transfer], needsMore: Bool) {
    guard counts.count >= 2 else { return ([], false) }
    // Among equals the later text comes first.
    let order = counts.indices.sorted { (counts[$1], $1) < (counts[$0], $0) }
    let start = order.map { counts[$0] }
    var live = start
    let total = counts.reduce(0, +)
    let (even, over) = (total / counts.count, total % counts.count)
    var (donor, receiver, moved) = (0, counts.count - 1, 0)
    var transfers: [Transfer] = []
    var needsMore = false
    while donor < receiver {
      let goal = donor < over ? even + 1 : even
      let unload = live[donor] - goal
      // What was moved already counts twice: it is in the count, too. So does Accumulo.
      let load = goal - live[receiver] - moved
      if unload < 1, load < 1 { break }
      let count = max(0, unload >= load ? load : unload)
      if count > 0 {
        transfers.append(Transfer(from: order[donor], to: order[receiver], count: count))
        live[receiver] += count
        live[donor] -= count
      }
      if unload >= load {
        receiver -= 1
        moved = 0
      } else {
        moved += count
      }
      if unload > load { needsMore = true } else { donor += 1 }
    }
    return (transfers, needsMore)
  }

  /// Passes until nothing moves, each with its migrations; the first tablets in metadata order go.
  public static func run(_ placement: TablePlacement) -> [[Migration]] {
    var placement = placement
    var passes: [[Migration]] = []
    while passes.count <= placement.sites.count {
      var onServer = Array(repeating: [Int](), count: placement.servers.count)
      for (tablet, server) in placement.serverOfTablet.enumerated() where server >= 0 { onServer[Int(server)].append(tablet) }
      let (transfers, _) = pass(onServer.prefix(placement.liveCount).map(\.count))
      if transfers.isEmpty { return passes }
      var taken = Array(repeating: 0, count: placement.servers.count)
      var migrations: [Migration] = []
      for transfer in transfers {
        for _ in 0..<transfer.count {
          guard taken[transfer.from] < onServer[transfer.from].count else { break }
          let tablet = onServer[transfer.from][taken[transfer.from]]
          taken[transfer.from] += 1
          placement.serverOfTablet[tablet] = Int32(transfer.to)
          migrations.append(
            Migration(
              extent: placement.sites[tablet].extent, group: nil, from: placement.servers[transfer.from],
              to: placement.servers[transfer.to], pass: passes.count + 1))
        }
      }
      passes.append(migrations)
    }
    return passes
  }
}
