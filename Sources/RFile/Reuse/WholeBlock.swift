import BlockFile
package import Entries

/// A block of an input that becomes one of the output as it lies in the file: all that a writer must know of it.
///
/// The merge that offers it stands at its last entry. All that it points to is valid until the merge moves.
package struct WholeBlock {
  /// Its bytes in the file. Whoever takes the block may leave other memory in their place.
  let stored: BlockBuffer
  let rawSize: Int
  package let entryCount: Int
  /// The key; the value is not kept.
  let first: EntryPointer
  package let last: EntryPointer
  /// How many entries at its end are of the last one's cell.
  package let versions: Int
  /// Entries of each family, when they were to be counted.
  let families: FamilyTable
  /// All its entries, when somebody keeps books; else empty.
  let sum: EntrySum
}

/// What the group that is written wants of the families in a block.
struct FamilyRules {
  /// Whether it takes a family; nil: any.
  var takes: ((ByteView) -> Bool)?
  /// Whether entries are to be counted by family.
  var counts: Bool
}
