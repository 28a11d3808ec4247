package import Records

/// Where a tablet is hosted.
package struct TabletSite: Sendable {
  package var extent: KeyExtent
  /// `host:port`; nil for a tablet that no server hosts.
  package var location: String?
  /// `host:port` of the server that hosted it before.
  package var last: String?

  package init(extent: KeyExtent, location: String?, last: String? = nil) {
    self.extent = extent
    self.location = location
    self.last = last
  }

  /// A tablet that is assigned but not yet loaded counts as hosted.
  package init(_ tablet: Tablet) {
    self.init(extent: tablet.extent, location: tablet.location ?? tablet.future, last: tablet.last)
  }
}

/// The tablets of one table, by group and server.
package struct TablePlacement: Sendable {
  /// In metadata order.
  package let sites: [TabletSite]
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
    sites: [TabletSite], groups names: [String], servers: ServerList, drained: Set<String> = []
  ) throws {
    precondition(sites.count == names.count, "a group for each tablet")
    let live = ServerList(servers.names.filter { !drained.contains($0) })
    guard live.count > 0 else {
      throw BalanceError("there is no tablet server to balance over\(drained.isEmpty ? "" : " when all are drained")")
    }
    self.live = live
    liveCount = live.count
    self.servers = live.names + ServerList(drained).names
    var order = Array(sites.indices)
    // Metadata, and plans made from it, are already sorted.
    if sites.indices.dropFirst().contains(where: { sites[$0].extent < sites[$0 - 1].extent }) {
      order.sort { sites[$0].extent < sites[$1].extent }
      self.sites = order.map { sites[$0] }
    } else {
      self.sites = sites
    }
    for place in self.sites.indices.dropFirst() where self.sites[place].extent.endsAs(self.sites[place - 1].extent) {
      throw BalanceError("the tablet \(self.sites[place].extent) is there twice")
    }
    let sorted = Set(names).sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
    let (cells, overflow) = sorted.count.multipliedReportingOverflow(by: self.servers.count)
    guard !overflow, cells <= Self.mostCells else {
      throw BalanceError(
        "\(sorted.count) groups on \(self.servers.count) servers are more than can be planned: at most \(Self.mostCells) "
          + "pairs of the two; does the pattern make a group of every tablet?")
    }
    let groupNumbers = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($0.element, Int32($0.offset)) })
    self.groups = sorted
    // Neighbours are mostly of one group.
    var (name, number): (String, Int32) = (sorted.first ?? "", 0)
    groupOfTablet = order.map { place in
      if names[place] != name { (name, number) = (names[place], groupNumbers[names[place]] ?? 0) }
      return number
    }
    let serverNumbers = Dictionary(
      uniqueKeysWithValues: self.servers.enumerated().map { ($0.element, Int32($0.offset)) })
    let placed = self.sites.map { site in site.location.flatMap { serverNumbers[$0] } ?? -1 }
    serverOfTablet = placed
    homeless = placed.indices.filter { placed[$0] < 0 }
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
      let site = sites[tablet]
      if let server = (site.last ?? site.location).flatMap(live.returning(to:)) {
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

extension KeyExtent {
  /// Whether two tablets have the same end, so that they are one or overlap.
  fileprivate func endsAs(_ other: KeyExtent) -> Bool { endRow == other.endRow && tableId == other.tableId }
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
