// XXH3 of more than 240 bytes.
//
//     input    | block of 1024 bytes               | block        ...        | the rest: 1 to 1024 bytes       |
//              | 16 stripes of 64 bytes | scramble | 16 stripes | scramble   | stripes, all but the last bytes |
//                                                                                         | the last 64 bytes |
//
// Each stripe has eight words, one for each lane. The secret advances by 8 bytes from stripe to stripe. The rest after
// the last whole block is never empty: if the last block is full, it is the rest and is not scrambled.

extension XXH3 {
  typealias Stripe = SIMD8<UInt64>

  static let stripeSize = 64
  static let blockSize = 1024

  /// The eight lanes and the operations on them.
  struct StripeLanes {
    private var lanes = Stripe(
      prime32x3, prime64x1, prime64x2, prime64x3, prime64x4, prime32x2, prime64x5, prime32x1)

    @inline(__always) private mutating func add(_ stripe: UnsafeRawPointer, _ secret: UnsafeRawPointer) {
      let data = XXH3.load(stripe)
      let keyed = data ^ XXH3.load(secret)
      var swapped = Stripe()
      swapped.evenHalf = data.oddHalf
      swapped.oddHalf = data.evenHalf
      lanes = lanes &+ swapped &+ (keyed & 0xffff_ffff) &* (keyed &>> 32)
    }

    /// Adds a whole block that is not the last.
    mutating func addBlock(_ block: UnsafeRawPointer) {
      withSecret { secret in
        for i in 0..<16 { add(block + i * stripeSize, secret + i * 8) }
        lanes = (lanes ^ lanes &>> 47 ^ XXH3.load(secret + 128)) &* prime32x1
      }
    }

    /// Adds the rest, of 1 to 1024 bytes, and returns the hash of all `total` bytes. If the rest is shorter than a
    /// stripe, the memory before it must hold the preceding bytes of the input.
    consuming func finish(_ rest: UnsafeRawPointer, _ count: Int, total: UInt64) -> Digest {
      withSecret { secret in
        for i in 0..<(count - 1) / stripeSize { add(rest + i * stripeSize, secret + i * 8) }
        add(rest + (count - stripeSize), secret + 121)
        return Digest(
          low: merge(total &* prime64x1, secret + 11), high: merge(~(total &* prime64x2), secret + 117))
      }
    }

    private func merge(_ start: UInt64, _ secret: UnsafeRawPointer) -> UInt64 {
      let keyed = lanes ^ XXH3.load(secret)
      return avalanche(
        start &+ fold(keyed[0], keyed[1]) &+ fold(keyed[2], keyed[3]) &+ fold(keyed[4], keyed[5])
          &+ fold(keyed[6], keyed[7]))
    }
  }

  @inline(never) static func digestOfStripes(_ start: UnsafeRawPointer, _ count: Int) -> Digest {
    var lanes = StripeLanes()
    let blocks = (count - 1) / blockSize
    for i in 0..<blocks { lanes.addBlock(start + i * blockSize) }
    return lanes.finish(start + blocks * blockSize, count - blocks * blockSize, total: UInt64(count))
  }

  @inline(__always) static func load(_ start: UnsafeRawPointer) -> Stripe {
    let words = start.loadUnaligned(as: Stripe.self)
    #if _endian(big)
      return Stripe(words.indices.map { words[$0].byteSwapped })
    #else
      return words
    #endif
  }

  @inline(__always) static func withSecret<Result>(_ body: (UnsafeRawPointer) -> Result) -> Result {
    secret.withUnsafeBytes { body($0.baseAddress!) }
  }
}

/// XXH3's default secret: 192 bytes as words.
private let secret: [UInt64] = [
  0xbe4b_a423_396c_feb8, 0x1cad_21f7_2c81_017c, 0xdb97_9083_e96d_d4de, 0x1f67_b3b7_a4a4_4072,
  0x78e5_c0cc_4ee6_79cb, 0x2172_ffcc_7dd0_5a82, 0x8e24_43f7_7446_08b8, 0x4c26_3a81_e690_35e0,
  0xcb00_c391_bb52_283c, 0xa32e_531b_8b65_d088, 0x4ef9_0da2_9748_6471, 0xd8ac_dea9_46ef_1938,
  0x3f34_9ce3_3f76_faa8, 0x1d4f_0bc7_c7bb_dcf9, 0x3159_b4cd_4be0_518a, 0x6473_78d9_c97e_9fc8,
  0xc3eb_d334_83ac_c5ea, 0xeb63_13fa_ffa0_81c5, 0x49da_f0b7_51dd_0d17, 0x9e68_d429_2655_16d3,
  0xfca1_477d_58be_162b, 0xce31_d07a_d1b8_f88f, 0x2804_1695_8f3a_cb45, 0x7e40_4bbb_cafb_d7af,
]
