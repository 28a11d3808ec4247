import Entries

// The two hashes of Hadoop's filters, in 32-bit arithmetic that wraps. Hadoop: `util.hash.MurmurHash`, `JenkinsHash`.
//
// Both take unsigned bytes but for one place: the 1 to 3 bytes that Murmur finds behind the last whole word are signed and
// counted from the end, so that they come in another order than in the Murmur of others:
//
//     others    b0 | b1 << 8 | b2 << 16
//     Hadoop    b2 ^ b1 << 8 ^ b0 << 16        and 0x80 counts as 0xffffff80

/// A hash of bytes. The raw value is how a filter names it.
package enum BloomHash: UInt8, Sendable, CaseIterable {
  case jenkins = 0
  case murmur = 1

  /// `table.bloom.hash.type`: letter case does not matter. Nil for another name.
  package init?(name: String) {
    switch name.lowercased() {
    case "jenkins": self = .jenkins
    case "murmur": self = .murmur
    default: return nil
    }
  }

  package var name: String { self == .murmur ? "murmur" : "jenkins" }

  @inline(__always) static func murmur(_ bytes: ByteView, _ seed: UInt32) -> UInt32 {
    let multiplier: UInt32 = 0x5bd1_e995
    var hash = seed ^ UInt32(truncatingIfNeeded: bytes.count)
    let whole = bytes.count & ~3
    var at = 0
    while at < whole {
      var word = bytes.word32(at: at) &* multiplier
      word ^= word >> 24
      hash = hash &* multiplier ^ word &* multiplier
      at &+= 4
    }
    let rest = bytes.count - whole
    if rest > 0 {
      for i in 1...rest {
        let signed = Int8(bitPattern: bytes.start[bytes.count - i])
        hash ^= UInt32(bitPattern: Int32(signed)) &<< UInt32(truncatingIfNeeded: 8 &* (i &- 1))
      }
      hash = hash &* multiplier
    }
    hash ^= hash >> 13
    hash = hash &* multiplier
    return hash ^ hash >> 15
  }

  /// Bob Jenkins' `lookup3`, `hashlittle`.
  @inline(__always) static func jenkins(_ bytes: ByteView, _ seed: UInt32) -> UInt32 {
    var a = 0xdead_beef &+ UInt32(truncatingIfNeeded: bytes.count) &+ seed
    var (b, c) = (a, a)
    var at = 0
    while bytes.count - at > 12 {
      a = a &+ bytes.word32(at: at)
      b = b &+ bytes.word32(at: at + 4)
      c = c &+ bytes.word32(at: at + 8)
      mix(&a, &b, &c)
      at += 12
    }
    guard bytes.count > at else { return c }
    a = a &+ bytes.rest32(from: at)
    b = b &+ bytes.rest32(from: at + 4)
    c = c &+ bytes.rest32(from: at + 8)
    return final(a, b, c)
  }

  @inline(__always) private static func mix(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
    a = (a &- c) ^ turn(c, 4)
    c = c &+ b
    b = (b &- a) ^ turn(a, 6)
    a = a &+ c
    c = (c &- b) ^ turn(b, 8)
    b = b &+ a
    a = (a &- c) ^ turn(c, 16)
    c = c &+ b
    b = (b &- a) ^ turn(a, 19)
    a = a &+ c
    c = (c &- b) ^ turn(b, 4)
    b = b &+ a
  }

  private static func final(_ first: UInt32, _ second: UInt32, _ third: UInt32) -> UInt32 {
    var (a, b, c) = (first, second, third)
    c = (c ^ b) &- turn(b, 14)
    a = (a ^ c) &- turn(c, 11)
    b = (b ^ a) &- turn(a, 25)
    c = (c ^ b) &- turn(b, 16)
    a = (a ^ c) &- turn(c, 4)
    b = (b ^ a) &- turn(a, 14)
    return (c ^ b) &- turn(b, 24)
  }

  @inline(__always) private static func turn(_ word: UInt32, _ bits: UInt32) -> UInt32 {
    word &<< bits | word &>> (32 &- bits)
  }
}

extension ByteView {
  /// Four bytes, the first in the lowest bits.
  @inline(__always) fileprivate func word32(at offset: Int) -> UInt32 {
    UnsafeRawPointer(start + offset).loadUnaligned(as: UInt32.self).littleEndian
  }

  /// Up to four bytes, as many as there are; zeros for the others.
  @inline(__always) fileprivate func rest32(from offset: Int) -> UInt32 {
    if offset &+ 4 <= count { return word32(at: offset) }
    var word: UInt32 = 0
    var i = offset
    while i < count {
      word |= UInt32(start[i]) &<< UInt32(truncatingIfNeeded: 8 &* (i &- offset))
      i &+= 1
    }
    return word
  }
}
