package import Digests

// What a set of entries is, in 128 bits: the sum of a hash of every entry. It does not depend on the order of the entries
// nor on files, blocks and codecs, and counts an entry as often as it occurs. The hash of one entry is XXH3-128 of its
// record:
//
//      0  16  XXH3-128 of the value: the low word, then the high word
//     16   8  timestamp
//     24   4  length of the row
//     28   4  length of the family
//     32   4  length of the qualifier
//     36   4  length of the visibility; the highest bit is set for a delete marker
//     40      row, family, qualifier, visibility: their bytes, one after the other
//
// All numbers are little-endian. Hashes are added as numbers of 128 bits, modulo 2^128; no entries have the sum 0.
//
// The entry (row "r", family "f", no qualifier, no visibility, timestamp 7, no marker, value "v") has the record
//
//     14 07 b8 3f e4 2b 04 f7  37 a4 a6 01 b6 59 ae be  07 00 00 00 00 00 00 00
//     01 00 00 00 01 00 00 00  00 00 00 00 00 00 00 00  72 66
//
// and the hash f6aca465e162fca1f82bb6fdf65daae9.

/// How many entries there are, and the sum of their hashes. Equal sums are those of the same entries, but for a chance of
/// one in 2^128; no protection against somebody who wants two sets to have one sum.
package struct EntrySum: Hashable, Sendable {
  /// How records call the definition above.
  package static let algorithm = XXH3.name + "/1"

  package private(set) var count: Int64
  package private(set) var digest: Digest

  package init(count: Int64 = 0, digest: Digest = Digest(0)) {
    self.count = count
    self.digest = digest
  }

  @inline(__always) package mutating func add(_ entry: EntryPointer) { add(Self.hash(of: entry)) }

  /// An entry by its hash, for whoever adds it to several sums.
  @inline(__always) package mutating func add(_ hash: Digest) {
    count &+= 1
    digest.bits &+= hash.bits
  }

  /// The sum of the entries of both.
  package static func + (a: EntrySum, b: EntrySum) -> EntrySum {
    EntrySum(count: a.count &+ b.count, digest: Digest(a.digest.bits &+ b.digest.bits))
  }

  package static func += (a: inout EntrySum, b: EntrySum) { a = a + b }
}

extension EntrySum {
  /// Bytes of a record before the key's fields.
  private static let headSize = 40
  /// Records up to this size (bytes) are made on the stack.
  private static let usualSize = 512

  /// The hash of one entry.
  package static func hash(of entry: EntryPointer) -> Digest {
    // The last copy of a field writes up to 16 bytes behind its end.
    let room = headSize + entry.pointee.keySize + 16
    if room <= usualSize {
      return withUnsafeTemporaryAllocation(byteCount: usualSize, alignment: 16) { hash(of: entry, $0.baseAddress!) }
    }
    return withUnsafeTemporaryAllocation(byteCount: room, alignment: 16) { hash(of: entry, $0.baseAddress!) }
  }

  @inline(__always) private static func hash(
    of entry: EntryPointer, _ record: UnsafeMutableRawPointer
  ) -> Digest {
    let (row, family) = (entry.pointee.row, entry.pointee.family)
    let (qualifier, visibility) = (entry.pointee.qualifier, entry.pointee.visibility)
    let marker: UInt64 = entry.pointee.deleted ? 1 << 63 : 0
    let value = XXH3.digest(entry.pointee.value.start, count: entry.pointee.value.count)
    store(value.low, in: record)
    store(value.high, in: record + 8)
    store(UInt64(bitPattern: entry.pointee.timestamp), in: record + 16)
    store(length(row) | length(family) << 32, in: record + 24)
    store(length(qualifier) | length(visibility) << 32 | marker, in: record + 32)
    var end = record + headSize
    append(row, at: &end)
    append(family, at: &end)
    append(qualifier, at: &end)
    append(visibility, at: &end)
    return XXH3.digest(record, count: end - record)
  }

  @inline(__always) private static func length(_ field: ByteView) -> UInt64 {
    UInt64(truncatingIfNeeded: field.count)
  }

  @inline(__always) private static func store(_ word: UInt64, in record: UnsafeMutableRawPointer) {
    record.storeBytes(of: word.littleEndian, as: UInt64.self)
  }

  /// 16 bytes at once: fields of keys are padded, and so is the record.
  @inline(__always) private static func append(_ field: ByteView, at end: inout UnsafeMutableRawPointer) {
    var offset = 0
    repeat {
      let words = UnsafeRawPointer(field.start + offset).loadUnaligned(as: SIMD2<UInt64>.self)
      end.storeBytes(of: words, toByteOffset: offset, as: SIMD2<UInt64>.self)
      offset += 16
    } while offset < field.count
    end += field.count
  }
}
