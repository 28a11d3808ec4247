import Entries
import Records
internal import Synchronization

// Finds what holes have in common. A client writes its entries one after another and counts them, so the count in the
// entry that refers to a hole tells when the lost entry was written: one flush earlier. Rows are random, so the lost
// entry could have been in any tablet. What is lost, and what is left, shows where the loss happened:
//
//     lost                     range of counts      tablets     left in the tablet
//     a file of a tablet       narrow, all gone     one         nothing with those counts; other rows are intact
//     a batch of one client    narrow, all gone     all         nothing with those counts in any tablet
//     a range of rows          anything             one         nothing in that range of rows
//
// The holes of one tablet and client are sorted by count and cut into groups where the gap to the next is much larger
// than usual in that tablet: a tablet with a quarter of the rows has every fourth count. Single holes that are left are
// then sorted by row and cut in the same way: in a lost range, the rows are close together, and the counts can be
// anything.

/// Holes of one tablet, referred to by one client with neighbouring counts.
package struct HoleGroup: Hashable, Sendable {
  package enum Pattern: String, Sendable {
    case file = "a lost file"
    case batch = "a lost batch of one client"
    case range = "a lost range of rows"
    case single = "single entries"
  }

  /// `2;m;a`; nil when the row is in none of the input's tablets.
  package var tablet: String?
  /// The uuid of the client that wrote the referring entries.
  package var client: [UInt8]
  package var holes: Int64
  /// The numbers of the lowest and the highest row.
  package var rows: ClosedRange<UInt64>
  /// The counts of the referring entries.
  package var counts: ClosedRange<UInt64>
  /// The timestamps of the referring entries, in ms.
  package var timestamps: ClosedRange<Int64>
  /// Entries with these counts that refer to existing rows of this tablet.
  package var leftInCounts: Int64 = 0
  /// Entries that refer to existing rows of this row range.
  package var leftInRows: Int64 = 0
  /// The number of tablets where this client's holes have overlapping counts, including this one.
  package var tabletsAlike = 1
  package var pattern = Pattern.single

  var tabletIndex: Int
}

/// The sorted extents of the tablets, to find the tablet of a row.
struct TabletRows: Sendable {
  private let extents: [KeyExtent]

  init(_ extents: [KeyExtent]) { self.extents = extents.sorted() }

  var count: Int { extents.count }
  func name(_ index: Int) -> String? { extents.indices.contains(index) ? extents[index].description : nil }

  /// The index of the tablet with the row of this number; `count` when no tablet has it.
  func index(of row: UInt64) -> Int {
    let text = RowNumber.text(row)
    var (low, high) = (0, extents.count)
    while low < high {
      let middle = (low + high) / 2
      if extents[middle].rows.isAfter(text) { low = middle + 1 } else { high = middle }
    }
    return low < extents.count && extents[low].rows.contains(text) ? low : extents.count
  }
}

/// Gathers holes and cuts them into groups.
struct HoleGrouping {
  private struct Member {
    var row: UInt64
    var count: UInt64
    var timestamp: Int64
  }
  private struct Origin: Hashable {
    var tablet: Int
    var client: [UInt8]
  }
  private var members: [Origin: [Member]] = [:]
  private let tablets: TabletRows

  init(_ extents: [KeyExtent]) { tablets = TabletRows(extents) }

  /// Adds a hole. Of the entries that refer to it, the one with the lowest count represents the others.
  mutating func add(_ hole: UInt64, _ references: ArraySlice<HoleReference>, _ clients: [[UInt8]]) {
    guard let first = references.min(by: { $0.count < $1.count }) else { return }
    let origin = Origin(tablet: tablets.index(of: hole), client: clients[Int(first.client)])
    members[origin, default: []].append(Member(row: hole, count: first.count, timestamp: first.timestamp))
  }

  /// Groups the holes by tablet, client, and count or row. `entries` is the number of all entries, which gives the
  /// usual distance between rows.
  func finish(entries: Int64) -> [HoleGroup] {
    var groups: [HoleGroup] = []
    let countGap = UInt64(32 * max(tablets.count, 1))
    let rowGap = (RowNumber.end / UInt64(max(entries, 1))).multipliedReportingOverflow(by: 32)
    for (origin, members) in members {
      let byCount = members.sorted { ($0.count, $0.row) < ($1.count, $1.row) }
      let runs = Self.cut(byCount) { $1.count - $0.count <= countGap }
      groups += runs.filter { $0.count >= HoleSurvey.least }.map { group(of: $0, origin) }
      let byRow = runs.filter { $0.count < HoleSurvey.least }.joined().sorted { $0.row < $1.row }
      let rest = Self.cut(byRow) { rowGap.overflow || $1.row - $0.row <= rowGap.partialValue }
      groups += rest.map { group(of: $0, origin) }
    }
    return groups.sorted {
      if $0.tabletIndex != $1.tabletIndex { return $0.tabletIndex < $1.tabletIndex }
      if $0.client != $1.client { return $0.client.lexicographicallyPrecedes($1.client) }
      return ($0.counts.lowerBound, $0.rows.lowerBound) < ($1.counts.lowerBound, $1.rows.lowerBound)
    }
  }

  private static func cut(_ members: [Member], _ areNear: (Member, Member) -> Bool) -> [ArraySlice<Member>] {
    var runs: [ArraySlice<Member>] = []
    var start = 0
    for i in members.indices where i + 1 == members.count || !areNear(members[i], members[i + 1]) {
      runs.append(members[start...i])
      start = i + 1
    }
    return runs
  }

  private func group(of members: ArraySlice<Member>, _ origin: Origin) -> HoleGroup {
    let first = members[members.startIndex]
    var group = HoleGroup(
      tablet: tablets.name(origin.tablet), client: origin.client, holes: 0, rows: first.row...first.row,
      counts: first.count...first.count, timestamps: first.timestamp...first.timestamp, tabletIndex: origin.tablet)
    for member in members { group.take(member.row, member.count, member.timestamp) }
    return group
  }
}

extension HoleGroup {
  fileprivate mutating func take(_ row: UInt64, _ count: UInt64, _ timestamp: Int64) {
    holes += 1
    rows = min(rows.lowerBound, row)...max(rows.upperBound, row)
    counts = min(counts.lowerBound, count)...max(counts.upperBound, count)
    timestamps = min(timestamps.lowerBound, timestamp)...max(timestamps.upperBound, timestamp)
  }
}

/// Counts the entries left around groups of holes. Several threads can use it at the same time, each with its own
/// counts.
final class HoleSurvey: Sendable {
  struct Counts: Sendable {
    var inCounts: [Int64]
    var inRows: [Int64]
  }

  private let groups: [HoleGroup]
  private let tablets: TabletRows
  /// For each tablet, the indexes of groups that are large enough to show a pattern.
  private let groupsOfTablet: [[Int]]
  private let total: Mutex<Counts>

  /// Groups with fewer holes than this show no pattern.
  static let least: Int64 = 8

  init(_ groups: [HoleGroup], _ extents: [KeyExtent]) {
    self.groups = groups
    tablets = TabletRows(extents)
    var lists: [[Int]] = Array(repeating: [], count: tablets.count + 1)
    for (i, group) in groups.enumerated() where group.holes >= Self.least { lists[group.tabletIndex].append(i) }
    groupsOfTablet = lists
    let none = [Int64](repeating: 0, count: groups.count)
    total = Mutex(Counts(inCounts: none, inRows: none))
  }

  func makeCounts() -> Counts {
    let none = [Int64](repeating: 0, count: groups.count)
    return Counts(inCounts: none, inRows: none)
  }

  /// Counts an entry that refers to `target`, whether that is a hole or not. References to holes are subtracted at the
  /// end.
  @inline(__always) func count(_ entry: EntryPointer, target: UInt64, into counts: inout Counts) {
    let list = groupsOfTablet[tablets.index(of: target)]
    guard !list.isEmpty else { return }
    let origin = NodeOrigin(entry.pointee.value)
    for i in list {
      if groups[i].rows.contains(target) { counts.inRows[i] += 1 }
      if let count = origin.count, groups[i].counts.contains(count), groups[i].client == origin.client {
        counts.inCounts[i] += 1
      }
    }
  }

  func add(_ counts: Counts) {
    total.withLock { total in
      for i in groups.indices {
        total.inCounts[i] += counts.inCounts[i]
        total.inRows[i] += counts.inRows[i]
      }
    }
  }

  /// The groups, with the entries left around them and the pattern that these suggest.
  func result() -> [HoleGroup] {
    var result = groups
    let counts = total.withLock { $0 }
    for (i, group) in groups.enumerated() where group.holes >= Self.least {
      result[i].leftInCounts = max(0, counts.inCounts[i] - group.holes)
      let others = groups.filter { $0.tabletIndex == group.tabletIndex && $0.rows.overlaps(group.rows) }
      let lost = others.reduce(0) { $0 + ($1.rows.isWithin(group.rows) ? $1.holes : 0) }
      result[i].leftInRows = max(0, counts.inRows[i] - lost)
      result[i].tabletsAlike =
        Set(
          groups.filter {
            $0.holes >= Self.least && $0.client == group.client && $0.counts.overlaps(group.counts)
          }.map(\.tabletIndex)
        ).count
      result[i].pattern = pattern(of: result[i])
    }
    return result
  }

  /// Up to a twentieth can be left, because other lists of the same client, and rewritten entries, cross the range.
  private func pattern(of group: HoleGroup) -> HoleGroup.Pattern {
    let isCountGone = group.leftInCounts * 20 <= group.holes
    let isRangeGone = group.leftInRows * 20 <= group.holes
    if isCountGone, group.tabletsAlike > 1, group.tabletsAlike * 2 > tablets.count { return .batch }
    if isRangeGone, !isCountGone { return .range }
    return isCountGone ? .file : .single
  }
}

extension ClosedRange<UInt64> {
  fileprivate func isWithin(_ other: Self) -> Bool {
    other.lowerBound <= lowerBound && upperBound <= other.upperBound
  }
}
