import BlockFile
package import Entries

/// A block of an input that becomes a block of the output as it is stored, with everything that the writer needs.
///
/// The merge that offers it is at its last entry. Its pointers are valid until the merge moves.
package struct WholeBlock {
  /// Its stored bytes. The writer can swap in another buffer's memory.
  let stored: BlockBuffer
  /// The same inflated.
  let raw: BlockBuffer
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

  /// Bytes, inflated.
  var rawSize: Int { raw.count }

  /// Decodes the block once more. It was examined, so it is sound; what is thrown is what `body` throws.
  func forEachEntry(_ body: (EntryPointer) throws -> Void) throws {
    let decoder = UnsafeMutablePointer<RelativeKeyDecoder>.allocate(capacity: 1)
    decoder.initialize(to: RelativeKeyDecoder())
    defer {
      decoder.pointee.free()
      decoder.deallocate()
    }
    let offset = MemoryLayout<RelativeKeyDecoder>.offset(of: \RelativeKeyDecoder.view)!
    let view = UnsafeRawPointer(decoder).advanced(by: offset).assumingMemoryBound(to: EntryView.self)
    decoder.pointee.begin(raw.start, count: raw.count)
    for _ in 0..<entryCount {
      try decoder.pointee.decode()
      try body(view)
    }
  }
}

/// What the group being written requires of the families in a block.
struct FamilyRules {
  /// Whether the group accepts a family; nil accepts any.
  var takes: ((ByteView) -> Bool)?
  /// Whether entries must be counted by family.
  var counts: Bool
}
