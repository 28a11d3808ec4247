// The random numbers of ingest. Accumulo draws one number after another from java.util.Random. To find row 17 it must
// draw the 16 before it, and it must remember the rows that entries point to. Here each draw is a function of the seed
// and its place, so any row can be computed again at any time and nothing has to be remembered.

/// The random draws of a run. Nodes are numbered by cycle, then depth, then index.
protocol IngestDraws: Sendable {
  /// An index below `count`.
  func visibility(ofCycle cycle: Int64, count: Int) -> Int
  func row(ofNode node: Int64) -> UInt64
  func family(ofNode node: Int64) -> UInt64
  func qualifier(ofNode node: Int64) -> UInt64
  /// A number of at least 0 and less than 1.
  func deleteChance(ofCycle cycle: Int64) -> Double
  /// The client's uuid, 36 bytes.
  var client: [UInt8] { get }
}

/// Draws determined by a seed.
struct SeededDraws: IngestDraws {
  private let seed: UInt64
  private let rows: Range<UInt64>
  private let maxFamily: UInt64
  private let maxQualifier: UInt64
  let client: [UInt8]

  init(_ settings: IngestSettings) {
    seed = Self.mix(settings.seed)
    rows = settings.rows
    maxFamily = UInt64(settings.maxFamily)
    maxQualifier = UInt64(settings.maxQualifier)
    // A random uuid of version 4.
    let (a, b) = (Self.mix(seed ^ 1), Self.mix(seed ^ 2))
    let digits = RowNumber.text(a & ~0xf000 | 0x4000) + RowNumber.text(b & ~(3 << 62) | 1 << 63)
    client = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { Array(digits[$0]) }.joined(separator: [0x2D]).map { $0 }
  }

  @inline(__always) func row(ofNode node: Int64) -> UInt64 {
    Self.row(draw(node, 0), in: rows)
  }

  /// The row for 64 random bits, as ContinuousIngest.genLong computes it.
  @inline(__always) static func row(_ bits: UInt64, in rows: Range<UInt64>) -> UInt64 {
    (bits & (RowNumber.end - 1)) % (rows.upperBound - rows.lowerBound) &+ rows.lowerBound
  }

  @inline(__always) func family(ofNode node: Int64) -> UInt64 { ((draw(node, 1) >> 32) &* maxFamily) >> 32 }
  @inline(__always) func qualifier(ofNode node: Int64) -> UInt64 { ((draw(node, 2) >> 32) &* maxQualifier) >> 32 }

  func visibility(ofCycle cycle: Int64, count: Int) -> Int { Int(draw(cycle, 3) % UInt64(count)) }
  func deleteChance(ofCycle cycle: Int64) -> Double { Double(draw(cycle, 4) >> 11) / Double(1 << 53) }

  /// A random number for a place and a purpose.
  @inline(__always) private func draw(_ place: Int64, _ purpose: UInt64) -> UInt64 {
    Self.mix(seed &+ UInt64(bitPattern: place) &* 0x9e37_79b9_7f4a_7c15 &+ purpose &* 0xd1b5_4a32_d192_ed03)
  }

  /// SplitMix64's output function (Steele, Lea and Flood 2014).
  @inline(__always) static func mix(_ number: UInt64) -> UInt64 {
    var z = number &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
