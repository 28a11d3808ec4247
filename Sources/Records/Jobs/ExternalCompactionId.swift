internal import Entries

/// The name of an external compaction: `ECID:` and a UUID, in 4.0 `ECID-` and a UUID, kept as it was written.
///
/// Accumulo: `org.apache.accumulo.core.metadata.schema.ExternalCompactionId`.
package struct ExternalCompactionId: Hashable, Sendable, CustomStringConvertible {
  package let description: String

  private static func prefix(_ version: AccumuloVersion) -> String { version == .v4 ? "ECID-" : "ECID:" }

  /// Takes exactly the prefix of the version and what Java's UUID parser takes: five hexadecimal numbers with hyphens
  /// between them, such as `1-1-1-1-1`.
  package init?(_ text: String, of version: AccumuloVersion = .v2) {
    let prefix = Self.prefix(version)
    guard text.hasPrefix(prefix), Self.isUUID(text.dropFirst(prefix.count)) else { return nil }
    description = text
  }

  /// Takes what a person may type: the prefix in small letters or not at all.
  package init?(typed text: String, of version: AccumuloVersion = .v2) {
    let prefix = Self.prefix(version)
    let text = text.replacing(prefix.lowercased(), with: prefix)
    self.init(text.hasPrefix(prefix) ? text : prefix + text, of: version)
  }

  /// A random UUID (version 4) of these bits.
  package init(randomBits: (high: UInt64, low: UInt64), of version: AccumuloVersion = .v2) {
    let high = randomBits.high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    let low = randomBits.low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    var text = Array(Self.prefix(version).utf8)
    for place in 0..<32 {
      if [8, 12, 16, 20].contains(place) { text.append(UInt8(ascii: "-")) }
      let digits = place < 16 ? high : low
      text.append(ByteText.hexDigit(UInt8(digits >> UInt64(60 - place % 16 * 4) & 15), upperCase: false))
    }
    description = String(decoding: text, as: UTF8.self)
  }

  /// `UUID.fromString`: at most 36 characters, five parts, each a hexadecimal number below 2^63.
  private static func isUUID(_ text: Substring) -> Bool {
    guard text.utf8.count <= 36 else { return false }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count == 5 && parts.allSatisfy { Int64($0, radix: 16) != nil }
  }
}
