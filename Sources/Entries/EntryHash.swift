internal import Digests

// The hash of one entry: NH, the hash of UMAC (Black, Halevi, Krawczyk, Krovetz, Rogaway, CRYPTO 1999), over the entry as
// pairs of 64-bit words, with a step after it that mixes the sum:
//
//     NH  = sum of (w[2i] + k[2i]) * (w[2i+1] + k[2i+1])      words modulo 2^64, products and their sum modulo 2^128
//
//     pair  0         length of the row, of the family (32 bits each) | of the qualifier, of the visibility, whose highest
//                     bit is set for a delete marker
//           1         timestamp | length of the value
//           2 to 5    row: 16 bytes a pair, the last filled up with zeros
//           6 to 9    family
//          10 to 13   qualifier
//          14 to 17   visibility
//          18 to 25   value
//
// Pairs after the end of a field are left out. A field that has more bytes than its pairs is one pair, the low and the high
// word of its XXH3-128. All words are little-endian. The key of pair i, k[2i] and k[2i+1], is the low and the high word of
// the XXH3-128 of the byte i.
//
//     low  = mix(NH mod 2^64)          high = mix(NH / 2^64 + low)          mix: the last step of XXH3, one to one
//
// With keys drawn at random, two entries have the same NH with a chance of at most 2^-64; with these keys nobody meets
// two by accident. Each pair costs one multiplication, which is why this is not XXH3 of a record of the fields.
//
// The entry (row "r", family "f", no qualifier, no visibility, timestamp 7, no marker, value "v") is the pairs
//
//     0: 0000000100000001 0    1: 7 1    2: 72 0    6: 66 0    18: 76 0
//
// and has the hash 7a38d164e43932a51ec7d7c7c0509433.
//
// Unsafe fence. Key fields are padded (`EntryView`), so 16 bytes are loaded where fewer are left; values are not.

enum EntryHash {
  private static let pairsOfField = 4
  private static let pairsOfValue = 8
  private static let firstPairOfRow = 2
  private static let firstPairOfValue = firstPairOfRow + 4 * pairsOfField

  /// Two words for each pair. Never freed.
  nonisolated(unsafe) private static let keys: UnsafePointer<UInt64> = {
    let count = firstPairOfValue + pairsOfValue
    let keys = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * count)
    for pair in 0..<count {
      let digest = XXH3.digest([UInt8(pair)])
      keys[2 * pair] = digest.low
      keys[2 * pair + 1] = digest.high
    }
    return UnsafePointer(keys)
  }()

  static func hash(_ entry: EntryPointer) -> Digest {
    let view = entry.pointee
    let keys = Self.keys
    let marker: UInt64 = view.deleted ? 1 << 63 : 0
    var sum: UInt128 = 0
    add(
      length(view.row) | length(view.family) << 32, length(view.qualifier) | length(view.visibility) << 32 | marker,
      keys, to: &sum)
    add(UInt64(bitPattern: view.timestamp), length(view.value), keys + 2, to: &sum)
    let size = 2 * pairsOfField
    add(padded: view.row, keys + 2 * firstPairOfRow, to: &sum)
    add(padded: view.family, keys + (2 * firstPairOfRow + size), to: &sum)
    add(padded: view.qualifier, keys + (2 * firstPairOfRow + 2 * size), to: &sum)
    add(padded: view.visibility, keys + (2 * firstPairOfRow + 3 * size), to: &sum)
    add(view.value, keys + 2 * firstPairOfValue, to: &sum)
    let low = mix(UInt64(truncatingIfNeeded: sum))
    return Digest(UInt128(mix(UInt64(truncatingIfNeeded: sum >> 64) &+ low)) << 64 | UInt128(low))
  }

  @inline(__always) private static func length(_ field: ByteView) -> UInt64 { UInt64(truncatingIfNeeded: field.count) }

  /// The pair (a, b) with the key at `key`.
  @inline(__always) private static func add(
    _ a: UInt64, _ b: UInt64, _ key: UnsafePointer<UInt64>, to sum: inout UInt128
  ) {
    let product = (a &+ key[0]).multipliedFullWidth(by: b &+ key[1])
    sum &+= UInt128(product.high) << 64 | UInt128(product.low)
  }

  /// A field after which 16 bytes may be read.
  @inline(__always) private static func add(
    padded field: ByteView, _ key: UnsafePointer<UInt64>, to sum: inout UInt128
  ) {
    if field.count > 16 * pairsOfField {
      let digest = digest(ofLong: field)
      return add(digest.low, digest.high, key, to: &sum)
    }
    var (next, rest, key) = (field.start, field.count, key)
    while rest > 0 {
      add(first(rest, of: word(next)), first(rest &- 8, of: word(next + 8)), key, to: &sum)
      next += 16
      rest &-= 16
      key += 2
    }
  }

  /// The lower `count` bytes of a word: all from 8 on, none up to 0.
  @inline(__always) private static func first(_ count: Int, of word: UInt64) -> UInt64 {
    count >= 8 ? word : count <= 0 ? 0 : word & (1 &<< UInt64(truncatingIfNeeded: 8 &* count) &- 1)
  }

  /// A field after which nothing may be read.
  @inline(__always) private static func add(
    _ value: ByteView, _ key: UnsafePointer<UInt64>, to sum: inout UInt128
  ) {
    if value.count > 16 * pairsOfValue {
      let digest = digest(ofLong: value)
      return add(digest.low, digest.high, key, to: &sum)
    }
    var (next, rest, key) = (value.start, value.count, key)
    while rest >= 16 {
      add(word(next), word(next + 8), key, to: &sum)
      next += 16
      rest &-= 16
      key += 2
    }
    if rest > 8 {
      add(word(next), word(next + (rest &- 8)) &>> UInt64(8 &* (16 &- rest)), key, to: &sum)
    } else if rest > 0 {
      add(last(rest, before: next + rest, of: value.count), 0, key, to: &sum)
    }
  }

  /// The last 1 to 8 bytes of a field of `count` bytes, which ends at `end`.
  @inline(__always) private static func last(_ rest: Int, before end: UnsafePointer<UInt8>, of count: Int) -> UInt64 {
    if count >= 8 { return word(end - 8) &>> UInt64(8 &* (8 &- rest)) }
    return (1...rest).reduce(0) { $0 &<< 8 | UInt64((end - $1).pointee) }
  }

  /// Apart, and without the sum, which stays in registers this way.
  @inline(never) private static func digest(ofLong field: ByteView) -> Digest {
    XXH3.digest(field.start, count: field.count)
  }

  @inline(__always) private static func word(_ start: UnsafePointer<UInt8>) -> UInt64 {
    UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
  }

  /// XXH3's avalanche: different words stay different.
  @inline(__always) private static func mix(_ word: UInt64) -> UInt64 {
    let mixed = (word ^ word &>> 37) &* 0x1656_6791_9e37_79f9
    return mixed ^ mixed &>> 32
  }
}
