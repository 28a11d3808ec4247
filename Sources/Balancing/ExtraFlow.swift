// Decides which servers get the extra tablets, so that the fewest tablets move.
//
// Every server gets the floor of each group. Group g also has r(g) extras, at most one of them on each server. Every
// server gets E extras, and R servers get one more. A tablet that a server already has beyond the floor stays if the
// server gets an extra of that group; otherwise it moves. So the fewest tablets move when as many extras as possible
// are given to servers that already have them. This is a flow of least cost:
//
//                 r(g)            1, cost -1 if s has            E
//       source ─────────> group ─ more than the floor ─> server ─────> sink
//                               ─ of g, else 0             │ 1        ^
//                                                          └──> pool ─┘ R
//
// Paths of least cost are added until all extras are given (successive shortest paths). Costs are small whole numbers,
// so path lengths take few values; all paths of one length are taken together, level by level (Dinic). Prices of the
// nodes keep all remaining costs at or above 0 (the potentials of Johnson and of Edmonds and Karp). At the end, the
// prices prove that no other way is cheaper: see `ExtraProof`.

/// Gives out the extras. Only groups that have extras take part.
struct ExtraFlow {
  static let wanted: UInt8 = 1
  static let given: UInt8 = 2
  private static let unreached = Int32.max

  let groups: Int
  let servers: Int
  let perServer: Int32
  /// For each group and server, whether the server has more than the floor (`wanted`) and whether it gets an extra
  /// (`given`).
  private(set) var cells: [UInt8]
  /// For each group, the extras not yet given.
  private var left: [Int32]
  /// For each server, the extras given to it.
  private var load: [Int32]
  /// How many servers may still get one more.
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
      // A path always exists: since each r(g) is less than the number of servers, a table with row sums r(g) and column
      // sums E or E + 1 can be filled.
      let isReached = findDistances()
      precondition(isReached, "extras that no server can take")
      while findLevels() { pushPaths() }
    }
  }

  func isGiven(_ group: Int, _ server: Int) -> Bool { cells[group * servers + server] & Self.given != 0 }

  /// The cost of giving an extra of the group to the server, at current prices; taking it back costs the negative.
  @inline(__always) private func cost(_ cell: UInt8, _ group: Int, _ server: Int) -> Int32 {
    price[group] - price[groups + server] - Int32(cell & Self.wanted)
  }

  // MARK: Distances

  /// Dijkstra's distances at current prices up to the sink, with one list of nodes per distance; then sets the new
  /// prices.
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

  /// Counts the steps from groups with extras left, along edges of cost 0. False when the sink cannot be reached.
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
          if level[group] == Self.unreached, cells[cell] & Self.given != 0, cost(cells[cell], group, node - groups) == 0
          {
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

  /// Takes all paths on which each step goes up one level. An edge that led nowhere is not tried again.
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

  /// The next node of a path, or nil when no path goes on from this one.
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
