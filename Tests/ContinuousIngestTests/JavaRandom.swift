@testable import ContinuousIngest

/// java.util.Random: a 48-bit linear congruential generator.
struct JavaRandom {
  private var seed: UInt64

  init(seed: Int64) { self.seed = (UInt64(bitPattern: seed) ^ 0x5_deec_e66d) & ((1 << 48) - 1) }

  private mutating func next(_ bits: UInt64) -> Int32 {
    seed = (seed &* 0x5_deec_e66d &+ 0xb) & ((1 << 48) - 1)
    return Int32(truncatingIfNeeded: seed >> (48 - bits))
  }

  mutating func nextLong() -> Int64 { (Int64(next(32)) << 32) &+ Int64(next(32)) }

  mutating func nextInt(_ bound: Int32) -> Int32 {
    var bits = next(31)
    if bound & (bound - 1) == 0 { return Int32((Int64(bound) * Int64(bits)) >> 31) }
    while bits &- bits % bound &+ (bound - 1) < 0 { bits = next(31) }
    return bits % bound
  }

  mutating func nextFloat() -> Float { Float(next(24)) / Float(1 << 24) }
}

/// The draws of an ingest with java.util.Random, in Accumulo's order.
struct JavaDraws: IngestDraws {
  var client: [UInt8]
  private var visibilities: [Int] = []
  private var nodes: [(row: UInt64, family: UInt64, qualifier: UInt64)] = []
  private var chances: [Double] = []

  /// Draws for `cycles` whole cycles.
  init(seed: Int64, client: [UInt8], _ settings: IngestSettings, cycles: Int) {
    self.client = client
    var random = JavaRandom(seed: seed)
    for _ in 0..<cycles {
      visibilities.append(Int(random.nextInt(Int32(settings.visibilities.count))))
      for _ in 0..<IngestSettings.depth * settings.flushEntries {
        let row = SeededDraws.row(UInt64(bitPattern: random.nextLong()), in: settings.rows)
        let family = UInt64(random.nextInt(Int32(settings.maxFamily)))
        nodes.append((row, family, UInt64(random.nextInt(Int32(settings.maxQualifier)))))
      }
      chances.append(Double(random.nextFloat()))
    }
  }

  func visibility(ofCycle cycle: Int64, count: Int) -> Int { visibilities[Int(cycle)] }
  func row(ofNode node: Int64) -> UInt64 { nodes[Int(node)].row }
  func family(ofNode node: Int64) -> UInt64 { nodes[Int(node)].family }
  func qualifier(ofNode node: Int64) -> UInt64 { nodes[Int(node)].qualifier }
  func deleteChance(ofCycle cycle: Int64) -> Double { chances[Int(cycle)] }
}
