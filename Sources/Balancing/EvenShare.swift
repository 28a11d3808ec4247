// The terms of Accumulo's GroupBalancer, with an example: 3 servers, groups A of 7 tablets and B of 4.
//
//     group   floor  extras        every server has at least 2 of A and 1 of B; one extra tablet of A and one of B are
//     A         2      1           left, 2 in all: E = 2 / 3 = 0 each, and 2 servers have one more
//     B         1      1

/// What each server may have when all groups are spread evenly.
package struct EvenShare: Hashable, Sendable {
  package let servers: Int
  package let sizes: [Int]
  /// For each group, the tablets that every server has.
  package let floors: [Int]
  /// For each group, the tablets left over: at most one on each server.
  let extras: [Int]
  /// The extra tablets that every server has at least: E.
  let extrasOfServer: Int
  /// How many servers have one more than that.
  let serversWithOneMore: Int

  init(groupSizes: [Int], servers: Int) {
    precondition(servers > 0, "a share needs servers")
    self.servers = servers
    sizes = groupSizes
    floors = groupSizes.map { $0 / servers }
    extras = groupSizes.map { $0 % servers }
    let total = extras.reduce(0, +)
    extrasOfServer = total / servers
    serversWithOneMore = total % servers
  }

  package func ceiling(_ group: Int) -> Int { floors[group] + (extras[group] > 0 ? 1 : 0) }

  /// How many tablets of the group a server that has `count` of them is short or has too many.
  package func deviation(of group: Int, having count: Int) -> Int {
    max(floors[group] - count, count - ceiling(group), 0)
  }
}
