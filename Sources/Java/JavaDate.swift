// Dates in the form of Java's SimpleDateFormat("yyyyMMddHHmmssz"), read strictly:
//
//     20260102030405GMT         GMT or UTC, in any case
//     20260102030405+0130       hours and minutes east of GMT
//     20260102030405GMT+1:30    the same
//     20260102030405 GMT        spaces before the zone are skipped
//
// Fields may overflow into the next (month 13, hour 25), as in Java, and dates before 15 October 1582 are Julian.
// Refused are other zone names, which depend on the tables and the language of the Java that reads them, and everything
// that Java would skip or guess (text after the zone, numbers of other lengths).

package enum JavaDate {
  package struct Invalid: Error {
    package var reason: String
  }

  /// Milliseconds since 1970.
  /// - Throws: `Invalid`
  package static func milliseconds(_ text: String) throws -> Int64 {
    let bytes = Array(text.utf8)
    let form = "a date is yyyyMMddHHmmss and a zone, such as 20260102030405GMT or 20260102030405+0130, or LONG<ms>"
    guard bytes.count > 14, bytes[..<14].allSatisfy({ (48...57).contains($0) }) else { throw Invalid(reason: form) }
    func number(_ range: Range<Int>) -> Int64 { bytes[range].reduce(0) { $0 * 10 + Int64($1 - 48) } }
    let day = days(year: number(0..<4), month: number(4..<6), day: number(6..<8))
    let seconds = ((day * 24 + number(8..<10)) * 60 + number(10..<12)) * 60 + number(12..<14)
    let zone = bytes[14...].drop { $0 == 32 || $0 == 9 }
    guard let offset = minutesEast(Array(zone)) else {
      throw Invalid(
        reason: "the time zone is not known here; write GMT, UTC or a difference such as +0130, or LONG<ms>")
    }
    return (seconds - offset * 60) * 1000
  }

  /// Days since 1970-01-01. The Gregorian calendar holds for dates that it puts on or after 15 October 1582.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let months = year * 12 + month - 1 - 2  // from March of year 0, so that a leap day ends its year
    let y = floorDivide(months, 12)
    let sinceMarch = 365 * y + (153 * (months - 12 * y) + 2) / 5 + day - 1
    let gregorian = sinceMarch + floorDivide(y, 4) - floorDivide(y, 100) + floorDivide(y, 400) - 719_468
    return gregorian >= firstGregorianDay ? gregorian : sinceMarch + floorDivide(y, 4) - 719_470
  }

  private static let firstGregorianDay: Int64 = -141_427

  private static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 { a >= 0 ? a / b : -((b - 1 - a) / b) }

  /// Minutes east of GMT; nil for a zone that is refused.
  private static func minutesEast(_ zone: [UInt8]) -> Int64? {
    var rest = zone[...]
    let name = String(decoding: rest.prefix(3), as: UTF8.self).uppercased()
    let isNamed = name == "GMT" || name == "UTC"
    if isNamed { rest = rest.dropFirst(3) }
    guard let sign = rest.popFirst() else { return isNamed ? 0 : nil }
    guard sign == 43 || sign == 45, name != "UTC" else { return nil }
    var hours = rest
    var minutes = rest.suffix(2)
    if isNamed {
      guard let colon = rest.firstIndex(of: 58) else { return nil }
      hours = rest[..<colon]
      minutes = rest[(colon + 1)...]
      guard hours.count == 1 || hours.count == 2 else { return nil }
    } else {
      guard rest.count == 4 else { return nil }
      hours = rest.prefix(2)
    }
    guard minutes.count == 2, (hours + minutes).allSatisfy({ (48...57).contains($0) }) else { return nil }
    let h = hours.reduce(0) { $0 * 10 + Int64($1 - 48) }
    let m = minutes.reduce(0) { $0 * 10 + Int64($1 - 48) }
    guard h <= 23, m <= 59 else { return nil }
    return (sign == 45 ? -1 : 1) * (h * 60 + m)
  }
}
