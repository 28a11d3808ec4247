// MD5 (RFC 1321) and SHA-1 (RFC 3174), of which a sampler needs the first 32 bits. Neither keeps a secret here: they spread
// keys evenly, and tables are configured with them.
//
// Both cut the message into blocks of 64 bytes, the last with its length behind it:
//
//     message | 80 | zeros | 8 bytes: bits of the message        MD5 the lowest byte first, SHA-1 the highest

enum MessageDigest {
  /// The first four bytes of the digest, the first in the lowest bits.
  static func md5(_ message: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var state: (a: UInt32, b: UInt32, c: UInt32, d: UInt32) = (0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476)
    forEachBlock(of: message, bitsHighestFirst: false) { block in
      var (a, b, c, d) = state
      for i in 0..<64 {
        let (mixed, place): (UInt32, Int) =
          switch i >> 4 {
          case 0: (b & c | ~b & d, i)
          case 1: (d & b | ~d & c, (5 * i + 1) & 15)
          case 2: (b ^ c ^ d, (3 * i + 5) & 15)
          default: (c ^ (b | ~d), 7 * i & 15)
          }
        let word = block.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self).littleEndian
        let sum = a &+ mixed &+ md5Sines[i] &+ word
        (a, d, c, b) = (d, c, b, b &+ turn(sum, md5Turns[(i >> 4) * 4 + i % 4]))
      }
      state = (state.a &+ a, state.b &+ b, state.c &+ c, state.d &+ d)
    }
    return state.a
  }

  /// The first four bytes of the digest, the first in the highest bits.
  static func sha1(_ message: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var state: InlineArray<5, UInt32> = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
    var words = InlineArray<80, UInt32>(repeating: 0)
    forEachBlock(of: message, bitsHighestFirst: true) { block in
      for i in 0..<16 { words[i] = block.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self).bigEndian }
      for i in 16..<80 { words[i] = turn(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1) }
      var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
      for i in 0..<80 {
        let (mixed, constant): (UInt32, UInt32) =
          switch i / 20 {
          case 0: (b & c | ~b & d, 0x5a82_7999)
          case 1: (b ^ c ^ d, 0x6ed9_eba1)
          case 2: (b & c | b & d | c & d, 0x8f1b_bcdc)
          default: (b ^ c ^ d, 0xca62_c1d6)
          }
        (a, b, c, d, e) = (turn(a, 5) &+ mixed &+ e &+ constant &+ words[i], a, turn(b, 30), c, d)
      }
      let rest: InlineArray<5, UInt32> = [a, b, c, d, e]
      for i in rest.indices { state[i] = state[i] &+ rest[i] }
    }
    return state[0]
  }

  private static func forEachBlock(
    of message: UnsafeBufferPointer<UInt8>, bitsHighestFirst: Bool, _ body: (UnsafeRawPointer) -> Void
  ) {
    let whole = message.count & ~63
    for offset in stride(from: 0, to: whole, by: 64) { body(UnsafeRawPointer(message.baseAddress! + offset)) }
    let rest = message.count - whole
    let last = rest < 56 ? 64 : 128
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 128) { tail in
      tail.initialize(repeating: 0)
      for i in 0..<rest { tail[i] = message[whole + i] }
      tail[rest] = 0x80
      let bits = UInt64(message.count) << 3
      for i in 0..<8 {
        tail[last - 8 + (bitsHighestFirst ? 7 - i : i)] = UInt8(truncatingIfNeeded: bits >> UInt64(8 * i))
      }
      for offset in stride(from: 0, to: last, by: 64) { body(UnsafeRawPointer(tail.baseAddress! + offset)) }
    }
  }

  private static func turn(_ word: UInt32, _ bits: UInt32) -> UInt32 { word << bits | word >> (32 - bits) }

  private static let md5Turns: [UInt32] = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]

  /// floor(2^32 * abs(sin(i + 1)))
  private static let md5Sines: [UInt32] = [
    0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee, 0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501,
    0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be, 0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821,
    0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa, 0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8,
    0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed, 0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a,
    0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c, 0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70,
    0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05, 0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665,
    0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039, 0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
    0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1, 0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
  ]
}
