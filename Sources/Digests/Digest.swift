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
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
  }

  /// Parses a description in either case; nil for any other text.
  package init?(_ description: some StringProtocol) {
    guard description.utf8.count == 32, description.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }),
      let bits = UInt128(description, radix: 16)
    else { return nil }
    self.bits = bits
  }
}
