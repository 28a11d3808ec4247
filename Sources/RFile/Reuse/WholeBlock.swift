import BlockFile
package import Entries

/// A block of an input that becomes a block of the output as it is stored, with everything that the writer needs.
///
/// The merge that offers it is at its last entry. Its pointers are valid until the merge moves.
package struct WholeBlock {
  /// Its stored bytes. The writer can swap in another buffer's memory.
  let stored: BlockBuffer
  let rawSize: Int
  package let entryCount: Int
  /// The first key; its value is not kept.
  let first: EntryPointer
  package let last: EntryPointer
  /// The number of entries at its end that are versions of the last cell.
  package let versions: Int
  /// The number of entries of each family, if they are counted.
  let families: FamilyTable
  /// The sum of its entries if they are added to a ledger; otherwise empty.
  let sum: EntrySum
}

/// What the group being written requires of the families in a block.
struct FamilyRules {
  /// Whether the group accepts a family; nil accepts any.
  var takes: ((ByteView) -> Bool)?
  /// Whether entries must be counted by family.
  var counts: Bool
}
