internal import Glibc

/// Numbers of chance that depend on a seed alone. SplitMix64: Steele, Lea and Flood 2014.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// At least 0 and below 1.
  mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Between 0.8 and 1.2: nothing in a cluster happens at the same moment everywhere.
  mutating func jitter() -> Double { 0.8 + 0.4 * fraction() }

  /// At least 0 and below `bound`, which is more than 0.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// The time to the next of events that come at random, once in `mean` ms. At least 1 ms.
  mutating func wait(mean: Double) -> Int64 { Int64(max(1, min(0x1p52, -log(1 - fraction()) * mean))) }
}

func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
