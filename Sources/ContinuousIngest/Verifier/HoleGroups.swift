import Entries
import Records
internal import Synchronization

// What holes have in common. A client writes its entries one after the other and counts them, so the count in the entry
// that refers to a hole tells when the lost entry was written: one flush before it. Rows are random: a lost entry may have
// been in any tablet. So it shows in what is lost, and in what is not, where it went:
//
//     lost                     count range          tablets     left in the tablet
//     a file of a tablet       narrow, all gone     one         nothing with those counts, the row range is full
//     a batch of one client    narrow, all gone     all         nothing with those counts in any tablet
//     a range of rows          anything             one         nothing in that range of rows
//
// Holes of one tablet and client are sorted by count and cut where the next is much farther away than entries of that
// tablet lie apart: a tablet with a quarter of the rows has every fourth count. Holes that are left single are then
// sorted by row and cut in the same way: in a lost range the rows are near each other, and the counts anything.

/// Holes of one tablet, referred to by one client with neighbouring counts.
package struct HoleGroup: Hashable, Sendable {
  package enum Pattern: String, Sendable {
    case file = "a lost file"
    case batch = "a lost batch of one client"
    case range = "a lost range of rows"
    case single = "single entries"
  }

  /// `2;m;a`; nil when the row belongs to no tablet that was looked at.
  package var tablet: String?
  /// The uuid of the client that wrote the referring entries.
  package var client: [UInt8]
  package var holes: Int64
  /// Numbers of the lowest and the highest row.
  package var rows: ClosedRange<UInt64>
  /// Of the referring entries.
  package var counts: ClosedRange<UInt64>
  /// Of the referring entries: ms.
  package var timestamps: ClosedRange<Int64>
  /// Entries that refer with these counts to rows of this tablet that are there.
  package var leftInCounts: Int64 = 0
  /// Entries that refer to rows of this row range that are there.
  package var leftInRows: Int64 = 0
  /// Tablets where this client's holes have overlapping counts, this one included.
  package var tabletsAlike = 1
  package var pattern = Pattern.single

  var tabletIndex: Int
}

/// The extents of the tablets in order, to see where a row belongs.
struct TabletRows: Sendable {
  private let extents: [KeyExtent]

  init(_ extents: [KeyExtent]) { self.extents = extents.sorted() }

  var count: Int { extents.count }
  func name(_ index: Int) -> String? { extents.indices.contains(index) ? extents[index].description : nil }

  /// Index of the tablet with the row of this number; `count` when there is none.
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

  /// The first entry that refers to a hole, by its count, stands for the others.
  mutating func add(_ hole: UInt64, _ references: ArraySlice<HoleReference>, _ clients: [[UInt8]]) {
    guard let first = references.min(by: { $0.count < $1.count }) else { return }
    let origin = Origin(tablet: tablets.index(of: hole), client: clients[Int(first.client)])
    members[origin, default: []].append(Member(row: hole, count: first.count, timestamp: first.timestamp))
  }

  /// Groups by tablet, client and count, or row. `entries` is the number of all entries: how near rows lie to each other.
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

/// Counts what is left around groups of holes. Safe for several threads, each with its own counts.
final class HoleSurvey: Sendable {
  struct Counts: Sendable {
    var inCounts: [Int64]
    var inRows: [Int64]
  }

  private let groups: [HoleGroup]
  private let tablets: TabletRows
  /// Indexes of the groups of each tablet, large enough to tell something.
  private let groupsOfTablet: [[Int]]
  private let total: Mutex<Counts>

  /// Fewer holes show no pattern.
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

  /// Counts an entry that refers to `target`, hole or not: the holes' own references are taken off at the end.
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

  /// The groups with what is left around them and what that suggests.
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

  /// A twentieth may be left: other lists of the same client, and rewritten entries, cross the range.
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
