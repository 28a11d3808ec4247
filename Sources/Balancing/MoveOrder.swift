// The order of moves. A move takes a tablet of a group from a server that has more than its target to one that has
// less. Its worth is the larger of the two servers' distances from the even share before the move. For example, let 7
// tablets on 3 servers be placed 5, 2, 0 with the target 3, 2, 2. The first move goes from 5 to 0 (worth 8/3, because 5
// is 8/3 above 7/3), the second from 4 to 1 (worth 5/3).
//
// Within a group, sources and goals are each sorted from the worst on and paired in that order. Then the moves of all
// groups are sorted by worth. So the largest deviation falls with as few moves as possible. The plan may also be cut
// off anywhere, since no prefix of it makes the largest deviation larger: each move takes each of its two servers
// closer to its share, or between ceiling and floor. Even when two servers exchange tablets of two groups, the two
// moves need not happen together.

/// Moves one tablet of a group from one server to another.
struct Move: Hashable, Sendable {
  var group: Int32
  /// -1 for a tablet without a server.
  var from: Int32
  var to: Int32
}

enum MoveOrder {
  private struct Unit {
    /// Distance from the even share, times the number of servers.
    var worth: Int64
    var server: Int32
  }

  /// All moves from `counts` to `target`, beginning with the assignments of tablets without a server.
  static func moves(from counts: GroupCounts, to target: GroupCounts, share: EvenShare) -> [Move] {
    let servers = Int64(share.servers)
    var assignments: [(worth: Int64, move: Move)] = []
    var moves: [(worth: Int64, move: Move)] = []
    for group in 0..<counts.groups {
      var over: [Unit] = []
      var under: [Unit] = []
      for server in 0..<counts.servers {
        let (have, goal) = (counts[group, server], target[group, server])
        // A server to be drained has no share.
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
      // Goals without a source are filled by tablets without a server, which go where they are missed most.
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

  /// Sorts by worth; equals stay in their order: by group, then as paired.
  private static func sorted(_ moves: [(worth: Int64, move: Move)]) -> [Move] {
    moves.indices.sorted { (moves[$1].worth, $0) < (moves[$0].worth, $1) }.map { moves[$0].move }
  }
}
