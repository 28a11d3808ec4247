/// Random numbers for identifiers: the system's, or a sequence that depends only on a seed.
struct RandomSource: RandomNumberGenerator {
  private var system = SystemRandomNumberGenerator()
  private var state: UInt64?

  init(seed: UInt64?) { state = seed }

  /// With a seed: SplitMix64, Steele, Lea and Flood 2014.
  mutating func next() -> UInt64 {
    guard var state else { return system.next() }
    state &+= 0x9E37_79B9_7F4A_7C15
    self.state = state
    state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
    return state ^ (state >> 31)
  }
}
