import BlockFile
import Entries

// The hot half of reading: decodes the entries of a data block one after another. Accumulo: `RelativeKey.readFields`.
//
//     flags | [second flags, if bit 7] | row | family | qualifier | visibility | timestamp | int32 value length | value
//
//     flags:   bit 0-3 row, family, qualifier, visibility equal those of the previous key
//              bit 4 so does the timestamp | bit 5 a delete marker | bit 7 a second byte follows
//     second:  bit 0-3 the field shares a prefix with the previous one | bit 4 the timestamp is a difference
//
//     field:   equal: nothing | prefix: VInt-W shared, VInt-W rest, rest | whole: VInt-W length, bytes
//     time:    equal: nothing | VLong-W difference or whole
//
// The first entry of a block is whole. With the key (row "row1", family "f", time 7) before it,
//
//     8e 11  03 01 '2'  04  00 00 00 01 'v'      is row "row2", same family, qualifier and visibility, time 11, value "v":
//
// flags 1000 1110 (all equal but row and time, second byte), second 0001 0001 (row by prefix, time by difference),
// row: 3 bytes shared, 1 more; time + 4.
//
// Each field has its own piece of the decoder's memory, so an equal field costs nothing and a prefix costs only the
// rest; the value stays in the block. Nothing here is a class: that alone would make it 8 times slower.

/// Flag bits of a relative key.
enum RelativeKeyFlags {
  static let sameTimestamp: UInt8 = 1 << 4
  static let deleted: UInt8 = 1 << 5
  static let unknown: UInt8 = 1 << 6
  static let secondByte: UInt8 = 1 << 7
  static let timestampDifference: UInt8 = 1 << 4
  static let unknownSecond: UInt8 = 0xe0
  /// All flags that refer to the previous key.
  static let refersBack: UInt8 = 0x9f
}

struct RelativeKeyDecoder {
  /// The entry decoded last.
  private(set) var view: EntryView
  /// A word of that entry's row.
  private(set) var rowWord = RowWord()
  /// True when the row is not known to equal the previous row up to the word. Then the word must be set.
  private(set) var needsWord = false

  /// Entries of the block decoded so far.
  private(set) var count = 0
  /// The first entry that sorts before the one before it, in this block or, if it is the first, in the block before.
  private(set) var disorder: Disorder?
  /// Takes note of the families; nil: they are not listed.
  var tally: FamilyTally?

  struct Disorder {
    /// The number of the entry in its block, from 0, and the offset after it.
    var entry: Int
    var offset: Int
  }

  /// The timestamp of the last key. That of its view can be a set time.
  private(set) var keyTime = Int64.max
  /// The bits of a key's timestamp that its view has, all or none, and the bits in place of the others.
  private var timeMask: Int64 = -1
  private var setTime: Int64 = 0

  private var bytes: BlockBytes
  private var isFirst = true
  /// Entries of the block that were decoded before it was begun again: they were judged then.
  private var judged = 0
  private var row = PaddedBytes()
  private var family = PaddedBytes()
  private var qualifier = PaddedBytes()
  private var visibility = PaddedBytes()

  init() {
    bytes = BlockBytes(start: row.start, count: 0)
    // The first key of all: no entry sorts before it.
    view = EntryView(
      row: row.empty, family: family.empty, qualifier: qualifier.empty, visibility: visibility.empty,
      timestamp: keyTime,
      deleted: true, value: row.empty)
  }

  func free() {
    tally?.free()
    row.free()
    family.free()
    qualifier.free()
    visibility.free()
  }

  /// From now on every view has this timestamp (ms since 1970), whatever its key has.
  mutating func set(time: Int64) { (timeMask, setTime) = (0, time) }

  /// Begins the next block, `count` bytes at `block`, followed by at least 64 readable ones.
  mutating func begin(_ block: UnsafePointer<UInt8>, count: Int) {
    if judged != .max {
      tally?.endBlock(after: max(self.count, judged))
      judged = 0
    }
    restart(block, count: count)
  }

  /// Begins the block that was begun last once more.
  mutating func beginAgain(_ block: UnsafePointer<UInt8>, count: Int) {
    judged = max(judged, self.count)
    restart(block, count: count)
  }

  /// No block follows.
  mutating func endGroup() { tally?.endBlock(after: max(count, judged)) }

  /// What is wrong is known: from here on nothing is looked for.
  mutating func stopJudging() {
    tally?.free()
    tally = nil
    disorder = nil
    judged = .max
  }

  private mutating func restart(_ block: UnsafePointer<UInt8>, count: Int) {
    bytes = BlockBytes(start: block, count: count)
    isFirst = true
    self.count = 0
  }

  var isAtEnd: Bool { bytes.next == bytes.end }
  /// The number of bytes of the block decoded so far.
  var offset: Int { bytes.offset }

  /// Sets the word at an offset within the row. The offset stays the same from entry to entry.
  mutating func setWord(at offset: Int) {
    rowWord.set(view.row, at: offset)
    needsWord = false
  }

  /// Decodes the next entry into `view`. Throws `DecodeError` with the offset in the block; no more of the block can be
  /// decoded then.
  @inline(__always) mutating func decode() throws(DecodeError) {
    // A copy, because the compiler must assume that stores to the fields can change `self`.
    var bytes = self.bytes
    guard bytes.next < bytes.end else { throw bytes.ended("an entry") }
    let flags = bytes.byte()
    let second = flags & RelativeKeyFlags.secondByte != 0 ? bytes.byte() : 0
    if isFirst || flags & RelativeKeyFlags.unknown != 0 || second & RelativeKeyFlags.unknownSecond != 0 {
      try checkFlags(flags, second, at: bytes.offset)
    }
    var order = 0
    if flags & 1 == 0 {
      let shared = try bytes.field(second & 1 != 0, &view.row, &row, &order, "row")
      let count = view.row.count
      if !rowWord.update(shared, count, bytes.next - (count &- shared)) { needsWord = true }
    }
    if flags & 2 == 0 {
      _ = try bytes.field(second & 2 != 0, &view.family, &family, &order, "family")
      if tally != nil, count >= judged { tally!.change(to: view.family, after: count) }
    }
    if flags & 4 == 0 { _ = try bytes.field(second & 4 != 0, &view.qualifier, &qualifier, &order, "qualifier") }
    if flags & 8 == 0 { _ = try bytes.field(second & 8 != 0, &view.visibility, &visibility, &order, "visibility") }
    let (timestamp, deleted) = (keyTime, view.deleted)
    if flags & RelativeKeyFlags.sameTimestamp == 0 {
      let value = bytes.timestamp()
      keyTime = second & RelativeKeyFlags.timestampDifference != 0 ? timestamp &+ value : value
      view.timestamp = keyTime & timeMask | setTime
    }
    view.deleted = flags & RelativeKeyFlags.deleted != 0
    view.value = try bytes.value()
    self.bytes = bytes
    if order <= 0 { judge(order, timestamp, deleted) }
    count &+= 1
  }

  /// The columns do not rise: the timestamps must fall, or a delete marker come first.
  @inline(__always) private mutating func judge(_ order: Int, _ timestamp: Int64, _ deleted: Bool) {
    if order == 0, timestamp != keyTime ? timestamp > keyTime : deleted || !view.deleted { return }
    if disorder == nil, count >= judged { disorder = Disorder(entry: count, offset: offset) }
  }

  /// Off the hot path: checks the first entry of a block, and rejects bits that no version defines.
  @inline(never) private mutating func checkFlags(
    _ flags: UInt8, _ second: UInt8, at offset: Int
  ) throws(DecodeError) {
    guard flags & RelativeKeyFlags.unknown == 0, second & RelativeKeyFlags.unknownSecond == 0 else {
      throw DecodeError(at: offset, expected: "known flags of a relative key", found: "\(flags), \(second)")
    }
    guard !isFirst || flags & RelativeKeyFlags.refersBack == 0 else {
      throw DecodeError(at: offset, expected: "a whole key at the start of a block", found: "flags \(flags)")
    }
    isFirst = false
  }
}
