import Entries

// Does a group hold the families that its list names, each as often as the list says? A file whose list is wrong is
// damaged, and Accumulo skips groups by these lists, so entries may never be found. The question costs next to nothing
// while the group is read anyway: a relative key says when the family changes, so families are looked up once a run.
//
//     list      a: 3, b: 2            what is left   a 3  b 2
//     entries   a a b | b a           after a run    a 1       b 1 | b 0   a 0
//
// A whole group leaves zero of each, and a part of a group never less.

/// Takes the entries of a group, as they are decoded, from what its list promises.
///
/// Plain memory for hot paths: its owner must call `free()`.
struct FamilyTally {
  private let table: Unmanaged<FamilyTable>
  /// Entries that the list promises and that were not seen yet, over all families.
  private var left: Int64
  /// The family of the run, and the entries of the block before the run.
  private var current: Int?
  private var start = 0
  /// The list promises fewer of some family than there are.
  private var isOverdrawn = false
  /// A family that the list does not have.
  private(set) var unlisted: [UInt8]?

  init(_ families: [FamilyCount]) {
    let table = FamilyTable(families.map(\.family))
    for (index, family) in families.enumerated() { table.add(family.count, to: index) }
    left = families.reduce(0) { $0 &+ $1.count }
    self.table = .passRetained(table)
  }

  func free() { table.release() }

  /// A family that is not the one before it, at the entry after `count` entries of the block.
  @inline(never) mutating func change(to family: ByteView, after count: Int) {
    endRun(at: count)
    current = table._withUnsafeGuaranteedRef { $0.find(family) }
    if current == nil, unlisted == nil { unlisted = family.array }
  }

  /// The block ends after `count` entries.
  mutating func endBlock(after count: Int) {
    endRun(at: count)
    current = nil
    start = 0
  }

  private mutating func endRun(at count: Int) {
    if let current, table._withUnsafeGuaranteedRef({ $0.add(Int64(start - count), to: current) }) < 0 {
      isOverdrawn = true
    }
    left &-= Int64(count - start)
    start = count
  }

  /// Whether the list is wrong. Nil: there were fewer entries than it has, so that this may be a part of the group.
  var differs: Bool? {
    if isOverdrawn { return true }
    guard left == 0 else { return nil }
    return table._withUnsafeGuaranteedRef { $0.counts.contains { $0.count != 0 } }
  }
}
