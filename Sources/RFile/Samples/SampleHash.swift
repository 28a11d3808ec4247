import Entries

// The hashes by which samples are taken, each as 32 bits with a sign. Accumulo: `AbstractHashSampler`, with the hashes of
// Guava; of the long ones the first four bytes count, the first in the lowest bits.

/// How a sampler hashes keys: the option `hasher`.
package enum SampleHash: String, Sendable, CaseIterable {
  case murmur3 = "murmur3_32"
  case md5
  case sha1

  func hash(_ bytes: ByteView) -> Int32 {
    switch self {
    case .murmur3: Self.murmur3(bytes)
    case .md5: Int32(bitPattern: MessageDigest.md5(bytes.bytes))
    case .sha1: Int32(bitPattern: MessageDigest.sha1(bytes.bytes).byteSwapped)
    }
  }

  /// Austin Appleby's MurmurHash3 for 32 bits, seed 0.
  private static func murmur3(_ bytes: ByteView) -> Int32 {
    var hash: UInt32 = 0
    let whole = bytes.count & ~3
    for i in stride(from: 0, to: whole, by: 4) {
      let word = UnsafeRawPointer(bytes.start + i).loadUnaligned(as: UInt32.self).littleEndian
      hash = turn(hash ^ scramble(word), 13) &* 5 &+ 0xe654_6b64
    }
    var rest: UInt32 = 0
    for i in (whole..<bytes.count).reversed() { rest = rest << 8 | UInt32(bytes.start[i]) }
    hash ^= scramble(rest)
    hash ^= UInt32(truncatingIfNeeded: bytes.count)
    hash = (hash ^ hash >> 16) &* 0x85eb_ca6b
    hash = (hash ^ hash >> 13) &* 0xc2b2_ae35
    return Int32(bitPattern: hash ^ hash >> 16)
  }

  private static func scramble(_ word: UInt32) -> UInt32 { turn(word &* 0xcc9e_2d51, 15) &* 0x1b87_3593 }
  private static func turn(_ word: UInt32, _ bits: UInt32) -> UInt32 { word << bits | word >> (32 - bits) }
}
