import BlockFile
import Entries

// Are these bytes entries? A codec with a checksum leaves no doubt that a block is as it was written. Without one, and
// without an index, bytes are entries when they behave like entries: lengths fit, keys rise, and every key is written
// as writers write it, which stores no field again that is as before. Bytes that are none keep to that for an entry or
// two.

/// Decodes blocks that may be damaged. For one thread.
final class BlockExam {
  enum Outcome {
    /// Entries from the first to the last byte.
    case entries(Int)
    /// The reason why they are not.
    case damaged(String)
  }

  /// The first and the last entry that was decoded; the last one with its value.
  let first = EntryBuffer()
  let last = EntryBuffer()
  /// The column families of the blocks that were decoded by `decode`, or the first thousands of them.
  private let families = FamilyTable()

  /// Decodes a whole block.
  func examine(_ block: BlockBuffer) -> Outcome {
    var decoder = RelativeKeyDecoder()
    defer { decoder.free() }
    guard block.count > 0 else { return .damaged("the block is empty") }
    decoder.begin(block.start, count: block.count)
    do throws(DecodeError) {
      while !decoder.isAtEnd {
        try decoder.decode()
        if decoder.count == 1 { first.copy(decoder.view) }
        if let disorder = decoder.disorder { throw DecodeError(disorder) }
      }
    } catch {
      return .damaged(error.description)
    }
    last.copy(decoder.view)
    return .entries(decoder.count)
  }

  /// How far bytes behave like entries, the first of which stands for itself.
  struct Stretch {
    var entries = 0
    /// Bytes of these entries.
    var size = 0
    /// Where the last entry begins that stands for itself, and how many entries are before it. 0: only the first does.
    var lastWhole = 0
    var entriesBeforeWhole = 0
    /// True when the bytes end within an entry.
    var isCutOff = false
  }

  /// Follows entries as far as they behave like some.
  ///
  /// - Parameter limit: bytes; no entry is longer.
  func follow(_ block: BlockBuffer, limit: Int) -> Stretch {
    var stretch = Stretch()
    var decoder = RelativeKeyDecoder()
    defer { decoder.free() }
    decoder.begin(block.start, count: block.count)
    let previous = EntryBuffer()
    while stretch.size < block.count {
      let rest = UnsafeRawBufferPointer(rebasing: block.bytes[stretch.size...])
      guard case .whole(let size) = EntryShape(rest, limit: limit) else {
        if case .cut = EntryShape(rest, limit: limit) { stretch.isCutOff = true }
        break
      }
      let isWhole = EntryShape.isWhole(rest[0])
      if stretch.entries > 0 { previous.copy(decoder.view) }
      // Ten zeros are an entry, but in a damaged file they are a hole.
      guard (try? decoder.decode()) != nil, decoder.disorder == nil, decoder.offset == stretch.size + size,
        !rest.prefix(size).allSatisfy({ $0 == 0 }), !StrayIndex.beginsFile(rest),
        isWhole || Self.isWritten(rest[0], decoder.view, after: previous.view.pointee)
      else { break }
      // The same entry once more may be all of a sample.
      if isWhole, stretch.entries > 0, decoder.view.equals(previous.view.pointee) { break }
      if isWhole, stretch.entries > 0 {
        stretch.lastWhole = stretch.size
        stretch.entriesBeforeWhole = stretch.entries
      }
      stretch.entries += 1
      stretch.size += size
    }
    return stretch
  }

  /// Decodes the first entries of a block, so that `first` and `last` are theirs. The block must have so many.
  func decode(_ count: Int, of block: BlockBuffer) throws(DecodeError) {
    var decoder = RelativeKeyDecoder()
    defer { decoder.free() }
    decoder.begin(block.start, count: block.count)
    for number in 0..<count {
      try decoder.decode()
      if number == 0 { first.copy(decoder.view) }
      if families.find(decoder.view.family) == nil, families.count < Self.mostFamilies {
        families.insert(decoder.view.family)
      }
    }
    last.copy(decoder.view)
  }
  private static let mostFamilies = 4000

  /// Whether a decoded entry had the family of the first entry of these bytes, which must be one; its row has bytes,
  /// too.
  func knowsFirst(of block: BlockBuffer) -> (row: Bool, family: Bool) {
    var decoder = RelativeKeyDecoder()
    defer { decoder.free() }
    decoder.begin(block.start, count: block.count)
    guard (try? decoder.decode()) != nil else { return (false, false) }
    return (decoder.view.row.count > 0, families.find(decoder.view.family) != nil)
  }

  /// Whether a writer stores a key like this: no field that equals the one before is written again.
  private static func isWritten(_ flags: UInt8, _ entry: EntryView, after previous: EntryView) -> Bool {
    !(flags & 1 == 0 && entry.row.equals(previous.row)) && !(flags & 2 == 0 && entry.family.equals(previous.family))
      && !(flags & 4 == 0 && entry.qualifier.equals(previous.qualifier))
      && !(flags & 8 == 0 && entry.visibility.equals(previous.visibility))
      && !(flags & RelativeKeyFlags.sameTimestamp == 0 && entry.timestamp == previous.timestamp)
  }
}
