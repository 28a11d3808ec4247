// Who gets the extra tablets, so that the fewest tablets move.
//
// Each server has the floor of each group for sure. Group g has r(g) extras, no two on one server; each server has E of
// them, and R servers have one more. A tablet beyond the floor that a server has already stays when the server gets an
// extra of that group, and moves otherwise. So the fewest move when the most extras are given where they are: a flow of
// least cost.
//
//                 r(g)            1, cost -1 if s has            E
//       source ─────────> group ─ more than the floor ─> server ─────> sink
//                               ─ of g, else 0             │ 1        ^
//                                                          └──> pool ─┘ R
//
// Paths of least cost are added until all extras are given (successive shortest paths). Costs are small whole numbers,
// so few lengths occur; for each, all paths of it are taken together, level by level (Dinic). Prices of the nodes keep
// all costs that are left at 0 or above (the potentials of Johnson and Edmonds-Karp), and at the end they prove that no
// other way is cheaper: `ExtraProof`.

/// Gives the extras out. Groups are those that have some.
struct ExtraFlow {
  static let wanted: UInt8 = 1
  static let given: UInt8 = 2
  private static let unreached = Int32.max

  let groups: Int
  let servers: Int
  let perServer: Int32
  /// For each group and server, whether it keeps a tablet there (`wanted`) and whether it has the extra (`given`).
  private(set) var cells: [UInt8]
  /// Extras of a group that nobody has yet.
  private var left: [Int32]
  /// Extras of a server.
  private var load: [Int32]
  /// Servers that may still have one more.
  private var spare: Int32

  /// Prices of the groups, the servers, the pool and the sink.
  private(set) var price: [Int32]
  private var distance: [Int32]
  private var level: [Int32]
  private var next: [Int32]
  private var path: [Int] = []

  private var pool: Int { groups + servers }
  private var sink: Int { groups + servers + 1 }

  /// - Parameter wanted: `groups * servers` marks, true where a server has more than the floor of the group.
  init(wanted: [Bool], extras: [Int], servers: Int, perServer: Int, serversWithOneMore: Int) {
    groups = extras.count
    self.servers = servers
    self.perServer = Int32(perServer)
    cells = wanted.map { $0 ? Self.wanted : 0 }
    left = extras.map { Int32($0) }
    load = Array(repeating: 0, count: servers)
    spare = Int32(serversWithOneMore)
    price = Array(repeating: 0, count: groups) + Array(repeating: -1, count: servers + 2)
    distance = Array(repeating: Self.unreached, count: groups + servers + 2)
    level = distance
    next = distance
  }

  /// Gives out all extras.
  mutating func solve() {
    while left.contains(where: { $0 > 0 }) {
      // There always is a way: rows of r(g) and columns of E or E + 1 can be filled, as each r(g) is below the servers.
      let isReached = findDistances()
      precondition(isReached, "extras that no server can take")
      while findLevels() { pushPaths() }
    }
  }

  func isGiven(_ group: Int, _ server: Int) -> Bool { cells[group * servers + server] & Self.given != 0 }

  /// The cost of giving the extra of a group to a server at the prices of now, without sign of its direction.
  @inline(__always) private func cost(_ cell: UInt8, _ group: Int, _ server: Int) -> Int32 {
    price[group] - price[groups + server] - Int32(cell & Self.wanted)
  }

  // MARK: Distances

  /// Dijkstra's distances at the prices of now, with a list for each distance, up to the sink; then the new prices.
  private mutating func findDistances() -> Bool {
    for node in distance.indices { distance[node] = Self.unreached }
    var lists: [[Int32]] = []
    let sink = self.sink
    func reach(_ node: Int, _ at: Int32, _ distance: inout [Int32]) {
      guard at < distance[node], at <= distance[sink] else { return }
      distance[node] = at
      while lists.count <= Int(at) { lists.append([]) }
      lists[Int(at)].append(Int32(node))
    }
    for group in 0..<groups where left[group] > 0 { reach(group, -price[group], &distance) }
    var now = 0
    while now < lists.count, Int(distance[sink]) > now {
      var taken = 0
      while taken < lists[now].count {
        let node = Int(lists[now][taken])
        taken += 1
        let d = Int32(now)
        guard distance[node] == d, node != sink else { continue }
        if node < groups {
          let row = node * servers
          for server in 0..<servers where cells[row + server] & Self.given == 0 {
            reach(groups + server, d + cost(cells[row + server], node, server), &distance)
          }
        } else if node < pool {
          let server = node - groups
          if load[server] < perServer { reach(sink, d + price[node] - price[sink], &distance) }
          if load[server] == perServer { reach(pool, d + price[node] - price[pool], &distance) }
          var cell = server
          for group in 0..<groups {
            if cells[cell] & Self.given != 0 { reach(group, d - cost(cells[cell], group, server), &distance) }
            cell += servers
          }
        } else {
          if spare > 0 { reach(sink, d + price[pool] - price[sink], &distance) }
          for server in 0..<servers where load[server] > perServer {
            reach(groups + server, d + price[pool] - price[groups + server], &distance)
          }
        }
      }
      now += 1
    }
    let far = distance[sink]
    guard far != Self.unreached else { return false }
    for node in price.indices { price[node] += min(distance[node], far) }
    return true
  }

  // MARK: Paths of cost 0

  /// Steps from the groups that have extras left, over what costs nothing. False when the sink cannot be reached.
  private mutating func findLevels() -> Bool {
    for node in level.indices {
      level[node] = Self.unreached
      next[node] = 0
    }
    var queue: [Int] = []
    for group in 0..<groups where left[group] > 0 && price[group] == 0 {
      level[group] = 0
      queue.append(group)
    }
    var taken = 0
    while taken < queue.count {
      let node = queue[taken]
      taken += 1
      let step = level[node] + 1
      if step > level[sink] { break }
      func reach(_ node: Int, _ level: inout [Int32]) {
        guard level[node] == Self.unreached else { return }
        level[node] = step
        queue.append(node)
      }
      if node < groups {
        let row = node * servers
        for server in 0..<servers where level[groups + server] == Self.unreached {
          let cell = cells[row + server]
          if cell & Self.given == 0, cost(cell, node, server) == 0 { reach(groups + server, &level) }
        }
      } else if node < pool {
        if leadsToSink(server: node) { level[sink] = min(level[sink], step) }
        if leadsToPool(server: node) { reach(pool, &level) }
        var cell = node - groups
        for group in 0..<groups {
          if level[group] == Self.unreached, cells[cell] & Self.given != 0, cost(cells[cell], group, node - groups) == 0 {
            reach(group, &level)
          }
          cell += servers
        }
      } else if node == pool {
        if poolLeadsToSink { level[sink] = min(level[sink], step) }
        for server in 0..<servers where leadsFromPool(server: groups + server) { reach(groups + server, &level) }
      }
    }
    return level[sink] != Self.unreached
  }

  private func leadsToSink(server node: Int) -> Bool { load[node - groups] < perServer && price[node] == price[sink] }
  private func leadsToPool(server node: Int) -> Bool { load[node - groups] == perServer && price[node] == price[pool] }
  private func leadsFromPool(server node: Int) -> Bool { load[node - groups] > perServer && price[node] == price[pool] }
  private var poolLeadsToSink: Bool { spare > 0 && price[pool] == price[sink] }

  /// Takes all paths that go up one level with each step. A step that led nowhere is not looked at again.
  private mutating func pushPaths() {
    for group in 0..<groups where level[group] == 0 {
      while left[group] > 0 {
        path = [group]
        while let node = path.last, node != sink {
          if let step = advance(node) {
            path.append(step)
          } else {
            path.removeLast()
            if let before = path.last { next[before] += 1 }
          }
        }
        guard !path.isEmpty else { break }
        push()
      }
    }
  }

  /// The next node of a path, or nil when this one leads nowhere any more.
  private mutating func advance(_ node: Int) -> Int? {
    let step = level[node] + 1
    if node < groups {
      let row = node * servers
      while next[node] < Int32(servers) {
        let server = Int(next[node])
        let cell = cells[row + server]
        if level[groups + server] == step, cell & Self.given == 0, cost(cell, node, server) == 0 {
          return groups + server
        }
        next[node] += 1
      }
    } else if node < pool {
      if level[sink] == step, leadsToSink(server: node) { return sink }
      let server = node - groups
      while next[node] < Int32(groups) {
        let group = Int(next[node])
        let cell = cells[group * servers + server]
        if level[group] == step, cell & Self.given != 0, cost(cell, group, server) == 0 { return group }
        next[node] += 1
      }
      if next[node] == Int32(groups), level[pool] == step, leadsToPool(server: node) { return pool }
    } else {
      if level[sink] == step, poolLeadsToSink { return sink }
      while next[node] < Int32(servers) {
        let server = groups + Int(next[node])
        if level[server] == step, leadsFromPool(server: server) { return server }
        next[node] += 1
      }
    }
    return nil
  }

  /// Gives one extra along the path.
  private mutating func push() {
    left[path[0]] -= 1
    for (from, to) in zip(path, path.dropFirst()) {
      if from < groups {
        cells[from * servers + to - groups] |= Self.given
      } else if to < groups {
        cells[to * servers + from - groups] &= ~Self.given
      } else if from == pool {
        if to == sink { spare -= 1 } else { load[to - groups] -= 1 }
      } else {
        load[from - groups] += 1
      }
    }
  }
}
