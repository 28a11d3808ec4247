import Records

/// The rows that a verification missed, from `undefined`, `corrupt`, `holes` and `verify` records.
struct HoleMap: Sendable {
  /// Rows beside each other.
  struct Spot: Sendable {
    /// The first of them, up to `RowScale.length` bytes.
    var row: [UInt8]
    var count: Int
  }

  private(set) var missing: [Spot] = []
  private(set) var corrupt: [Spot] = []
  /// Those with the most missing rows, the first of them first.
  private(set) var holes: [HolesRecord] = []
  private(set) var omittedHoles = 0
  private(set) var counts: VerifyRecord?
  private(set) var missingCount = 0
  private(set) var corruptCount = 0

  private static let spotLimit = 16_384
  private static let holeLimit = 40

  mutating func add(undefined row: [UInt8]) {
    missingCount += 1
    Self.add(row, to: &missing)
  }

  mutating func add(corrupt row: [UInt8]) {
    corruptCount += 1
    Self.add(row, to: &corrupt)
  }

  mutating func add(_ record: HolesRecord) {
    holes.append(record)
    guard holes.count > Self.holeLimit else { return }
    holes.sort { $0.holes > $1.holes }
    holes.removeLast()
    omittedHoles += 1
  }

  mutating func add(_ record: VerifyRecord) { counts = record }

  private static func add(_ row: [UInt8], to spots: inout [Spot]) {
    spots.append(Spot(row: Array(row.prefix(RowScale.length)), count: 1))
    guard spots.count > spotLimit else { return }
    let size = spots.reduce(0) { $0 + $1.count } / (spotLimit / 2) + 1
    var merged: [Spot] = []
    for spot in spots.sorted(by: { $0.row.lexicographicallyPrecedes($1.row) }) {
      if !merged.isEmpty, merged[merged.count - 1].count < size {
        merged[merged.count - 1].count += spot.count
      } else {
        merged.append(spot)
      }
    }
    spots = merged
  }
}

/// Rows as numbers from 0 to 1, so that rows made of few characters, such as hexadecimal ones, are spread evenly.
struct RowScale: Sendable {
  /// More bytes of a row make no difference that can be seen.
  static let length = 16

  private let prefix: [UInt8]
  /// The rank of a byte among those that rows are made of, and how many those are.
  private let ranks: [Double]
  private let base: Double

  /// A scale for rows like these.
  init(_ rows: [[UInt8]]) {
    var prefix = rows.first ?? []
    for row in rows { prefix = Array(zip(prefix, row).prefix { $0 == $1 }.map(\.0)) }
    // Of one row alone, or of equal ones, all would be prefix.
    if rows.contains(prefix) { prefix = [] }
    var seen = Set<UInt8>()
    for row in rows { seen.formUnion(row.dropFirst(prefix.count).prefix(Self.length)) }
    let alphabets: [[UInt8]] = [
      Array("0123456789".utf8), Array("0123456789abcdef".utf8), Array("0123456789ABCDEF".utf8),
    ]
    let alphabet = alphabets.first { seen.isSubset(of: $0) } ?? Array(0...255)
    var ranks = [Double](repeating: 0, count: 256)
    for byte in 0..<256 { ranks[byte] = Double(alphabet.count { $0 < byte }) }
    (self.prefix, self.ranks, base) = (prefix, ranks, Double(alphabet.count))
  }

  func place(of row: [UInt8]) -> Double {
    var (place, unit) = (0.0, 1.0)
    for byte in row.dropFirst(prefix.count).prefix(12) {
      unit /= base
      place += ranks[Int(byte)] * unit
    }
    return min(max(place, 0), 1)
  }

  /// The beginning of the row at a place, for the axis.
  func row(at place: Double) -> [UInt8] {
    let digits = (0..<256).filter { $0 + 1 == 256 || ranks[$0 + 1] > ranks[$0] }
    var (row, rest) = (prefix, min(max(place, 0), 0.999_999))
    for _ in 0..<(base < 20 ? 2 : 1) {
      rest *= base
      let rank = rest.rounded(.down)
      row.append(UInt8(digits[Int(rank)]))
      rest -= rank
    }
    return row
  }
}
