// Where the tablets of tables are hosted, packed. A million tablets are a few large pieces of memory in place of some
// millions of small ones, whose owners would have to be counted at each step.
//
//     rows        apple|berry|cherry
//     ends        0..<5, 5..<10, 10..<16, none
//     previous    none,  0..<5,  5..<10,  10..<16    the rows of the tablets before them
//     locations   h1, h2, h1, -                       as a `TextColumn`

internal import Entries
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

package struct TabletSites: Sendable, RandomAccessCollection {
  /// Bytes of `rows`; none where `start` is negative: the end of a table.
  private struct Row {
    var start = -1
    var end = -1
  }

  /// Begins with a byte that belongs to no row, so that even empty rows have a place.
  private(set) var rows: [UInt8] = [0]
  private var ends: [Row] = []
  private var previous: [Row] = []
  package private(set) var tableIds = TextColumn()
  package private(set) var locations = TextColumn()
  package private(set) var lasts = TextColumn()

  package init() {}

  package var startIndex: Int { 0 }
  package var endIndex: Int { ends.count }

  package subscript(tablet: Int) -> TabletSite {
    TabletSite(extent: extent(tablet), location: locations[tablet], last: lasts[tablet])
  }

  package func extent(_ tablet: Int) -> KeyExtent {
    KeyExtent(
      tableId: tableIds[tablet] ?? "", prevEndRow: withBytes(previous[tablet]) { $0?.array },
      endRow: withBytes(ends[tablet]) { $0?.array })
  }

  /// Calls `body` with the end row of a tablet; nil for the last of a table.
  func withEndRow<Result>(of tablet: Int, _ body: (UnsafeBufferPointer<UInt8>?) throws -> Result) rethrows -> Result {
    try withBytes(ends[tablet]) { try body($0?.bytes) }
  }

  package mutating func append(_ site: TabletSite) {
    // Mostly the end row of the tablet before, which is there already.
    if let row = site.extent.prevEndRow, let last = ends.last, withBytes(last, { $0?.equals(row) }) == true {
      previous.append(last)
    } else {
      previous.append(add(site.extent.prevEndRow))
    }
    ends.append(add(site.extent.endRow))
    tableIds.append(site.extent.tableId)
    locations.append(site.location)
    lasts.append(site.last)
  }

  mutating func append(contentsOf other: TabletSites) {
    let start = rows.count
    func moved(_ row: Row) -> Row { row.start < 0 ? row : Row(start: row.start + start, end: row.end + start) }
    rows += other.rows
    ends += other.ends.map(moved)
    previous += other.previous.map(moved)
    tableIds.append(contentsOf: other.tableIds)
    locations.append(contentsOf: other.locations)
    lasts.append(contentsOf: other.lasts)
  }

  private mutating func add(_ row: [UInt8]?) -> Row {
    guard let row else { return Row() }
    let start = rows.count
    rows += row
    return Row(start: start, end: rows.count)
  }

  // MARK: Order

  /// The tablets in metadata order; nil when they are in it.
  ///
  /// Metadata, and plans made from it, are sorted.
  var metadataOrder: [Int]? {
    guard indices.dropFirst().contains(where: { precedes($0, $0 - 1) }) else { return nil }
    return indices.sorted { precedes($0, $1) }
  }

  /// Puts the tablets into another order.
  mutating func reorder(_ order: [Int]) {
    ends = order.map { ends[$0] }
    previous = order.map { previous[$0] }
    tableIds.reorder(order)
    locations.reorder(order)
    lasts.reorder(order)
  }

  /// Whether two tablets have the same end, so that they are one or overlap.
  func endAlike(_ a: Int, _ b: Int) -> Bool {
    tableIds.places[a] == tableIds.places[b] && compare(ends[a], ends[b], noneIsFirst: false) == 0
  }

  /// As `<` of `KeyExtent`: by table id, then end row (the last tablet after all others), then previous end row.
  private func precedes(_ a: Int, _ b: Int) -> Bool {
    if tableIds.places[a] != tableIds.places[b] { return tableIds[a] ?? "" < tableIds[b] ?? "" }
    let order = compare(ends[a], ends[b], noneIsFirst: false)
    return order == 0 ? compare(previous[a], previous[b], noneIsFirst: true) < 0 : order < 0
  }

  /// Negative when the first row stands before the second, 0 for equal ones.
  private func compare(_ a: Row, _ b: Row, noneIsFirst: Bool) -> Int {
    if a.start < 0 || b.start < 0 {
      let order = (a.start < 0 ? 1 : 0) - (b.start < 0 ? 1 : 0)
      return noneIsFirst ? -order : order
    }
    return withBytes(a) { a in withBytes(b) { b in a.flatMap { a in b.map(a.compare) } ?? 0 } }
  }

  private func withBytes<Result>(_ row: Row, _ body: (ByteView?) throws -> Result) rethrows -> Result {
    guard row.start >= 0 else { return try body(nil) }
    return try rows.withUnsafeBufferPointer { rows in
      guard let start = rows.baseAddress else { return try body(nil) }
      return try body(ByteView(start: start + row.start, count: row.end - row.start))
    }
  }
}
