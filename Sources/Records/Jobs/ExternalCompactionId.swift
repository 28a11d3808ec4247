/// The name of an external compaction: `ECID:` and a UUID, kept as it was written.
///
/// Accumulo: `org.apache.accumulo.core.metadata.schema.ExternalCompactionId`.
package struct ExternalCompactionId: Hashable, Sendable, CustomStringConvertible {
  package let description: String

  static let prefix = "ECID:"

  /// Accepts `ECID:` followed by what Java's UUID parser accepts: five hexadecimal numbers with hyphens between them,
  /// such as `1-1-1-1-1`.
  package init?(_ text: String) {
    guard text.hasPrefix(Self.prefix), Self.isUUID(text.dropFirst(Self.prefix.count)) else { return nil }
    description = text
  }

  /// Accepts what a person may type: the prefix in lower case, or no prefix.
  package init?(typed text: String) {
    let text = text.replacing("ecid:", with: Self.prefix)
    self.init(text.hasPrefix(Self.prefix) ? text : Self.prefix + text)
  }

  /// A random UUID (version 4) with these bits.
  package init(randomBits: (high: UInt64, low: UInt64)) {
    let high = randomBits.high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    let low = randomBits.low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    func hex(_ value: UInt64, _ digits: Int) -> String {
      let text = String(value & (1 << (4 * UInt64(digits)) - 1), radix: 16)
      return String(repeating: "0", count: digits - text.count) + text
    }
    description =
      "\(Self.prefix)\(hex(high >> 32, 8))-\(hex(high >> 16, 4))-\(hex(high, 4))-\(hex(low >> 48, 4))-\(hex(low, 12))"
  }

  /// `UUID.fromString`: at most 36 characters, five parts, each a hexadecimal number below 2^63.
  private static func isUUID(_ text: Substring) -> Bool {
    guard text.utf8.count <= 36 else { return false }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count == 5 && parts.allSatisfy { Int64($0, radix: 16) != nil }
  }
}
