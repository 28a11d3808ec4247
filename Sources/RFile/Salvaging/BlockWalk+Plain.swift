import BlockFile
import Entries

// Blocks of the codec none have neither beginning nor end that could be seen. But their entries say where they end, and
// the first of each block stands for itself, so data blocks that follow one another are one long list of entries:
//
//     whole  relative  relative | whole  relative | whole ...            a stretch, read in pieces of a MiB
//
// After damage any byte can be where an entry begins, and bytes that are none can look like one. So several must follow
// one another there, of a column family that was seen before, or many, or the list must end where something else
// begins.

extension BlockWalk {
  /// Bytes that are read at once, and those of the first look at an offset where nothing has to begin: in a hole or in
  /// noise one offset after the other is tried.
  private static let piece: Int64 = 1 << 20
  private static let firstLook: Int64 = 1 << 12
  /// Entries that must follow one another behind damage, of a family that was seen before and of another one.
  private static let fewest = (known: 3, unknown: 16)

  /// Bytes. Accumulo's have 128 KiB.
  private static let largestIndexBlock: Int64 = 4 << 20

  /// The index or the stretch of entries at an offset. `isTrusted`: entries must begin there.
  func plainItem(at: Int64, end: Int64, isTrusted: Bool) throws -> (Item, next: Int64)? {
    if let (index, size) = try plainIndex(at: at, end: end) { return (.index(index), at + Int64(size)) }
    // A hole is full of entries without a row, which are not believed anyway.
    if !isTrusted, try units.bytes(at: at, end: end, count: 2) == [0, 0] { return nil }
    guard let stretch = try stretch(at: at, end: end, isTrusted: isTrusted),
      try isTrusted || isCredible(stretch, at, end)
    else {
      units.waste(buffer.count)
      return nil
    }
    let isMore = stretch.isCutOff && at + Int64(buffer.count) < end
    let size = isMore && stretch.lastWhole > 0 ? stretch.lastWhole : stretch.size
    let entries = isMore && stretch.lastWhole > 0 ? stretch.entriesBeforeWhole : stretch.entries
    endedAtWhole = isMore && stretch.lastWhole > 0
    guard (try? exam.decode(entries, of: buffer)) != nil else { return nil }
    let region = BlockRegion(offset: at, compressedSize: Int64(size), rawSize: Int64(size))
    return (.data(SurvivingBlock(region: region, entryCount: entries)), at + Int64(size))
  }

  /// Whether a stretch is one although nothing says that entries begin there. It is in the buffer, before and after.
  private func isCredible(_ stretch: BlockExam.Stretch, _ at: Int64, _ end: Int64) throws -> Bool {
    let known = exam.knowsFirst(of: buffer)
    guard known.row else { return false }
    if stretch.entries >= (known.family ? Self.fewest.known : Self.fewest.unknown) { return true }
    guard try endsAtItem(at + Int64(stretch.size), end: end) else { return false }
    // The look at what follows has used the buffer.
    return try self.stretch(at: at, end: end, isTrusted: false) != nil
  }

  /// The entries from an offset on, in the buffer; nil when there is none.
  private func stretch(at: Int64, end: Int64, isTrusted: Bool) throws -> BlockExam.Stretch? {
    var size = isTrusted ? Self.piece : Self.firstLook
    while true {
      let count = min(size, end - at)
      let region = BlockRegion(offset: at, compressedSize: count, rawSize: count)
      guard count > 0, try units.load(region, end: end, into: buffer) == nil else { return nil }
      let stretch = exam.follow(buffer, limit: Int(clamping: min(units.limit.bytes, end - at)))
      let mayGoOn = stretch.isCutOff || stretch.size == buffer.count
      if size < Self.piece, mayGoOn, count < end - at {
        size *= 16
        continue
      }
      let isTooShort = stretch.isCutOff && stretch.lastWhole == 0 && count < end - at
      if isTooShort, EntryShape.isWhole(buffer.start[0]), size * 4 <= units.limit.bytes {
        size *= 4
      } else {
        return stretch.entries > 0 ? stretch : nil
      }
    }
  }

  /// Whether the end of the gap, an index, or entries that must be some are at an offset.
  private func endsAtItem(_ at: Int64, end: Int64) throws -> Bool {
    if try at == end || plainIndex(at: at, end: end) != nil { return true }
    guard let stretch = try stretch(at: at, end: end, isTrusted: false) else { return false }
    let known = exam.knowsFirst(of: buffer)
    return known.row && stretch.entries >= (known.family ? Self.fewest.known : Self.fewest.unknown)
  }

  private func plainIndex(at: Int64, end: Int64) throws -> (index: StrayIndex, size: Int)? {
    let head = try units.bytes(at: at, end: end, count: 17)
    guard head.count == 17 else { return nil }
    let isFile = head.withUnsafeBytes(StrayIndex.beginsFile)
    let count = (9..<13).reduce(0) { $0 << 8 | Int(head[$1]) }
    let isBlock = head[0..<3].allSatisfy { $0 == 0 } && head[3] <= 8 && count > 0 && Int64(count) <= (end - at) / 20
    guard isFile || isBlock else { return nil }
    let size = min(end - at, units.limit.bytes, isFile ? .max : Self.largestIndexBlock)
    guard try units.load(BlockRegion(offset: at, compressedSize: size, rawSize: size), end: end, into: buffer) == nil
    else { return nil }
    let found = StrayIndex.read(buffer.bytes, at: at, isWhole: false, limit: units.limit)
    if found == nil { units.waste(buffer.count) }
    return found
  }
}
