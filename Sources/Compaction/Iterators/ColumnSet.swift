// Columns as options write them: `family` or `family:qualifier`, each made of the characters A-Z a-z 0-9 _ - or of `%`
// and two hexadecimal digits. Matches org.apache.accumulo.core.iteratorsImpl.conf.ColumnSet with its oddities:
//
//     f:     is the family f alone (Java's split drops empty ends), as is f::
//     :q     is the qualifier q of the empty family
//     ""     is the empty family
//     %-1    is the byte 0xff (Java reads a signed number)

import Entries

/// A family, or one qualifier of it.
struct Column: Hashable, Sendable {
  var family: [UInt8]
  /// nil means all qualifiers.
  var qualifier: [UInt8]?

  /// Decodes a column name.
  /// - Throws: `Invalid` with the reason.
  init(encoded: some StringProtocol) throws {
    for byte in encoded.utf8 where !Self.isValid(byte) {
      throw Invalid("a column can have only letters, digits, _ - : and %<hex>")
    }
    var parts = encoded.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count > 1 {
      while parts.last?.isEmpty == true { parts.removeLast() }
    }
    guard parts.count == 1 || parts.count == 2 else { throw Invalid("a column is <family> or <family>:<qualifier>") }
    family = try Self.decode(parts[0])
    qualifier = parts.count == 2 ? try Self.decode(parts[1]) : nil
  }

  struct Invalid: Error {
    var reason: String

    init(_ reason: String) { self.reason = reason }
  }

  private static func isValid(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, 95, 45, 58, 37: true
    default: false
    }
  }

  private static func decode(_ text: some StringProtocol) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst(), let low = rest.popFirst() else {
        throw Invalid("two hexadecimal digits must follow %")
      }
      guard let value = Int(String(decoding: [high, low], as: UTF8.self), radix: 16) else {
        throw Invalid("two hexadecimal digits must follow %")
      }
      bytes.append(UInt8(truncatingIfNeeded: value))
    }
    return bytes
  }

  func contains(_ entry: EntryPointer) -> Bool {
    guard entry.pointee.family.equals(family) else { return false }
    guard let qualifier else { return true }
    return entry.pointee.qualifier.equals(qualifier)
  }
}
