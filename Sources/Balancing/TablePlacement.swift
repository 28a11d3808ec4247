/// The tablets of one table, by group and server.
package struct TablePlacement: Sendable {
  /// In metadata order.
  package let sites: TabletSites
  /// The servers that may host tablets, then those to be drained; each part is sorted.
  package let servers: [String]
  /// How many of `servers` may host tablets.
  package let liveCount: Int
  /// In the order of Java's strings, that is, by UTF-16 units.
  package let groups: [String]
  /// For each tablet, the index of its group.
  package let groupOfTablet: [Int32]
  /// For each tablet, the index of its server; -1 for none.
  package internal(set) var serverOfTablet: [Int32]
  /// The indices of the tablets that had no server, or an unknown one, at the start.
  package let homeless: [Int]
  let live: ServerList

  /// The most pairs of group and server; more would take too much memory.
  static let mostCells = 1 << 28

  /// - Parameters:
  ///   - sites: tablets of one table, in any order.
  ///   - groups: for each of `sites`, its group.
  ///   - drained: servers to be left without tablets.
  /// - Throws: `BalanceError` when there are no servers, when a tablet occurs twice, or when the table is too large.
  package init(
    sites: TabletSites, groups: TextColumn, servers: ServerList, drained: Set<String> = []
  ) throws {
    precondition(sites.count == groups.places.count, "a group for each tablet")
    let live = ServerList(servers.names.filter { !drained.contains($0) })
    guard live.count > 0 else {
      throw BalanceError("there is no tablet server to balance over\(drained.isEmpty ? "" : " when all are drained")")
    }
    self.live = live
    liveCount = live.count
    self.servers = live.names + ServerList(drained).names
    var (sites, groups) = (sites, groups)
    if let order = sites.metadataOrder {
      sites.reorder(order)
      groups.reorder(order)
    }
    if let twin = sites.indices.dropFirst().first(where: { sites.endAlike($0, $0 - 1) }) {
      throw BalanceError("the tablet \(sites.extent(twin)) is there twice")
    }
    let (cells, overflow) = groups.texts.count.multipliedReportingOverflow(by: self.servers.count)
    guard !overflow, cells <= Self.mostCells else {
      throw BalanceError(
        "\(groups.texts.count) groups on \(self.servers.count) servers are more than can be planned: at most "
          + "\(Self.mostCells) pairs of the two; does the pattern make a group of every tablet?")
    }
    self.groups = groups.texts.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
    groupOfTablet = groups.numbered(by: self.groups)
    let placed = sites.locations.numbered(by: self.servers)
    serverOfTablet = placed
    homeless = placed.indices.filter { placed[$0] < 0 }
    self.sites = sites
  }

  /// The tablets of each group on each server.
  package var counts: GroupCounts {
    var counts = GroupCounts(groups: groups.count, servers: servers.count)
    for (group, server) in zip(groupOfTablet, serverOfTablet) where server >= 0 {
      counts[Int(group), Int(server)] += 1
    }
    return counts
  }

  /// The tablets of each group, including those without a server.
  package var groupSizes: [Int] {
    var sizes = Array(repeating: 0, count: groups.count)
    for group in groupOfTablet { sizes[Int(group)] += 1 }
    return sizes
  }

  package var share: EvenShare { EvenShare(groupSizes: groupSizes, servers: liveCount) }

  /// Assigns the tablets without a server as Accumulo's `GroupBalancer.getAssignments` does: back to the host that had
  /// them last, else in turn to all servers, in the order of groups and tablets. Load is ignored.
  /// - Returns: the indices of the tablets, in metadata order.
  mutating func assignHomeless() -> [Int] {
    var dealt: [Int] = []
    for tablet in homeless {
      if let server = (sites.lasts[tablet] ?? sites.locations[tablet]).flatMap(live.returning(to:)) {
        serverOfTablet[tablet] = server
      } else {
        dealt.append(tablet)
      }
    }
    dealt.sort { (groupOfTablet[$0], $0) < (groupOfTablet[$1], $1) }
    for (turn, tablet) in dealt.enumerated() { serverOfTablet[tablet] = Int32(turn % liveCount) }
    return homeless
  }
}

/// A number for each group and server.
package struct GroupCounts: Hashable, Sendable {
  package let groups: Int
  package let servers: Int
  private(set) var cells: [Int32]

  init(groups: Int, servers: Int) {
    (self.groups, self.servers) = (groups, servers)
    cells = Array(repeating: 0, count: groups * servers)
  }

  package subscript(group: Int, server: Int) -> Int {
    get { Int(cells[group * servers + server]) }
    set { cells[group * servers + server] = Int32(newValue) }
  }
}
