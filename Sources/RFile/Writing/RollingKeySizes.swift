// The mean and standard deviation of the last 2017 key sizes. Accumulo: `RollingStats`, with the means and variances of
// commons-math.
//
// The rule that ends blocks compares these numbers with key sizes, so they must agree with Accumulo's to the last bit:
// the same sums in the same order. Accumulo updates them with each value and, when they are read after 100 or more new
// values, computes them again from scratch. We only record the values and do the same arithmetic on demand: blocks have
// hundreds of entries, so that is one full computation per block and nothing per entry.
//
// A sum of doubles in a fixed order is slow: each addition waits for the previous one. But sizes are integers, so their
// sum is exact in any order and can be updated with each value. And when all sizes are equal, as in tables whose keys
// have a fixed format, every deviation is zero and no sum is needed.

/// A window of recent key sizes. Its owner must call `free()`.
struct RollingKeySizes {
  private static let windowSize = 2017
  private static let staleAfter = 100

  private let window: UnsafeMutablePointer<Int32>
  /// The old values that the first 100 values since the last full computation replaced.
  private let replaced: UnsafeMutablePointer<Int32>
  private var position = 0
  private var isFull = false
  private var sum = 0
  private var last = -1
  /// The number of most recent values that are equal.
  private var equal = 0
  private var average = 0.0
  private var variance = 0.0
  /// Values since the last full computation.
  private var sinceComputed = 0
  /// How many of these are included in `average` and `variance`.
  private var applied = 0

  init() {
    window = .allocate(capacity: Self.windowSize)
    window.initialize(repeating: 0, count: Self.windowSize)
    replaced = .allocate(capacity: Self.staleAfter)
    replaced.initialize(repeating: 0, count: Self.staleAfter)
  }

  func free() {
    window.deallocate()
    replaced.deallocate()
  }

  /// Records the size of one key: 0 to 2^31 - 1.
  @inline(__always) mutating func add(_ size: Int) {
    let old = window[position]
    if sinceComputed < Self.staleAfter { replaced[sinceComputed] = old }
    window[position] = Int32(truncatingIfNeeded: size)
    sum &+= size &- Int(old)
    equal = size == last ? equal &+ 1 : 1
    last = size
    position &+= 1
    sinceComputed &+= 1
    if position == Self.windowSize { wrap() }
  }

  private mutating func wrap() {
    if !isFull {
      compute(Self.windowSize)
      isFull = true
    }
    position = 0
  }

  mutating func mean() -> Double {
    bringUpToDate()
    return average
  }

  mutating func standardDeviation() -> Double {
    bringUpToDate()
    return variance.squareRoot()
  }

  private mutating func bringUpToDate() {
    guard isFull else {
      if sinceComputed > 0 { compute(position) }
      return
    }
    guard sinceComputed < Self.staleAfter else { return compute(Self.windowSize) }
    let n = Double(Self.windowSize)
    for i in applied..<sinceComputed {
      let place = position - sinceComputed + i
      let new = Double(window[place < 0 ? place + Self.windowSize : place])
      let old = Double(replaced[i])
      let delta = new - old
      let before = average
      average += delta / n
      variance += delta * (new - average + old - before) / (n - 1)
    }
    applied = sinceComputed
    if variance < 0 { compute(Self.windowSize) }
  }

  private mutating func compute(_ count: Int) {
    sinceComputed = 0
    applied = 0
    guard equal < count else {
      average = Double(last)
      variance = 0
      return
    }
    let n = Double(count)
    let rough = Double(sum) / n
    var correction = 0.0
    for i in 0..<count { correction += Double(window[i]) - rough }
    average = rough + correction / n

    var (squares, sums) = (0.0, 0.0)
    for i in 0..<count {
      let deviation = Double(window[i]) - average
      squares += deviation * deviation
      sums += deviation
    }
    variance = (squares - sums * sums / n) / (n - 1)
  }
}
