import Balancing

/// A placement as a table: groups down, servers across; a cell that changes shows before and after.
struct PlacementTable {
  var title: String
  var before: TablePlacement
  var after: TablePlacement

  /// More servers than this do not fit on a screen; those with the largest changes are shown.
  private static let mostColumns = 12
  private static let mostRows = 60

  var text: String {
    let (old, new) = (before.counts, after.counts)
    let changes = before.servers.indices.map { server in
      before.groups.indices.reduce(0) { $0 + abs(new[$1, server] - old[$1, server]) }
    }
    let shown = changes.indices.sorted { (changes[$1], $0) < (changes[$0], $1) }.prefix(Self.mostColumns).sorted()
    var rows = [["group"] + shown.map { before.servers[$0] } + ["all"]]
    for group in before.groups.indices.prefix(Self.mostRows) {
      rows.append(
        [before.groups[group].isEmpty ? "\"\"" : before.groups[group]]
          + shown.map { Self.cell(old[group, $0], new[group, $0]) } + ["\(before.groupSizes(of: group))"])
    }
    rows.append(
      ["all"]
        + shown.map { server in
          Self.cell(
            before.groups.indices.reduce(0) { $0 + old[$1, server] },
            before.groups.indices.reduce(0) { $0 + new[$1, server] })
        } + ["\(before.sites.count)"])
    var text = title + "\n" + rows.aligned()
    if before.servers.count > shown.count { text += "and \(before.servers.count - shown.count) more servers\n" }
    if before.groups.count > Self.mostRows { text += "and \(before.groups.count - Self.mostRows) more groups\n" }
    return text
  }

  private static func cell(_ before: Int, _ after: Int) -> String {
    before == after ? "\(before)" : "\(before)>\(after)"
  }
}

extension TablePlacement {
  fileprivate func groupSizes(of group: Int) -> Int { groupOfTablet.count { $0 == Int32(group) } }
}
