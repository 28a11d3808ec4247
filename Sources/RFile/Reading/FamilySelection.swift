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

extension LocalityGroup {
  /// True when the group can contain entries of a selected family.
  func intersects(_ selection: FamilySelection) -> Bool {
    guard let families else { return true }
    if families.contains(where: { $0.count > 0 && selection.contains($0.family) }) { return true }
    // A list without entries over blocks is wrong: reading them shows it.
    return blockCount > 0 && families.allSatisfy { $0.count == 0 }
  }

  /// True when the group can contain entries of a family that is not selected.
  func exceeds(_ selection: FamilySelection) -> Bool {
    guard case .all = selection else {
      guard let families else { return true }
      return families.contains { $0.count > 0 && !selection.contains($0.family) }
    }
    return false
  }
}
