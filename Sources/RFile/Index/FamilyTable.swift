import Entries

// Unsafe fence: counts per column family without an allocation per entry. It is an open-addressing hash table keyed by
// the family's bytes. A family equal to the previous one (most are) is found without hashing.

/// A set of column families, each with a count of entries.
final class FamilyTable {
  private struct Family {
    var hash: UInt64
    var bytes: ByteView
    var count: Int64
  }

  private struct State {
    /// Index of the family + 1; 0 is free. The number of slots is a power of two, and at most half are used.
    var slots: UnsafeMutablePointer<Int32>
    var mask: Int
    var families: UnsafeMutablePointer<Family>
    var count = 0
    var last = -1
  }

  private let state: UnsafeMutablePointer<State>

  init() {
    state = .allocate(capacity: 1)
    state.initialize(to: State(slots: .allocate(capacity: 16), mask: 15, families: .allocate(capacity: 8)))
    state.pointee.slots.initialize(repeating: 0, count: 16)
  }

  convenience init(_ families: some Sequence<[UInt8]>) {
    self.init()
    for family in families {
      family.withUnsafeBufferPointer { buffer in
        var none: UInt8 = 0
        withUnsafePointer(to: &none) { empty in
          let view = ByteView(start: buffer.baseAddress ?? empty, count: buffer.count)
          if find(view) == nil { insert(view) }
        }
      }
    }
  }

  deinit {
    for i in 0..<state.pointee.count { state.pointee.families[i].bytes.start.deallocate() }
    state.pointee.families.deallocate()
    state.pointee.slots.deallocate()
    state.deallocate()
  }

  var count: Int { state.pointee.count }

  /// The index of a family, or nil if the table does not have it.
  @inline(__always) func find(_ family: ByteView) -> Int? {
    let last = state.pointee.last
    if last >= 0 && state.pointee.families[last].bytes.equals(family) { return last }
    return search(family)
  }

  @inline(__always) func increment(_ index: Int) { state.pointee.families[index].count += 1 }

  /// Adds a family that is not in the table, with a count of 0. Returns its index.
  @discardableResult func insert(_ family: ByteView) -> Int {
    if 2 * (state.pointee.count + 1) > state.pointee.mask { grow() }
    let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(family.count, 1))
    copy.update(from: family.start, count: family.count)
    let index = state.pointee.count
    let hash = Self.hash(family)
    (state.pointee.families + index).initialize(
      to: Family(hash: hash, bytes: ByteView(start: copy, count: family.count), count: 0))
    state.pointee.count += 1
    state.pointee.slots[freeSlot(hash)] = Int32(index + 1)
    return index
  }

  /// Gives the new count. It wraps where a damaged list makes it.
  @discardableResult func add(_ count: Int64, to index: Int) -> Int64 {
    state.pointee.families[index].count &+= count
    return state.pointee.families[index].count
  }

  /// Sets all counts to 0. The families stay, because they are likely to come again, unless the table has very many.
  func forgetCounts() {
    if count > Self.mostKept {
      for i in 0..<count { state.pointee.families[i].bytes.start.deallocate() }
      state.pointee.slots.update(repeating: 0, count: state.pointee.mask + 1)
      state.pointee.count = 0
      state.pointee.last = -1
    }
    for i in 0..<count { state.pointee.families[i].count = 0 }
  }
  private static let mostKept = 1000

  /// Calls `body` for each family with a count above 0.
  func forEachCounted(_ body: (ByteView, Int64) -> Void) {
    for i in 0..<count where state.pointee.families[i].count > 0 {
      body(state.pointee.families[i].bytes, state.pointee.families[i].count)
    }
  }

  /// All families with their counts, sorted by family.
  var counts: [FamilyCount] {
    (0..<count).map {
      FamilyCount(family: state.pointee.families[$0].bytes.array, count: state.pointee.families[$0].count)
    }.sorted { $0.family.lexicographicallyPrecedes($1.family) }
  }

  private func search(_ family: ByteView) -> Int? {
    let hash = Self.hash(family)
    var slot = Int(truncatingIfNeeded: hash) & state.pointee.mask
    while state.pointee.slots[slot] != 0 {
      let index = Int(state.pointee.slots[slot]) - 1
      if state.pointee.families[index].hash == hash && state.pointee.families[index].bytes.equals(family) {
        state.pointee.last = index
        return index
      }
      slot = (slot + 1) & state.pointee.mask
    }
    return nil
  }

  private func freeSlot(_ hash: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: hash) & state.pointee.mask
    while state.pointee.slots[slot] != 0 { slot = (slot + 1) & state.pointee.mask }
    return slot
  }

  private func grow() {
    let size = 2 * (state.pointee.mask + 1)
    state.pointee.slots.deallocate()
    state.pointee.slots = .allocate(capacity: size)
    state.pointee.slots.initialize(repeating: 0, count: size)
    state.pointee.mask = size - 1
    let families = UnsafeMutablePointer<Family>.allocate(capacity: size / 2)
    families.moveInitialize(from: state.pointee.families, count: count)
    state.pointee.families.deallocate()
    state.pointee.families = families
    for i in 0..<count { state.pointee.slots[freeSlot(families[i].hash)] = Int32(i + 1) }
  }

  /// FNV-1a with the high bits folded into the low ones.
  private static func hash(_ bytes: ByteView) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for i in 0..<bytes.count { hash = (hash ^ UInt64(bytes.start[i])) &* 0x0000_0100_0000_01b3 }
    return hash ^ hash >> 29
  }
}
