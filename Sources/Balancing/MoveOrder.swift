// The order of moves. A move takes a tablet of a group from a server that has more than its target to one that has less.
// It is worth the larger distance of the two from the even share, before it: 7 tablets on 3 servers, placed 5, 2, 0 and
// to be 3, 2, 2, move from 5 to 0 (worth 8/3, as 5 is 8/3 above 7/3), then from 4 to 1 (worth 5/3).
//
// The two sides of a group, both from the worst on, are paired in that order, and the moves of all groups are sorted by
// worth. So the largest deviation falls with as few moves as can be, the plan may be cut anywhere, and no prefix makes it
// larger: each single move takes one server towards its share, or from ceiling to floor, and the other likewise, so that
// exchanges of two groups between two servers need not even be done together.

/// A tablet of a group from one server to another.
struct Move: Hashable, Sendable {
  var group: Int32
  /// -1: a tablet without a server.
  var from: Int32
  var to: Int32
}

enum MoveOrder {
  private struct Unit {
    /// Distance from the even share, times the number of servers.
    var worth: Int64
    var server: Int32
  }

  /// All moves from `counts` to `target`, the assignments of tablets without a server first.
  static func moves(from counts: GroupCounts, to target: GroupCounts, share: EvenShare) -> [Move] {
    let servers = Int64(share.servers)
    var assignments: [(worth: Int64, move: Move)] = []
    var moves: [(worth: Int64, move: Move)] = []
    for group in 0..<counts.groups {
      var over: [Unit] = []
      var under: [Unit] = []
      for server in 0..<counts.servers {
        let (have, goal) = (counts[group, server], target[group, server])
        // A server to be drained has no share at all.
        let size = server < share.servers ? Int64(share.sizes[group]) : 0
        var count = have
        while count > goal {
          over.append(Unit(worth: Int64(count) * servers - size, server: Int32(server)))
          count -= 1
        }
        while count < goal {
          under.append(Unit(worth: size - Int64(count) * servers, server: Int32(server)))
          count += 1
        }
      }
      over.sort { ($1.worth, $0.server) < ($0.worth, $1.server) }
      under.sort { ($1.worth, $0.server) < ($0.worth, $1.server) }
      // What is too few and has no source is for tablets without a server: they go where they are missed most.
      let homeless = under.count - over.count
      for unit in under.prefix(homeless) {
        assignments.append((unit.worth, Move(group: Int32(group), from: -1, to: unit.server)))
      }
      for (source, goal) in zip(over, under.dropFirst(homeless)) {
        moves.append(
          (max(source.worth, goal.worth), Move(group: Int32(group), from: source.server, to: goal.server)))
      }
    }
    return sorted(assignments) + sorted(moves)
  }

  /// By worth, and among equals as they came: by group, then as paired.
  private static func sorted(_ moves: [(worth: Int64, move: Move)]) -> [Move] {
    moves.indices.sorted { (moves[$1].worth, $0) < (moves[$0].worth, $1) }.map { moves[$0].move }
  }
}
