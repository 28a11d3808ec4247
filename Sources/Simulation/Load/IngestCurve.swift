// How much a table has been sent by a given time: the rates of clients, added up. With 10 bytes a second at first and 20
// from second 5 on:
//
//     seconds   0    5    10
//     bytes     0   50   150
//
// A tablet's memory holds its share of what came since its last flush, so flushes at any times together write exactly
// what was sent.

package struct IngestCurve: Sendable {
  /// From this time on, this rate.
  package struct Step: Hashable, Sendable {
    /// Milliseconds since the start.
    package var time: Int64
    /// Bytes a second, at least 0.
    package var rate: Double

    package init(time: Int64, rate: Double) { (self.time, self.rate) = (time, rate) }
  }

  private var steps: [Step]
  /// What has been sent when each step begins, in bytes.
  private var sums: [Double]
  /// The step of the last question: the next one is seldom far away.
  private var last = 0

  /// - Parameter steps: in ascending order of time; before the first, and without any, nothing is sent.
  package init(_ steps: [Step]) {
    self.steps = steps.first.map { $0.time > 0 ? [Step(time: 0, rate: 0)] + steps : steps } ?? [Step(time: 0, rate: 0)]
    sums = [0]
    for (step, next) in zip(self.steps, self.steps.dropFirst()) {
      sums.append(sums[sums.count - 1] + step.rate * Double(next.time - step.time) / 1000)
    }
  }

  var isEmpty: Bool { steps.allSatisfy { $0.rate == 0 } }

  /// Bytes that the table has been sent.
  mutating func total(at time: Int64) -> Double {
    while last > 0, steps[last].time > time { last -= 1 }
    while last + 1 < steps.count, steps[last + 1].time <= time { last += 1 }
    return sums[last] + steps[last].rate * Double(time - steps[last].time) / 1000
  }

  /// When that many bytes have been sent; nil for never.
  func time(reaching total: Double) -> Int64? {
    let place = (sums.firstIndex { $0 > total } ?? sums.count) - 1
    guard place >= 0, steps[place].rate > 0 else { return nil }
    let wait = ((total - sums[place]) / steps[place].rate * 1000).rounded(.up)
    guard wait < 0x1p52 else { return nil }
    return steps[place].time + Int64(wait)
  }
}
