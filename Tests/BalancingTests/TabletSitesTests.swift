import TestSupport
import Testing

@testable import Balancing
@testable import Records

@Suite("Packed tablets") struct TabletSitesTests {
  /// Tablets with few different rows, so that many are alike, empty or prefixes of each other.
  private static func random(_ count: Int, using random: inout SplitMix64) -> [TabletSite] {
    func row() -> [UInt8]? {
      let size = Int.random(in: -1...3, using: &random)
      return size < 0 ? nil : (0..<size).map { _ in [0, 97, 255].randomElement(using: &random)! }
    }
    func server() -> String? { ["h1:9997", "h2:9997", nil].randomElement(using: &random)! }
    var last: [UInt8]?
    return (0..<count).map { _ in
      let extent = KeyExtent(
        tableId: ["2", "10"].randomElement(using: &random)!, prevEndRow: Bool.random(using: &random) ? last : row(),
        endRow: row())
      last = extent.endRow
      return TabletSite(extent: extent, location: server(), last: server())
    }
  }

  private static func packed(_ sites: [TabletSite]) -> TabletSites {
    var packed = TabletSites()
    for site in sites { packed.append(site) }
    return packed
  }

  private static func facts(_ sites: some Sequence<TabletSite>) -> [[String]] {
    sites.map { ["\($0.extent)", $0.location ?? "-", $0.last ?? "-"] }
  }

  @Test("they are what was packed, in the order of their extents") func order() {
    var random = SplitMix64(seed: 3)
    var inOrder = 0
    for count in 0..<300 {
      let sites = Self.random(count % 30, using: &random)
      var packed = Self.packed(sites)
      #expect(Self.facts(packed) == Self.facts(sites))
      for a in sites.indices {
        for b in sites.indices {
          let (x, y) = (sites[a].extent, sites[b].extent)
          #expect(packed.endAlike(a, b) == (x.tableId == y.tableId && x.endRow == y.endRow), "\(x) \(y)")
        }
      }
      let sorted = sites.sorted { $0.extent < $1.extent }
      guard let order = packed.metadataOrder else {
        inOrder += 1
        #expect(zip(sites, sites.dropFirst()).allSatisfy { !($1.extent < $0.extent) })
        continue
      }
      packed.reorder(order)
      #expect(packed.map(\.extent) == sorted.map(\.extent) && packed.metadataOrder == nil)
      #expect(Set(Self.facts(packed)) == Set(Self.facts(sorted)))
    }
    #expect(inOrder > 10 && inOrder < 290)
  }

  @Test("tables one after the other are the tablets of all") func append() {
    var random = SplitMix64(seed: 4)
    for _ in 0..<50 {
      let parts = (0..<4).map { _ in Self.random(Int.random(in: 0...9, using: &random), using: &random) }
      var all = TabletSites()
      for part in parts { all.append(contentsOf: Self.packed(part)) }
      #expect(Self.facts(all) == Self.facts(parts.flatMap(\.self)))
    }
  }

  @Test("a row that stands before it is kept once") func sharing() {
    let row = [UInt8](repeating: 97, count: 1000)
    var sites = Self.packed([TabletSite(extent: KeyExtent(tableId: "2", endRow: row), location: nil)])
    let before = sites.rows.count
    sites.append(TabletSite(extent: KeyExtent(tableId: "2", prevEndRow: row), location: nil))
    #expect(sites.rows.count == before && sites.map(\.extent.prevEndRow) == [nil, row])
  }

  @Test("groups are told apart by their bytes, as in Java") func groups() throws {
    let rows = ["\u{e9}", "e\u{301}", "\u{212b}", "A\u{30a}"]
    var sites = TabletSites()
    for row in rows {
      sites.append(TabletSite(extent: KeyExtent(tableId: "2", endRow: Array(row.utf8)), location: "h1:9997"))
    }
    let rule = try GroupRule(regex: "(.*)", defaultGroup: nil)
    let groups = TextColumn(try sites.indices.map { try rule.group(of: $0, in: sites).name })
    let placement = try TablePlacement(sites: sites, groups: groups, servers: ServerList(["h1:9997", "h2:9997"]))
    #expect(placement.groups.count == 4 && Set(placement.groupOfTablet) == [0, 1, 2, 3])
  }

  @Test("texts are numbered by a list; none, and one that is not there, is -1") func numbers() {
    let column = TextColumn(["b", nil, "a", "a", "c", "b"])
    #expect(column.texts == ["b", "a", "c"] && (0..<6).map { column[$0] } == ["b", nil, "a", "a", "c", "b"])
    #expect(column.numbered(by: ["a", "b"]) == [1, -1, 0, 0, -1, 1])
  }
}
