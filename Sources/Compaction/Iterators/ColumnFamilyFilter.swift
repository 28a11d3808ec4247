internal import Entries

/// Passes the entries of some families only: those of one locality group, or all but those of every group.
///
/// What org.apache.accumulo.core.iteratorsImpl.system.ColumnFamilySkippingIterator does in a compaction. It looks at
/// families alone, so it may stand before or after `DeletingIterator`.
final class ColumnFamilyFilter: EntryCursor {
  let source: any EntryCursor
  fileprivate let passesMembers: Bool
  /// The families in order, each in memory of its own.
  private let families: UnsafeMutableBufferPointer<ByteView>
  /// The family that was looked up last: neighbours mostly share theirs.
  private let last: UnsafeMutablePointer<Int>

  /// Entries whose family is in `families`.
  convenience init(source: any EntryCursor, in families: Set<[UInt8]>) {
    self.init(source: source, families: families, passesMembers: true)
  }

  /// Entries whose family is not in `families`.
  convenience init(source: any EntryCursor, notIn families: Set<[UInt8]>) {
    self.init(source: source, families: families, passesMembers: false)
  }

  private init(source: any EntryCursor, families: Set<[UInt8]>, passesMembers: Bool) {
    self.source = source
    self.passesMembers = passesMembers
    self.families = .allocate(capacity: families.count)
    for (i, family) in families.sorted(by: { $0.lexicographicallyPrecedes($1) }).enumerated() {
      let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: family.count)
      bytes.initialize(from: family, count: family.count)
      self.families.initializeElement(at: i, to: ByteView(start: bytes, count: family.count))
    }
    last = .allocate(capacity: 1)
    last.initialize(to: 0)
  }

  deinit {
    for family in families { family.start.deallocate() }
    families.deallocate()
    last.deallocate()
  }

  func next() throws -> EntryPointer? {
    while let entry = try source.next() {
      if isMember(entry.pointee.family) == passesMembers { return entry }
    }
    return nil
  }

  fileprivate func isMember(_ family: ByteView) -> Bool {
    guard !families.isEmpty else { return false }
    if family.equals(families[last.pointee]) { return true }
    var low = 0
    var high = families.count
    while low < high {
      let middle = (low + high) / 2
      let order = family.compare(families[middle])
      if order == 0 {
        last.pointee = middle
        return true
      }
      if order < 0 { high = middle } else { low = middle + 1 }
    }
    return false
  }
}

extension ColumnFamilyFilter: BlockPassing {
  var passes: ((EntryPointer) -> Bool)? { { entry in self.isMember(entry.pointee.family) == self.passesMembers } }
}
