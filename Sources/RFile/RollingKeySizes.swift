// Mean and deviation of the last 2017 key sizes. Accumulo: `RollingStats`, with the means and variances of commons-math.
//
// The block cut rule compares these numbers with key sizes, so they must agree to the last bit: the same sums in the same
// order. Accumulo brings them up to date with each value and computes them anew when asked and 100 values came since. We
// only note the values and do the same arithmetic when asked: blocks hold hundreds of entries, so that is one full
// computation per block and nothing per entry.

struct RollingKeySizes {
  private static let windowSize = 2017
  private static let staleAfter = 100

  private var window: [Double] = Array(repeating: 0, count: windowSize)
  private var position = 0
  private var isFull = false
  private var average = 0.0
  private var variance = 0.0
  /// Values since the last full computation.
  private var sinceComputed = 0
  /// The values that the first 99 of these replaced and that are not yet in `average` and `variance`: new and old.
  private var pending: [(new: Double, old: Double)] = []

  /// Notes the size of one key.
  @inline(__always) mutating func add(_ size: Int) {
    let value = Double(size)
    if isFull && sinceComputed < Self.staleAfter { pending.append((value, window[position])) }
    window[position] = value
    position += 1
    sinceComputed += 1
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
    for (new, old) in pending {
      let delta = new - old
      let before = average
      average += delta / n
      variance += delta * (new - average + old - before) / (n - 1)
    }
    pending.removeAll(keepingCapacity: true)
    if variance < 0 { compute(Self.windowSize) }
  }

  private mutating func compute(_ count: Int) {
    let n = Double(count)
    var sum = 0.0
    for i in 0..<count { sum += window[i] }
    let rough = sum / n
    var correction = 0.0
    for i in 0..<count { correction += window[i] - rough }
    average = rough + correction / n

    if count == 1 {
      variance = 0
    } else {
      var (squares, sums) = (0.0, 0.0)
      for i in 0..<count {
        let deviation = window[i] - average
        squares += deviation * deviation
        sums += deviation
      }
      variance = (squares - sums * sums / n) / (n - 1)
    }
    sinceComputed = 0
    pending.removeAll(keepingCapacity: true)
  }
}
