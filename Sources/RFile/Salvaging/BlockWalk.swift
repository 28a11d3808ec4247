import BlockFile
import Entries

// Goes through bytes that no index explains, from one block to the next:
//
//     | block | index | block | ######## | block | RFile.index | ...
//     at      next    next    damage: the next place where a block can begin is tried, and the next
//
// What is found is data, an index, or something else that is surely whole (a Bloom filter, a summary). The rest is
// lost.

/// Finds blocks in a part of a damaged file.
final class BlockWalk {
  enum Item {
    /// The keys at its ends are those of the walk's exam.
    case data(SurvivingBlock)
    case index(StrayIndex)
    case other
  }
  /// Takes an item and its bytes; false: no more is wanted.
  typealias Visit = (_ item: Item, _ bytes: Range<Int64>) throws -> Bool

  let units: UnitReader
  let exam = BlockExam()
  let buffer = BlockBuffer()
  /// Where a stray index says that data blocks are, and where meta blocks are, by their offsets.
  private let hints: [Int64: BlockRegion]
  private let metaBlocks: [Int64: BlockRegion]
  private let landmarks: [Int64]

  /// - Parameters:
  ///   - hints: regions of data blocks, by an index that nothing leads to.
  ///   - metaBlocks: regions of meta blocks.
  init(_ units: UnitReader, hints: [BlockRegion] = [], metaBlocks: [BlockRegion] = []) {
    self.units = units
    self.hints = Dictionary(hints.map { ($0.offset, $0) }) { first, _ in first }
    self.metaBlocks = Dictionary(metaBlocks.map { ($0.offset, $0) }) { first, _ in first }
    landmarks = Set(hints.map(\.offset) + metaBlocks.map(\.offset)).sorted()
  }

  /// Visits what is found in a gap, in the order of the file. False when `visit` wanted no more. Throws `SystemError`.
  func walk(_ gap: Range<Int64>, _ visit: Visit) throws -> Bool {
    var at = gap.lowerBound
    // With the codec none: true where entries must begin.
    var isTrusted = at == UnitReader.firstOffset
    while at < gap.upperBound, !units.isExhausted {
      try units.beat()
      if let (item, next) = try item(at: at, end: gap.upperBound, isTrusted: isTrusted) {
        guard try visit(item, at..<next) else { return false }
        isTrusted = endedAtWhole
        at = next
      } else {
        guard let next = try place(after: at, end: gap.upperBound) else { break }
        isTrusted = false
        at = next
      }
    }
    return true
  }

  private func place(after at: Int64, end: Int64) throws -> Int64? {
    let candidate = try units.candidate(from: at + 1, end: end)
    let next = landmarks.firstPlace { $0 > at }
    guard next < landmarks.count, landmarks[next] < end else { return candidate }
    return min(candidate ?? landmarks[next], landmarks[next])
  }

  private func item(at: Int64, end: Int64, isTrusted: Bool) throws -> (Item, next: Int64)? {
    endedAtWhole = false
    if let region = hints[at], let found = try data(region, end: end) { return found }
    if let region = metaBlocks[at], try units.load(region, end: end, into: buffer) == nil {
      if let (index, _) = StrayIndex.read(buffer.bytes, at: at, isWhole: true, limit: units.limit) {
        return (.index(index), at + region.compressedSize)
      }
      // Without a checksum anything can be inflated.
      if try units.hasChecksum(at: at) { return (.other, at + region.compressedSize) }
    }
    return try units.codec == .none
      ? plainItem(at: at, end: end, isTrusted: isTrusted) : unitItem(at: at, end: end)
  }

  private func data(_ region: BlockRegion, end: Int64) throws -> (Item, next: Int64)? {
    guard try units.load(region, end: end, into: buffer) == nil, case .entries(let count) = exam.examine(buffer),
      (try? exam.decode(count, of: buffer)) != nil
    else { return nil }
    return (.data(SurvivingBlock(region: region, entryCount: count)), region.offset + region.compressedSize)
  }

  /// With the codec none: the last item is a piece of a stretch that goes on with an entry that stands for itself.
  var endedAtWhole = false

  // MARK: Codecs whose blocks say where they end

  private func unitItem(at: Int64, end: Int64) throws -> (Item, next: Int64)? {
    buffer.removeAll()
    guard let size = try units.append(at: at, end: end, to: buffer), buffer.count > 0 else { return nil }
    if let (index, _) = StrayIndex.read(buffer.bytes, at: at, isWhole: true, limit: units.limit) {
      return (.index(index), at + size)
    }
    var next = at + size
    // The block so far, where it ended with an entry.
    var whole: (next: Int64, rawSize: Int, entries: Int)?
    while true {
      // Each unit that is added has the entries followed from the start again.
      if next > at + size { units.waste(buffer.count) }
      let stretch = try count(at: at)
      if stretch.size == buffer.count { whole = (next, buffer.count, stretch.entries) }
      guard stretch.size == buffer.count || stretch.isCutOff, !units.hasOneUnit, next < end,
        Int64(buffer.count) < units.limit.bytes
      else { break }
      let before = buffer.count
      guard let more = try units.append(at: next, end: end, to: buffer), buffer.count > before else { break }
      if whole?.next == next, EntryShape.isWhole(buffer.start[before]) { break }
      next += more
    }
    guard let whole else {
      if try units.hasChecksum(at: at) { return (.other, at + size) }
      units.waste(16 * buffer.count)
      return nil
    }
    buffer.state.pointee.count = whole.rawSize
    guard (try? exam.decode(whole.entries, of: buffer)) != nil else { return nil }
    let region = BlockRegion(offset: at, compressedSize: whole.next - at, rawSize: Int64(whole.rawSize))
    return (.data(SurvivingBlock(region: region, entryCount: whole.entries)), whole.next)
  }

  /// How far the raw bytes are entries. A checksum leaves no doubt that they are what was written.
  private func count(at offset: Int64) throws -> BlockExam.Stretch {
    if try units.hasChecksum(at: offset), case .entries(let count) = exam.examine(buffer) {
      return BlockExam.Stretch(entries: count, size: buffer.count)
    }
    return exam.follow(buffer, limit: Int(clamping: units.limit.bytes))
  }
}
