// Why no target moves fewer tablets. For any numbers u of groups and v of servers, the extras that stay where they are
// (each pair of group and server counts a(g,s) = 1 when the server has more than the floor) cannot be more than
//
//     sum u(g) r(g)  +  E sum v(s)  +  the R largest v(s)  +  sum over all pairs of max(0, a(g,s) - u(g) - v(s))
//
// because each pair that is given adds a = u + v + (a - u - v), each group has r(g) of them, each server E, and R servers
// one more. That is the dual of the flow. The prices that the flow ends with are such numbers, and with them the bound is
// what it reached. The sum is taken anew here from the counts alone: whoever doubts the flow need only believe this.

/// What moves at least.
package struct ExtraProof: Hashable, Sendable {
  /// Tablets beyond the floors of their groups, and all on drained servers: all that could have to move.
  package var beyondFloor: Int
  /// Of these, those that stay as extra tablets.
  package var kept: Int
  /// No target keeps more.
  package var keptAtMost: Int
  /// Tablets that move in the plan.
  var moves: Int { beyondFloor - kept }
  /// No target moves fewer.
  package var lowerBound: Int { beyondFloor - keptAtMost }
  var isMinimal: Bool { moves == lowerBound }

  /// - Parameters:
  ///   - wanted: `a` of each group with extras and each server.
  ///   - groupPrices: `u`; serverPrices: `v`.
  package static func keptAtMost(
    wanted: [Bool], extras: [Int], perServer: Int, serversWithOneMore: Int, groupPrices: [Int], serverPrices: [Int]
  ) -> Int {
    var bound = zip(groupPrices, extras).reduce(0) { $0 + $1.0 * $1.1 }
    bound += perServer * serverPrices.reduce(0, +)
    bound += serverPrices.sorted(by: >).prefix(serversWithOneMore).reduce(0, +)
    for group in extras.indices {
      let row = group * serverPrices.count
      for server in serverPrices.indices {
        bound += max(0, (wanted[row + server] ? 1 : 0) - groupPrices[group] - serverPrices[server])
      }
    }
    return bound
  }
}
