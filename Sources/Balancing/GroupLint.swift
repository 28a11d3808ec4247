package import Records

/// Something about the groups that is probably unintended. Written as a `lint` record.
package struct GroupLint: Hashable, Sendable {
  package enum Rule: String, Sendable {
    /// The pattern has no group in parentheses, or several, so everything is in the default group.
    case captureGroups = "capture-groups"
    /// The rule does not cover these tablets.
    case defaultGroup = "default-group"
    /// A group of one tablet cannot be spread.
    case singleTablet = "single-tablet"
    /// An end row shorter than anything the pattern matches. Such a split is not a boundary between groups: the tablet
    /// falls into the default group although it holds rows of another one.
    case shortRow = "short-row"
    /// An end row that is the name of its group and nothing more, such as `03` for `(\d\d).*`. All other rows of the
    /// tablet come before it and belong to another group. The split should stand at the end of a group, such as `02~`.
    case bareGroup = "bare-group"
  }

  package var rule: Rule
  package var group: String?
  package var tablets: Int
  /// The first of the tablets.
  var example: KeyExtent?

  /// Appends the record and a line feed.
  package func write(table: String, to line: inout JSONLine) {
    line.record("lint") { line in
      line.field("rule", rule.rawValue)
      line.field("table", table)
      line.field("group", group)
      line.field("tablets", tablets)
      if let example { line.field("example", example.description) }
    }
  }

  /// Checks the tablets of one table with their groups.
  package static func findings(_ tablets: [(extent: KeyExtent, group: String, isDefault: Bool)], rule: GroupRule)
    -> [GroupLint]
  {
    var findings: [GroupLint] = []
    if let count = rule.captureGroups, count != 1 {
      findings.append(GroupLint(rule: .captureGroups, group: rule.defaultGroup, tablets: tablets.count))
    }
    // The last tablet belongs to the default group by rule.
    let defaults = tablets.filter { $0.isDefault && $0.extent.endRow != nil }
    if let first = defaults.first {
      findings.append(
        GroupLint(rule: .defaultGroup, group: first.group, tablets: defaults.count, example: first.extent))
    }
    let shortest = rule.shortestRow ?? 0
    let short = defaults.filter { ($0.extent.endRow?.count ?? 0) < shortest }
    if let first = short.first {
      findings.append(GroupLint(rule: .shortRow, group: first.group, tablets: short.count, example: first.extent))
    }
    let byGroup = Dictionary(grouping: tablets.indices) { tablets[$0].group }
    for (group, indices) in byGroup.sorted(by: { $0.key < $1.key }) where indices.count == 1 {
      findings.append(
        GroupLint(rule: .singleTablet, group: group, tablets: 1, example: tablets[indices[0]].extent))
    }
    let bare = tablets.filter {
      !$0.isDefault && $0.extent.endRow == Array($0.group.utf8) && $0.extent.prevEndRow != nil
    }
    if let first = bare.first, rule.captureGroups == 1 {
      findings.append(GroupLint(rule: .bareGroup, group: first.group, tablets: bare.count, example: first.extent))
    }
    return findings
  }
}
