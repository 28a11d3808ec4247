/// A set of Unicode code points: ordered ranges that neither touch nor overlap.
struct ScalarSet: Hashable, Sendable {
  private(set) var ranges: [ClosedRange<UInt32>] = []

  static let last: UInt32 = 0x10ffff
  static let all = ScalarSet([0...last])

  init(_ ranges: [ClosedRange<UInt32>] = []) {
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let end = self.ranges.last?.upperBound, range.lowerBound <= end + 1 {
        let start = self.ranges.removeLast().lowerBound
        self.ranges.append(start...max(end, range.upperBound))
      } else {
        self.ranges.append(range)
      }
    }
  }

  init(_ scalar: UInt32) { ranges = [scalar...scalar] }

  init(ascii text: String) { self.init(text.unicodeScalars.map { $0.value...$0.value }) }

  func union(_ other: ScalarSet) -> ScalarSet { ScalarSet(ranges + other.ranges) }

  var complement: ScalarSet {
    var gaps: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { gaps.append(next...range.lowerBound - 1) }
      next = range.upperBound + 1
    }
    if next <= Self.last { gaps.append(next...Self.last) }
    return ScalarSet(gaps)
  }

  func contains(_ scalar: UInt32) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if scalar < ranges[middle].lowerBound {
        high = middle
      } else if scalar > ranges[middle].upperBound {
        low = middle + 1
      } else {
        return true
      }
    }
    return false
  }

  func intersects(_ range: ClosedRange<UInt32>) -> Bool { ranges.contains { $0.overlaps(range) } }

  func isSuperset(of range: ClosedRange<UInt32>) -> Bool {
    ranges.contains { $0.lowerBound <= range.lowerBound && $0.upperBound >= range.upperBound }
  }

  /// This set with the other case of each of its ASCII letters added, which is all that Java's CASE_INSENSITIVE alone
  /// does.
  var ignoringCase: ScalarSet {
    var more: [ClosedRange<UInt32>] = []
    for letter: UInt32 in 65...90 {
      if contains(letter) { more.append(letter + 32...letter + 32) }
      if contains(letter + 32) { more.append(letter...letter) }
    }
    return ScalarSet(ranges + more)
  }
}

/// The sets that java.util.regex names, without UNICODE_CHARACTER_CLASS.
extension ScalarSet {
  static let lower = ScalarSet([97...122])
  static let upper = ScalarSet([65...90])
  static let digit = ScalarSet([48...57])
  static let alpha = lower.union(upper)
  static let alnum = alpha.union(digit)
  static let word = alnum.union(ScalarSet(95))
  static let space = ScalarSet([9...13, 32...32])
  static let graph = ScalarSet([33...126])
  static let punct = ScalarSet([33...47, 58...64, 91...96, 123...126])
  static let horizontalSpace = ScalarSet([
    9...9, 32...32, 0xa0...0xa0, 0x1680...0x1680, 0x180e...0x180e, 0x2000...0x200a, 0x202f...0x202f, 0x205f...0x205f,
    0x3000...0x3000,
  ])
  static let verticalSpace = ScalarSet([10...13, 0x85...0x85, 0x2028...0x2029])
  static let lineTerminators = ScalarSet([10...10, 13...13, 0x85...0x85, 0x2028...0x2029])

  /// `\p{name}`.
  static let posix: [String: ScalarSet] = [
    "Lower": lower, "Upper": upper, "ASCII": ScalarSet([0...127]), "Alpha": alpha, "Digit": digit, "Alnum": alnum,
    "Punct": punct, "Graph": graph, "Print": ScalarSet([32...126]), "Blank": ScalarSet([9...9, 32...32]),
    "Cntrl": ScalarSet([0...31, 127...127]), "XDigit": digit.union(ScalarSet([65...70, 97...102])), "Space": space,
  ]
}
