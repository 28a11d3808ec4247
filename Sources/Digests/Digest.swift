/// The 128-bit XXH3-128 hash of some bytes.
@frozen public struct Digest: Hashable, Sendable {
  public var bits: UInt128

  @inlinable public init(_ bits: UInt128) { self.bits = bits }

  init(low: UInt64, high: UInt64) { bits = UInt128(high) << 64 | UInt128(low) }

  package var low: UInt64 { UInt64(truncatingIfNeeded: bits) }
  package var high: UInt64 { UInt64(truncatingIfNeeded: bits >> 64) }
}

extension Digest: CustomStringConvertible {
  /// 32 hexadecimal digits, the most significant first, as `xxhsum -H2` prints them.
  public var description: String {
    String(unsafeUninitializedCapacity: 32) { text in
      var rest = bits
      for place in (0..<32).reversed() {
        let digit = UInt8(truncatingIfNeeded: rest & 15)
        text[place] = digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
        rest >>= 4
      }
      return 32
    }
  }

  /// Parses a description in either case; nil for any other text.
  package init?(_ description: some StringProtocol) {
    guard description.utf8.count == 32 else { return nil }
    var bits: UInt128 = 0
    for byte in description.utf8 {
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: return nil
      }
      bits = bits << 4 | UInt128(digit)
    }
    self.bits = bits
  }
}
