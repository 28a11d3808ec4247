// A series of any length in a few values, so that it can be drawn in a line of text. Each value stands for a span of
// time; when the series grows beyond the last one, pairs of values are joined and each stands for twice as long:
//
//     spans of 1 s    3  5  2  0 | 4
//     spans of 2 s    5     2      4         joined by the highest
//                     8     2      4         joined by the sum

struct SeriesSketch {
  enum Joining { case highest, sum }

  /// At most so many values; once there have been as many, never less than half of it.
  static let most = 128

  let joining: Joining
  private(set) var values: [Double] = []
  /// What one value stands for, ms.
  private var span = 1.0

  init(_ joining: Joining) { self.joining = joining }

  /// Adds what held, or what was done evenly, from `start` to `end` (ms, at least 0).
  mutating func add(_ value: Double, from start: Double, to end: Double) {
    let start = max(0, start)
    let end = max(start + span / 1000, end)
    while end > span * Double(Self.most) { join() }
    let first = min(Int(start / span), Self.most - 1)
    let last = min(max(first, Int((end / span).rounded(.up)) - 1), Self.most - 1)
    while values.count <= last { values.append(0) }
    for place in first...last {
      switch joining {
      case .highest: values[place] = max(values[place], value)
      case .sum:
        let overlap = min(end, Double(place + 1) * span) - max(start, Double(place) * span)
        values[place] += value * overlap / (end - start)
      }
    }
  }

  private mutating func join() {
    values = stride(from: 0, to: values.count, by: 2).map { place in
      let pair = values[place..<min(place + 2, values.count)]
      return joining == .sum ? pair.reduce(0, +) : pair.max() ?? 0
    }
    span *= 2
  }

  /// Values in at most `count`, each the highest of its neighbours.
  static func joined(_ values: [Double], atMost count: Int) -> [Double] {
    guard values.count > count, count > 0 else { return values }
    return (0..<count).map { place in
      values[place * values.count / count..<(place + 1) * values.count / count].max() ?? 0
    }
  }
}
