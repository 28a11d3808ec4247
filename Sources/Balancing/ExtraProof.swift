// Why no target moves fewer tablets. Let a(g,s) = 1 when server s has more than the floor of group g, and 0 otherwise.
// For any numbers u(g) and v(s), at most this many extras stay where they are:
//
//     sum u(g) r(g)  +  E sum v(s)  +  the R largest v(s)  +  sum over all pairs of max(0, a(g,s) - u(g) - v(s))
//
// because each given pair adds a = u + v + (a - u - v), each group is in r(g) given pairs, each server in E, and R
// servers in one more. This bound is the dual of the flow. The prices at the end of the flow are such numbers, and for
// them the bound equals what the flow achieved. The sum is computed here from the counts alone, so the proof does not
// depend on the flow being right.

/// The least number of tablets that must move.
package struct ExtraProof: Hashable, Sendable {
  /// Tablets beyond the floors of their groups, and all tablets on drained servers: the most that could have to move.
  package var beyondFloor: Int
  /// Those of them that stay, as extra tablets.
  package var kept: Int
  /// No target keeps more than this.
  package var keptAtMost: Int
  /// No target moves fewer than this.
  package var lowerBound: Int { beyondFloor - keptAtMost }

  /// - Parameters:
  ///   - wanted: `a` of each group with extras and each server.
  ///   - groupPrices: `u` of each of these groups.
  ///   - serverPrices: `v` of each server.
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
