import BlockFile
package import Entries

/// Entries of one column family in a group.
package struct FamilyCount: Hashable, Sendable {
  package var family: [UInt8]
  package var count: Int64
}

/// A part of a file that holds the entries of some column families. Accumulo: `RFile.LocalityGroupMetadata`.
///
///     boolean isDefault | name (writeUTF), unless default | int32 start block (versions 3 to 7)
///     int32 number of families, -1 = not tracked | families: int32 length, bytes, int64 count
///     boolean hasFirstKey | first key, if so
///     int32 totalAdded (version 6 and later) | root index block
package struct LocalityGroup: Sendable {
  /// Nil for the default group: the one with all families that no other group has.
  package let name: String?
  /// First block of the group in `BCFile.index`; 0 in version 8.
  let startBlock: Int
  /// Sorted by family; nil when there were too many to track (only in the default group).
  package let families: [FamilyCount]?
  package let firstKey: Key?
  /// Data blocks.
  let blockCount: Int
  package let root: IndexBlock

  package var isDefault: Bool { name == nil }

  init(from reader: inout ByteReader, version: Int) throws(DecodeError) {
    name = try reader.boolean("default group flag") ? nil : try reader.javaUTF("name of a locality group")
    startBlock = version < 8 ? Int(try reader.int32("start block")) : 0
    families = try Self.readFamilies(from: &reader, isDefault: name == nil)
    firstKey = try reader.boolean("first key flag") ? try reader.key("first key") : nil
    if version >= 6 {
      let total = Int(try reader.int32("count of data blocks"))
      guard total >= 0 else {
        throw DecodeError(at: reader.offset - 4, expected: "a count of data blocks", found: "\(total)")
      }
      root = try IndexBlock(from: &reader, version: version)
      blockCount = total
    } else {
      root = try IndexBlock(from: &reader, version: version)
      blockCount = root.count
    }
  }

  private static func readFamilies(
    from reader: inout ByteReader, isDefault: Bool
  ) throws(DecodeError) -> [FamilyCount]? {
    let at = reader.offset
    let count = Int(try reader.int32("number of column families"))
    if count == -1 && isDefault { return nil }
    guard count >= 0, count <= reader.remaining / 12 else {
      throw DecodeError(at: at, expected: "a number of column families", found: "\(count)")
    }
    var families: [FamilyCount] = []
    for _ in 0..<count {
      let size = try reader.count("length of a column family", ofSize: 1)
      let family = Array(try reader.take(size, "column family"))
      families.append(FamilyCount(family: family, count: try reader.int64("entries of a column family")))
    }
    return families.sorted { $0.family.lexicographicallyPrecedes($1.family) }
  }

  /// True when it may hold entries of a family that `selection` takes.
  func intersects(_ selection: FamilySelection) -> Bool {
    guard let families else { return true }
    return families.contains { $0.count > 0 && selection.contains($0.family) }
  }

  /// True when it may hold entries of a family that `selection` leaves out.
  func exceeds(_ selection: FamilySelection) -> Bool {
    guard case .all = selection else {
      guard let families else { return true }
      return families.contains { $0.count > 0 && !selection.contains($0.family) }
    }
    return false
  }
}

/// Which column families to read.
package enum FamilySelection: Hashable, Sendable {
  case all
  case only(Set<[UInt8]>)
  case except(Set<[UInt8]>)

  package func contains(_ family: [UInt8]) -> Bool {
    switch self {
    case .all: true
    case .only(let families): families.contains(family)
    case .except(let families): !families.contains(family)
    }
  }
}
