/// Random numbers for identifiers, which have to be unique and not secret: a sequence that begins anywhere, or one that
/// depends only on a seed.
struct RandomSource: RandomNumberGenerator {
  private var generator: Generator

  private enum Generator {
    case seeded(UInt64)
    case free(Xoshiro256)
  }

  init(seed: UInt64?) { generator = seed.map { .seeded($0) } ?? .free(Xoshiro256()) }

  /// With a seed: SplitMix64, Steele, Lea and Flood 2014.
  mutating func next() -> UInt64 {
    switch generator {
    case .seeded(var state):
      state &+= 0x9E37_79B9_7F4A_7C15
      generator = .seeded(state)
      state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
      return state ^ (state >> 31)
    case .free(var xoshiro):
      defer { generator = .free(xoshiro) }
      return xoshiro.next()
    }
  }
}

/// xoshiro256**, Blackman and Vigna 2018, from 256 bits of the system: asking the system for every number costs more
/// than a job's plan.
private struct Xoshiro256 {
  private var a, b, c, d: UInt64

  init() {
    var system = SystemRandomNumberGenerator()
    // All zeros would stay zeros.
    (a, b, c, d) = (system.next() | 1, system.next(), system.next(), system.next())
  }

  mutating func next() -> UInt64 {
    func rotate(_ x: UInt64, _ count: UInt64) -> UInt64 { x << count | x >> (64 - count) }
    let result = rotate(b &* 5, 7) &* 9
    let shifted = b << 17
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotate(d, 45)
    return result
  }
}
