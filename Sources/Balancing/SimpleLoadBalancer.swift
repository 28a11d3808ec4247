// Accumulo's balancer for tables without groups. It evens out how many tablets the servers have, either of one table or
// of all tables together. Servers are sorted by that number, the fullest first, and tablets go from the top of the list
// to the bottom. Accumulo: `org.apache.accumulo.core.spi.balancer.SimpleLoadBalancer`.

package import Records

package struct SimpleLoadBalancer {
  /// Moves tablets of a table from one server to another, all given as indices.
  package struct Transfer: Hashable, Sendable {
    package var table: Int
    package var from: Int
    package var to: Int
    package var count: Int
  }

  /// One pass over `counts[server][table]`. The servers are in the order of their texts (`ServerList`).
  /// - Returns: the transfers, and whether Accumulo starts another pass at once because one was not enough.
  package static func pass(_ counts: [[Int]]) -> (transfers: [Transfer], needsMore: Bool) {
    guard counts.count >= 2 else { return ([], false) }
    var live = counts.map { $0.reduce(0, +) }
    let start = live
    // Of equals, the one with the later text comes first.
    let order = counts.indices.sorted { (start[$1], $1) < (start[$0], $0) }
    let total = live.reduce(0, +)
    let (even, over) = (total / counts.count, total % counts.count)
    var (donor, receiver, moved) = (0, counts.count - 1, 0)
    var transfers: [Transfer] = []
    var needsMore = false
    while donor < receiver {
      let (from, to) = (order[donor], order[receiver])
      let goal = donor < over ? even + 1 : even
      let unload = live[from] - goal
      // `live` already includes what was moved, so it counts twice. Accumulo does the same.
      let load = goal - live[to] - moved
      if unload < 1, load < 1 { break }
      for table in tables(min(unload, load), from: counts[from], to: counts[to]) {
        if let last = transfers.last, last.from == from, last.to == to, last.table == table {
          transfers[transfers.count - 1].count += 1
        } else {
          transfers.append(Transfer(table: table, from: from, to: to, count: 1))
        }
        live[from] -= 1
        live[to] += 1
      }
      if unload >= load {
        receiver -= 1
        moved = 0
      } else {
        moved += unload
      }
      if unload > load { needsMore = true } else { donor += 1 }
    }
    return (transfers, needsMore)
  }

  /// The table of each tablet to move: the one where the donor is furthest ahead of the receiver, the first of equals.
  /// Where no table differs by two, Accumulo takes the busiest one. Tablet records say nothing about load, so here no
  /// more tablets move. Each call starts from the counts before the pass.
  private static func tables(_ count: Int, from: [Int], to: [Int]) -> [Int] {
    if from.count == 1 { return Array(repeating: 0, count: max(0, count)) }
    var (from, to) = (from, to)
    var chosen: [Int] = []
    while chosen.count < count {
      guard let table = from.indices.max(by: { (from[$0] - to[$0], $1) < (from[$1] - to[$1], $0) }),
        from[table] - to[table] >= 2
      else { return chosen }
      chosen.append(table)
      from[table] -= 1
      to[table] += 1
    }
    return chosen
  }

  /// Runs passes until nothing moves, and returns the migrations of each. The first tablets in metadata order move.
  /// - Parameter placement: its groups are the tables.
  package static func run(_ placement: TablePlacement) -> [[Migration]] {
    var placement = placement
    let tables = placement.groups.count
    var passes: [[Migration]] = []
    while passes.count <= placement.sites.count {
      // The tablets of each server and table, in reverse order.
      var tablets = Array(repeating: [Int](), count: placement.liveCount * tables)
      for tablet in placement.sites.indices.reversed() where placement.serverOfTablet[tablet] >= 0 {
        tablets[Int(placement.serverOfTablet[tablet]) * tables + Int(placement.groupOfTablet[tablet])].append(tablet)
      }
      let counts = (0..<placement.liveCount).map { server in
        (0..<tables).map { tablets[server * tables + $0].count }
      }
      var migrations: [Migration] = []
      for transfer in pass(counts).transfers {
        for _ in 0..<transfer.count {
          guard let tablet = tablets[transfer.from * tables + transfer.table].popLast() else { break }
          placement.serverOfTablet[tablet] = Int32(transfer.to)
          migrations.append(
            Migration(
              extent: placement.sites.extent(tablet), group: nil, from: placement.servers[transfer.from],
              to: placement.servers[transfer.to], pass: passes.count + 1))
        }
      }
      if migrations.isEmpty { return passes }
      passes.append(migrations)
    }
    return passes
  }
}
