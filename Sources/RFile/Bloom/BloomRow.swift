import BlockFile
import Entries

// One row of a filter: a head, and the bits as Java serialises a `java.util.BitSet`. Accumulo: `bloomfilter.BloomFilter`.
//
//     int32 -2 (version) | int32 5 (hash functions) | byte hash (1 murmur, 0 jenkins) | int32 bits       the head
//     68 bytes that are always the same | int32 number of words | words: int64 each | 78                 the bits
//
// Bit p is bit p % 64 of word p / 64, the lowest first. So in the bytes it lies
//
//     bit p      byte 8 * (p / 64) + 7 - p % 64 / 8,   1 << p % 8 in it
//     bit 0      byte 7, 01         bit 9      byte 6, 02         bit 64     byte 15, 01

/// What the head of a filter and of each of its rows says.
struct BloomHead: Hashable, Sendable {
  var hash: BloomHash
  /// In a row; at least 1.
  var bits: Int

  private static let version: Int32 = -2
  static let hashFunctions = 5
  /// Bytes.
  static let size = 13

  init(hash: BloomHash, bits: Int) {
    self.hash = hash
    self.bits = bits
  }

  /// Throws `DecodeError`, and `UnsupportedFormat` for what other versions wrote.
  init(from reader: inout ByteReader) throws {
    let version = try reader.int32("version of the filter")
    let functions = try reader.int32("number of hash functions")
    guard version == Self.version, functions == Self.hashFunctions else {
      throw UnsupportedFormat(
        "a Bloom filter of version \(version) with \(functions) hash functions, which is not supported; Accumulo 2.1 "
          + "writes version \(Self.version) with \(Self.hashFunctions)")
    }
    let at = reader.offset
    guard let hash = BloomHash(rawValue: try reader.byte("hash of the filter")) else {
      throw DecodeError(at: at, expected: "0 or 1 for the hash of the filter", found: "\(reader.bytes[at])")
    }
    self.hash = hash
    bits = Int(try reader.int32("bits of a row"))
    guard bits > 0 else { throw DecodeError(at: at + 1, expected: "at least 1 bit in a row", found: "\(bits)") }
  }

  func encode(into bytes: inout [UInt8]) {
    bytes.appendBigEndian(Self.version)
    bytes.appendBigEndian(Int32(Self.hashFunctions))
    bytes.append(hash.rawValue)
    bytes.appendBigEndian(Int32(bits))
  }

  /// Words of a row.
  var words: Int { (bits - 1) / 64 + 1 }

  /// The bits of a key: each hash is the seed of the next.
  func positions(of key: ByteView) -> InlineArray<5, Int> {
    hash == .murmur ? positions { BloomHash.murmur(key, $0) } : positions { BloomHash.jenkins(key, $0) }
  }

  @inline(__always) private func positions(_ hash: (UInt32) -> UInt32) -> InlineArray<5, Int> {
    var positions = InlineArray<5, Int>(repeating: 0)
    let divisor = UInt32(bits)
    var seed: UInt32 = 0
    for i in 0..<Self.hashFunctions {
      seed = hash(seed)
      // The size of Java's remainder, which has the sign of the hash; in 32 bits, where dividing is quick.
      positions[i] = Int(Int32(bitPattern: seed).magnitude % divisor)
    }
    return positions
  }
}

/// Where the words of a row lie in the bytes of a filter.
struct BloomRow: Sendable {
  var offset: Int
  var words: Int

  /// Java's: class `java.util.BitSet`, its one field `bits`, and the class of an array of longs.
  private static let prefix: [UInt8] = [
    0xac, 0xed, 0x00, 0x05, 0x73, 0x72, 0x00, 0x10, 0x6a, 0x61, 0x76, 0x61, 0x2e, 0x75, 0x74, 0x69, 0x6c, 0x2e, 0x42,
    0x69, 0x74, 0x53, 0x65, 0x74, 0x6e, 0xfd, 0x88, 0x7e, 0x39, 0x34, 0xab, 0x21, 0x03, 0x00, 0x01, 0x5b, 0x00, 0x04,
    0x62, 0x69, 0x74, 0x73, 0x74, 0x00, 0x02, 0x5b, 0x4a, 0x78, 0x70, 0x75, 0x72, 0x00, 0x02, 0x5b, 0x4a, 0x78, 0x20,
    0x04, 0xb5, 0x12, 0xb1, 0x75, 0x93, 0x02, 0x00, 0x00, 0x78, 0x70,
  ]
  private static let end: UInt8 = 0x78

  /// Bytes of a row without words.
  static let smallestSize = BloomHead.size + prefix.count + 4 + 1
  /// Bytes of a row that a writer makes.
  static func size(_ head: BloomHead) -> Int { smallestSize + 8 * head.words }

  /// Reads a row, whose head must be the filter's, and leaves the reader behind it. Missing words are zeros, as in Java.
  init(from reader: inout ByteReader, of filter: BloomHead) throws {
    let at = reader.offset
    let head = try BloomHead(from: &reader)
    guard head == filter else {
      throw DecodeError(
        at: at, expected: "a row with the filter's \(filter.bits) bits of hash \(filter.hash.name)",
        found: "\(head.bits) of \(head.hash.name)")
    }
    guard try reader.take(Self.prefix.count, "Java's bit set").elementsEqual(Self.prefix) else {
      throw DecodeError(at: reader.offset - Self.prefix.count, expected: "a bit set of Java", found: "other bytes")
    }
    words = try reader.count("words of a row", ofSize: 8)
    guard words <= head.words else {
      throw DecodeError(at: reader.offset - 4, expected: "at most \(head.words) words", found: "\(words)")
    }
    offset = reader.offset
    try reader.skip(8 * words, "words of a row")
    guard try reader.byte("end of a row") == Self.end else {
      throw DecodeError(at: reader.offset - 1, expected: "the end of Java's bit set", found: "another byte")
    }
  }

  /// Appends a row without set bits.
  init(appending head: BloomHead, to bytes: inout [UInt8]) {
    head.encode(into: &bytes)
    bytes += Self.prefix
    bytes.appendBigEndian(Int32(head.words))
    offset = bytes.count
    words = head.words
    bytes.append(contentsOf: repeatElement(0, count: 8 * words))
    bytes.append(Self.end)
  }

  /// The byte of a bit, from the start of the words, and the bit in it.
  @inline(__always) static func place(_ bit: Int) -> (byte: Int, mask: UInt8) {
    ((bit &>> 6) &* 8 &+ 7 &- ((bit & 63) &>> 3), 1 &<< UInt8(truncatingIfNeeded: bit & 7))
  }

  @inline(__always) func isSet(_ bit: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let (byte, mask) = Self.place(bit)
    return byte < 8 * words && bytes[offset &+ byte] & mask != 0
  }
}
