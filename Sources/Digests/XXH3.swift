// XXH3-128 by Yann Collet, with the default secret and seed 0: `XXH3_128bits` of libxxhash, `xxhsum -H2`. Follows
// doc/xxhash_spec.md of https://github.com/Cyan4973/xxHash. By length (bytes):
//
//     0, 1-3, 4-8, 9-16    one or two words that cover all bytes, mixed with the secret
//     17-128               pairs of 16 bytes, one from the front and one from the back, the middle of the input first
//     129-240              pairs of 16 bytes from front to back, the last 32 bytes again
//     241-                 eight lanes over stripes of 64 bytes: XXH3+Stripes.swift
//
// All words are little-endian. Words of the secret are written here as numbers.

/// A fast 128-bit hash that detects accidental changes. It is not cryptographic: two inputs with the same hash can be
/// made on purpose.
package enum XXH3 {
  /// Its name in records.
  package static let name = "xxh3-128"

  static let prime32x1: UInt64 = 0x9e37_79b1
  static let prime32x2: UInt64 = 0x85eb_ca77
  static let prime32x3: UInt64 = 0xc2b2_ae3d
  static let prime64x1: UInt64 = 0x9e37_79b1_85eb_ca87
  static let prime64x2: UInt64 = 0xc2b2_ae3d_27d4_eb4f
  static let prime64x3: UInt64 = 0x1656_67b1_9e37_79f9
  static let prime64x4: UInt64 = 0x85eb_ca77_c2b2_ae63
  static let prime64x5: UInt64 = 0x27d4_eb2f_1656_67c5
  private static let mix1: UInt64 = 0x1656_6791_9e37_79f9
  private static let mix2: UInt64 = 0x9fb2_1c65_1e98_df25

  /// The hash of `count` bytes. `start` need not be aligned; nothing outside the bytes is read.
  @inline(__always) package static func digest(_ start: UnsafeRawPointer, count: Int) -> Digest {
    if count > 16 && count <= 128 { return digestTo128(start, count) }
    if count <= 16 { return digestTo16(start, count) }
    return count <= 240 ? digestTo240(start, count) : digestOfStripes(start, count)
  }

  package static func digest(_ bytes: [UInt8]) -> Digest {
    bytes.withUnsafeBytes { $0.baseAddress.map { digest($0, count: bytes.count) } ?? digestOfNothing }
  }

  // MARK: Up to 16 bytes

  private static var digestOfNothing: Digest {
    Digest(low: avalanche64(0x682e_908a_3037_f8b4), high: avalanche64(0x9655_d30b_d1a7_7d49))
  }

  @inline(never) private static func digestTo16(_ start: UnsafeRawPointer, _ count: Int) -> Digest {
    if count > 8 { return digestOf9To16(start, count) }
    if count >= 4 { return digestOf4To8(start, count) }
    return count > 0 ? digestOf1To3(start, count) : digestOfNothing
  }

  private static func digestOf1To3(_ start: UnsafeRawPointer, _ count: Int) -> Digest {
    func byte(_ offset: Int) -> UInt32 { UInt32(start.load(fromByteOffset: offset, as: UInt8.self)) }
    let word = byte(count - 1) | UInt32(count) << 8 | byte(0) << 16 | byte(count >> 1) << 24
    let swapped = word.byteSwapped
    let turned = swapped << 13 | swapped >> 19
    return Digest(low: avalanche64(0x8727_5a9b ^ UInt64(word)), high: avalanche64(0x302c_208b ^ UInt64(turned)))
  }

  private static func digestOf4To8(_ start: UnsafeRawPointer, _ count: Int) -> Digest {
    func half(_ offset: Int) -> UInt64 {
      UInt64(UInt32(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
    let word = 0xc4f0_2334_4dc9_94ac ^ (half(0) | half(count - 4) << 32)
    let product = word.multipliedFullWidth(by: prime64x1 &+ UInt64(count) << 2)
    let high = product.high &+ product.low << 1
    var low = product.low ^ high >> 3
    low = (low ^ low >> 35) &* mix2
    return Digest(low: low ^ low >> 28, high: avalanche(high))
  }

  private static func digestOf9To16(_ start: UnsafeRawPointer, _ count: Int) -> Digest {
    let last = word(start + (count - 8))
    let first = 0x5997_3f00_3336_2349 ^ word(start) ^ last
    let second = 0xc202_7976_92d6_3d58 ^ last
    var product = first.multipliedFullWidth(by: prime64x1)
    let high = product.high &+ second &+ (second & 0xffff_ffff) &* (prime32x2 - 1)
    let low = (product.low &+ UInt64(count - 1) << 54) ^ high.byteSwapped
    product = low.multipliedFullWidth(by: prime64x2)
    return Digest(low: avalanche(product.low), high: avalanche(product.high &+ high &* prime64x2))
  }

  // MARK: Up to 240 bytes

  /// The state from pair to pair.
  private struct Lanes {
    var a: UInt64
    var b: UInt64 = 0
    let count: UInt64

    @inline(__always) init(_ count: Int) {
      self.count = UInt64(truncatingIfNeeded: count)
      a = self.count &* prime64x1
    }

    /// Mixes 16 bytes at `first` and 16 at `second` with four words of the secret.
    @inline(__always) mutating func mix(
      _ first: UnsafeRawPointer, _ second: UnsafeRawPointer, _ s0: UInt64, _ s1: UInt64, _ s2: UInt64, _ s3: UInt64
    ) {
      let (f0, f1, l0, l1) = (word(first), word(first + 8), word(second), word(second + 8))
      a = (a &+ fold(f0 ^ s0, f1 ^ s1)) ^ (l0 &+ l1)
      b = (b &+ fold(l0 ^ s2, l1 ^ s3)) ^ (f0 &+ f1)
    }

    /// Like the above, with the secret's words at `secret`.
    @inline(__always) mutating func mix(
      _ first: UnsafeRawPointer, _ second: UnsafeRawPointer, _ secret: UnsafeRawPointer
    ) {
      mix(first, second, word(secret), word(secret + 8), word(secret + 16), word(secret + 24))
    }

    @inline(__always) var digest: Digest {
      let high = a &* prime64x1 &+ b &* prime64x4 &+ count &* prime64x2
      return Digest(low: avalanche(a &+ b), high: 0 &- avalanche(high))
    }
  }

  @inline(__always) private static func digestTo128(_ start: UnsafeRawPointer, _ count: Int) -> Digest {
    var lanes = Lanes(count)
    let end = start + count
    if count > 32 {
      if count > 64 {
        if count > 96 {
          lanes.mix(
            start + 48, end - 64, 0x3f34_9ce3_3f76_faa8, 0x1d4f_0bc7_c7bb_dcf9, 0x3159_b4cd_4be0_518a,
            0x6473_78d9_c97e_9fc8)
        }
        lanes.mix(
          start + 32, end - 48, 0xcb00_c391_bb52_283c, 0xa32e_531b_8b65_d088, 0x4ef9_0da2_9748_6471,
          0xd8ac_dea9_46ef_1938)
      }
      lanes.mix(
        start + 16, end - 32, 0x78e5_c0cc_4ee6_79cb, 0x2172_ffcc_7dd0_5a82, 0x8e24_43f7_7446_08b8,
        0x4c26_3a81_e690_35e0)
    }
    lanes.mix(
      start, end - 16, 0xbe4b_a423_396c_feb8, 0x1cad_21f7_2c81_017c, 0xdb97_9083_e96d_d4de, 0x1f67_b3b7_a4a4_4072)
    return lanes.digest
  }

  @inline(never) private static func digestTo240(_ start: UnsafeRawPointer, _ count: Int) -> Digest {
    withSecret { secret in
      var lanes = Lanes(count)
      for i in 0..<4 { lanes.mix(start + i * 32, start + i * 32 + 16, secret + i * 32) }
      lanes.a = avalanche(lanes.a)
      lanes.b = avalanche(lanes.b)
      for i in 4..<count >> 5 { lanes.mix(start + i * 32, start + i * 32 + 16, secret + (i - 4) * 32 + 3) }
      lanes.mix(start + count - 16, start + count - 32, secret + 103)
      return lanes.digest
    }
  }

  // MARK: Words

  @inline(__always) static func word(_ start: UnsafeRawPointer) -> UInt64 {
    UInt64(littleEndian: start.loadUnaligned(as: UInt64.self))
  }

  /// Multiplies and folds the 128 bits of the product into 64.
  @inline(__always) static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.low ^ product.high
  }

  @inline(__always) static func avalanche(_ word: UInt64) -> UInt64 {
    let mixed = (word ^ word >> 37) &* mix1
    return mixed ^ mixed >> 32
  }

  /// The avalanche step of the older XXH64.
  private static func avalanche64(_ word: UInt64) -> UInt64 {
    var mixed = (word ^ word >> 33) &* prime64x2
    mixed = (mixed ^ mixed >> 29) &* prime64x3
    return mixed ^ mixed >> 32
  }
}
