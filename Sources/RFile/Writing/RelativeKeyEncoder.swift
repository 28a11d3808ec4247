import BlockFile
import Entries

// The hot half of writing: encodes entries into the raw bytes of a block. Accumulo: `RelativeKey.write`, `Value.write`;
// the bytes are drawn in RelativeKeyDecoder.swift.
//
// Unsafe fence. The prefixes that an entry shares with the previous one are known from the check of their order; see
// `LastKey`.

enum RelativeKeyEncoder {
  /// Appends to `block` the entry that `last` was just matched with. The first entry of a block is written whole.
  @inline(__always) static func append(
    _ entry: EntryPointer, after last: UnsafePointer<LastKey>, isFirst: Bool,
    to block: UnsafeMutablePointer<BlockBuffer.State>
  ) {
    // A copy, because the compiler must assume that stores to the block can change the entry.
    let view = entry.pointee
    // Two flag bytes, four fields with two lengths each, a timestamp, and a value with its length.
    let bound = 2 + 4 * 18 + 9 + 4 &+ view.keySize &+ view.value.count
    if block.pointee.count &+ bound > block.pointee.capacity { block.pointee.reserve(block.pointee.count &+ bound) }
    let begin = block.pointee.start + block.pointee.count
    var next = begin

    if isFirst {
      next[0] = view.deleted ? RelativeKeyFlags.deleted : 0
      next += 1
      write(view.row, -2, &next)
      write(view.family, -2, &next)
      write(view.qualifier, -2, &next)
      write(view.visibility, -2, &next)
      writeTimestamp(view.timestamp, &next)
    } else {
      let difference = view.timestamp &- last.pointee.view.timestamp
      let shared = last.pointee.shared
      var flags = sameFlag(shared.row, 0) | sameFlag(shared.family, 1)
      flags |= sameFlag(shared.qualifier, 2) | sameFlag(shared.visibility, 3)
      var second = prefixFlag(shared.row, 0) | prefixFlag(shared.family, 1)
      second |= prefixFlag(shared.qualifier, 2) | prefixFlag(shared.visibility, 3)
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
      if shared.row != -1 { write(view.row, shared.row, &next) }
      if shared.family != -1 { write(view.family, shared.family, &next) }
      if shared.qualifier != -1 { write(view.qualifier, shared.qualifier, &next) }
      if shared.visibility != -1 { write(view.visibility, shared.visibility, &next) }
      if difference != 0 { writeTimestamp(difference, &next) }
    }
    let count = view.value.count
    UnsafeMutableRawPointer(next).storeBytes(of: UInt32(truncatingIfNeeded: count).bigEndian, as: UInt32.self)
    next += 4
    next.update(from: view.value.start, count: count)
    next += count
    block.pointee.count &+= next - begin
  }

  @inline(__always) private static func sameFlag(_ shared: Int, _ bit: UInt8) -> UInt8 { shared == -1 ? 1 << bit : 0 }
  @inline(__always) private static func prefixFlag(_ shared: Int, _ bit: UInt8) -> UInt8 { shared > 1 ? 1 << bit : 0 }

  /// Writes a field by its prefix if more than one byte is shared, otherwise whole.
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

  /// Writes a VLong-W (see VariableLengthInteger.swift), nearly always of one byte.
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

  /// Writes a VLong-W of any length.
  @inline(__always) private static func writeTimestamp(_ value: Int64, _ next: inout UnsafeMutablePointer<UInt8>) {
    if -112...127 ~= value {
      next[0] = UInt8(truncatingIfNeeded: value)
      next += 1
    } else {
      writeWide(value, &next)
    }
  }

  /// Stores eight bytes, of which the upper ones count. A block has room after its end.
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
