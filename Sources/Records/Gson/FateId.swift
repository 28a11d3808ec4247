/// The names of operations of the manager in 4.0: `FATE:USER:<uuid>` and `FATE:META:<uuid>`.
///
/// Accumulo: `org.apache.accumulo.core.fate.FateId`.
enum FateId {
  static func isFateId(_ text: String) -> Bool {
    guard text.hasPrefix("FATE:USER:") || text.hasPrefix("FATE:META:") else { return false }
    let uuid = Array(text.utf8.dropFirst(10))
    return uuid.count == 36
      && uuid.enumerated().allSatisfy { place, byte in
        if [8, 13, 18, 23].contains(place) { return byte == UInt8(ascii: "-") }
        return (48...57).contains(byte) || (97...102).contains(byte | 0x20)
      }
  }

  static func check(_ text: String, _ field: String) throws(FieldError) {
    guard isFateId(text) else {
      throw FieldError(field, expected: "FATE:USER: or FATE:META: and a UUID", found: "\"\(text.prefix(80))\"")
    }
  }
}
