import BlockFile
import Entries

// The hot half of writing: entries into the raw bytes of a block. Accumulo: `RelativeKey.write`, `Value.write`; the bytes
// are drawn in RelativeKeyDecoder.swift.
//
// Unsafe fence. The encoder keeps the last key in memory of its own, across blocks: it tells the order of the appends as
// well as the prefixes. One comparison of each field serves both.

struct RelativeKeyEncoder {
  /// The key appended last.
  private(set) var last: EntryView
  private(set) var hasLast = false

  /// Bytes that the fields of the entry at hand share with the last key; -1: equal.
  private var shared = (row: -1, family: -1, qualifier: -1, visibility: -1)
  private var row = FieldMemory()
  private var family = FieldMemory()
  private var qualifier = FieldMemory()
  private var visibility = FieldMemory()

  init() {
    func empty(_ memory: FieldMemory) -> ByteView { ByteView(start: memory.start, count: 0) }
    last = EntryView(
      row: empty(row), family: empty(family), qualifier: empty(qualifier), visibility: empty(visibility), timestamp: 0,
      deleted: false, value: empty(row))
  }

  func free() {
    row.start.deallocate()
    family.start.deallocate()
    qualifier.start.deallocate()
    visibility.start.deallocate()
  }

  /// Compares an entry with the last key. False when it sorts before it.
  @inline(__always) mutating func match(_ entry: EntryPointer) -> Bool {
    shared.row = Self.sharedPrefix(last.row, entry.pointee.row)
    shared.family = Self.sharedPrefix(last.family, entry.pointee.family)
    shared.qualifier = Self.sharedPrefix(last.qualifier, entry.pointee.qualifier)
    shared.visibility = Self.sharedPrefix(last.visibility, entry.pointee.visibility)
    guard hasLast else { return true }
    if shared.row >= 0 { return Self.rises(last.row, entry.pointee.row, shared.row) }
    if shared.family >= 0 { return Self.rises(last.family, entry.pointee.family, shared.family) }
    if shared.qualifier >= 0 { return Self.rises(last.qualifier, entry.pointee.qualifier, shared.qualifier) }
    if shared.visibility >= 0 { return Self.rises(last.visibility, entry.pointee.visibility, shared.visibility) }
    if last.timestamp != entry.pointee.timestamp { return last.timestamp > entry.pointee.timestamp }
    return last.deleted || !entry.pointee.deleted
  }

  /// True when the entry that was just matched is of the last key's row and column.
  @inline(__always) var matchesCell: Bool {
    shared.row == -1 && shared.family == -1 && shared.qualifier == -1 && shared.visibility == -1
  }

  /// Appends the entry that was just matched to `block`; whole when it is the first there.
  @inline(__always) mutating func append(
    _ entry: EntryPointer, isFirst: Bool, to block: UnsafeMutablePointer<BlockBuffer.State>
  ) {
    // A copy: stores to the block could be stores to the entry for all that the compiler knows.
    let view = entry.pointee
    // Two flags, four fields with two lengths each, a time, a value with its length.
    let bound = 2 + 4 * 18 + 9 + 4 &+ view.keySize &+ view.value.count
    if block.pointee.count &+ bound > block.pointee.capacity { block.pointee.reserve(block.pointee.count &+ bound) }
    let begin = block.pointee.start + block.pointee.count
    var next = begin

    if isFirst || !hasLast {
      next[0] = view.deleted ? RelativeKeyFlags.deleted : 0
      next += 1
      Self.write(view.row, -2, &next)
      Self.write(view.family, -2, &next)
      Self.write(view.qualifier, -2, &next)
      Self.write(view.visibility, -2, &next)
      Self.writeTimestamp(view.timestamp, &next)
    } else {
      let difference = view.timestamp &- last.timestamp
      let shared = shared
      var flags = Self.sameFlag(shared.row, 0) | Self.sameFlag(shared.family, 1)
      flags |= Self.sameFlag(shared.qualifier, 2) | Self.sameFlag(shared.visibility, 3)
      var second = Self.prefixFlag(shared.row, 0) | Self.prefixFlag(shared.family, 1)
      second |= Self.prefixFlag(shared.qualifier, 2) | Self.prefixFlag(shared.visibility, 3)
      if difference == 0 {
        flags |= RelativeKeyFlags.sameTimestamp
      } else {
        second |= RelativeKeyFlags.timestampDifference
      }
      if view.deleted { flags |= RelativeKeyFlags.deleted }
      if second != 0 {
        next[0] = flags | RelativeKeyFlags.secondByte
        next[1] = second
        next += 2
      } else {
        next[0] = flags
        next += 1
      }
      if shared.row != -1 { Self.write(view.row, shared.row, &next) }
      if shared.family != -1 { Self.write(view.family, shared.family, &next) }
      if shared.qualifier != -1 { Self.write(view.qualifier, shared.qualifier, &next) }
      if shared.visibility != -1 { Self.write(view.visibility, shared.visibility, &next) }
      if difference != 0 { Self.writeTimestamp(difference, &next) }
    }
    let count = view.value.count
    UnsafeMutableRawPointer(next).storeBytes(of: UInt32(truncatingIfNeeded: count).bigEndian, as: UInt32.self)
    next += 4
    next.update(from: view.value.start, count: count)
    next += count
    block.pointee.count &+= next - begin
    remember(entry)
  }

  /// Makes the entry's key the last one; only what differs is copied.
  @inline(__always) mutating func remember(_ entry: EntryPointer) {
    if shared.row != -1 { row.keep(entry.pointee.row, from: shared.row, as: &last.row) }
    if shared.family != -1 { family.keep(entry.pointee.family, from: shared.family, as: &last.family) }
    if shared.qualifier != -1 { qualifier.keep(entry.pointee.qualifier, from: shared.qualifier, as: &last.qualifier) }
    if shared.visibility != -1 {
      visibility.keep(entry.pointee.visibility, from: shared.visibility, as: &last.visibility)
    }
    last.timestamp = entry.pointee.timestamp
    last.deleted = entry.pointee.deleted
    hasLast = true
  }

  /// Length of the common prefix, -1 when the two are equal. Fields are padded, so whole words may be compared.
  @inline(__always) private static func sharedPrefix(_ a: ByteView, _ b: ByteView) -> Int {
    let count = min(a.count, b.count)
    var i = 0
    while i < count {
      let x = UnsafeRawPointer(a.start + i).loadUnaligned(as: UInt64.self).littleEndian
      let y = UnsafeRawPointer(b.start + i).loadUnaligned(as: UInt64.self).littleEndian
      if x != y {
        let at = i &+ (x ^ y).trailingZeroBitCount &>> 3
        if at < count { return at }
        break
      }
      i &+= 8
    }
    return a.count == b.count ? -1 : count
  }

  @inline(__always) private static func rises(_ last: ByteView, _ next: ByteView, _ shared: Int) -> Bool {
    if shared == next.count { return false }
    return shared == last.count || last.start[shared] < next.start[shared]
  }

  @inline(__always) private static func sameFlag(_ shared: Int, _ bit: UInt8) -> UInt8 { shared == -1 ? 1 << bit : 0 }
  @inline(__always) private static func prefixFlag(_ shared: Int, _ bit: UInt8) -> UInt8 { shared > 1 ? 1 << bit : 0 }

  /// A field by its prefix, when more than one byte is shared, or whole.
  @inline(__always) private static func write(
    _ field: ByteView, _ shared: Int, _ next: inout UnsafeMutablePointer<UInt8>
  ) {
    var from = 0
    if shared > 1 {
      writeLength(shared, &next)
      from = shared
    }
    let rest = field.count &- from
    writeLength(rest, &next)
    if rest <= 16 {
      let words = UnsafeRawPointer(field.start + from).loadUnaligned(as: SIMD2<UInt64>.self)
      UnsafeMutableRawPointer(next).storeBytes(of: words, as: SIMD2<UInt64>.self)
    } else {
      next.update(from: field.start + from, count: rest)
    }
    next += rest
  }

  /// VLong-W, see VariableLengthInteger.swift; nearly always of one byte.
  @inline(__always) private static func writeLength(_ value: Int, _ next: inout UnsafeMutablePointer<UInt8>) {
    if value <= 127 {
      next[0] = UInt8(truncatingIfNeeded: value)
      next += 1
    } else {
      writeLongLength(value, &next)
    }
  }

  @inline(never) private static func writeLongLength(_ value: Int, _ next: inout UnsafeMutablePointer<UInt8>) {
    writeWide(Int64(value), &next)
  }

  /// VLong-W, of any length.
  @inline(__always) private static func writeTimestamp(_ value: Int64, _ next: inout UnsafeMutablePointer<UInt8>) {
    if -112...127 ~= value {
      next[0] = UInt8(truncatingIfNeeded: value)
      next += 1
    } else {
      writeWide(value, &next)
    }
  }

  /// Eight bytes are stored and the upper ones count; a block has room behind its end.
  @inline(__always) private static func writeWide(_ value: Int64, _ next: inout UnsafeMutablePointer<UInt8>) {
    let sign = value &>> 63
    let magnitude = UInt64(bitPattern: value ^ sign)
    let count = (71 &- magnitude.leadingZeroBitCount) &>> 3
    next[0] = UInt8(truncatingIfNeeded: -112 &- (Int(sign) & 8) &- count)
    let word = (magnitude &<< UInt64(64 &- 8 &* count)).bigEndian
    UnsafeMutableRawPointer(next + 1).storeBytes(of: word, as: UInt64.self)
    next += 1 &+ count
  }
}

extension FieldMemory {
  /// Copies `field` from byte `shared` on (what is before is here already) and points `view` to the whole.
  @inline(__always) mutating func keep(_ field: ByteView, from shared: Int, as view: inout ByteView) {
    if field.count > capacity { grow(field.count, keeping: shared) }
    let rest = field.count &- shared
    if rest <= 16 {
      let words = UnsafeRawPointer(field.start + shared).loadUnaligned(as: SIMD2<UInt64>.self)
      UnsafeMutableRawPointer(start + shared).storeBytes(of: words, as: SIMD2<UInt64>.self)
    } else {
      (start + shared).update(from: field.start + shared, count: rest)
    }
    view = ByteView(start: start, count: field.count)
  }
}
