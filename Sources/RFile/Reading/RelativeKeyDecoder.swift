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

  private var bytes: BlockBytes
  private var isFirst = true
  private var row = PaddedBytes()
  private var family = PaddedBytes()
  private var qualifier = PaddedBytes()
  private var visibility = PaddedBytes()

  init() {
    bytes = BlockBytes(start: row.start, count: 0)
    view = EntryView(
      row: row.empty, family: family.empty, qualifier: qualifier.empty, visibility: visibility.empty, timestamp: 0,
      deleted: false, value: row.empty)
  }

  func free() {
    row.free()
    family.free()
    qualifier.free()
    visibility.free()
  }

  /// Begins a block of `count` bytes at `block`, which must be followed by at least 64 readable bytes.
  mutating func begin(_ block: UnsafePointer<UInt8>, count: Int) {
    bytes = BlockBytes(start: block, count: count)
    isFirst = true
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
    if flags & 1 == 0 {
      let shared = try bytes.field(second & 1 != 0, &view.row, &row, "row")
      let count = view.row.count
      if !rowWord.update(shared, count, bytes.next - (count &- shared)) { needsWord = true }
    }
    if flags & 2 == 0 { _ = try bytes.field(second & 2 != 0, &view.family, &family, "family") }
    if flags & 4 == 0 { _ = try bytes.field(second & 4 != 0, &view.qualifier, &qualifier, "qualifier") }
    if flags & 8 == 0 { _ = try bytes.field(second & 8 != 0, &view.visibility, &visibility, "visibility") }
    if flags & RelativeKeyFlags.sameTimestamp == 0 {
      let value = bytes.timestamp()
      view.timestamp = second & RelativeKeyFlags.timestampDifference != 0 ? view.timestamp &+ value : value
    }
    view.deleted = flags & RelativeKeyFlags.deleted != 0
    view.value = try bytes.value()
    self.bytes = bytes
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
