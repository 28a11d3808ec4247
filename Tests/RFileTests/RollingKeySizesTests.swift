import TestSupport
import Testing

@testable import RFile

@Suite("Mean and deviation of key sizes") struct RollingKeySizesTests {
  /// The plain definition, value by value and without shortcuts: a window of 2017 values, every sum from first to last.
  private struct Plain {
    var window: [Double] = []
    var position = 0
    var since = 0
    var mean = 0.0
    var variance = 0.0
    var unapplied: [(new: Double, old: Double)] = []

    mutating func add(_ size: Int) {
      since += 1
      if window.count < 2017 {
        window.append(Double(size))
        if window.count == 2017 { compute() }
        return
      }
      if since < 100 { unapplied.append((Double(size), window[position])) }
      window[position] = Double(size)
      position = (position + 1) % 2017
    }

    mutating func ask() {
      guard window.count == 2017, since < 100 else { return compute() }
      for (new, old) in unapplied {
        let before = mean
        mean += (new - old) / 2017
        variance += (new - old) * (new - mean + old - before) / 2016
      }
      unapplied = []
      if variance < 0 { compute() }
    }

    mutating func compute() {
      guard since > 0 || variance < 0 else { return }
      let n = Double(window.count)
      let rough = window.reduce(0, +) / n
      mean = rough + window.reduce(0) { $0 + ($1 - rough) } / n
      let squares = window.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let sums = window.reduce(0) { $0 + ($1 - mean) }
      variance = window.count == 1 ? 0 : (squares - sums * sums / n) / (n - 1)
      since = 0
      unapplied = []
    }
  }

  @Test("the same to the last bit as by definition, whenever asked", arguments: 0..<40) func toTheLastBit(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    var sizes = RollingKeySizes()
    defer { sizes.free() }
    var plain = Plain()
    let pauses = [[1, 2, 3], [50, 98, 99, 100, 101, 102], [500, 1000], [2016, 2017, 2018]][seed % 4]
    let spread = [0, 1, 30, 100_000, Int(Int32.max) - 7][seed % 5]
    var isSame = sizes.mean() == 0 && sizes.standardDeviation() == 0
    for round in 0..<(seed % 4 == 0 ? 3000 : 12) {
      // Sometimes equal sizes, for longer than the window.
      let isEven = round % 4 == 3
      for _ in 0..<(isEven && seed % 3 == 0 ? 2500 : pauses.randomElement(using: &random)!) {
        let size = isEven ? 24 : 7 + Int.random(in: 0...spread, using: &random)
        sizes.add(size)
        plain.add(size)
      }
      plain.ask()
      if Bool.random(using: &random) {
        isSame = isSame && sizes.standardDeviation() == plain.variance.squareRoot()
      }
      isSame = isSame && sizes.mean() == plain.mean
    }
    #expect(isSame)
  }
}
