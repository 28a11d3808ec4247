import Glibc

/// A scale from values to 0...1, with labelled ticks at round values.
struct Axis: Sendable {
  struct Tick: Hashable, Sendable {
    var value: Double
    var label: String
  }

  private(set) var range: ClosedRange<Double>
  private(set) var ticks: [Tick]

  /// Where a value lies, 0 to 1; values beyond the axis lie at its end.
  func fraction(_ value: Double) -> Double {
    let length = range.upperBound - range.lowerBound
    return length > 0 ? min(max((value - range.lowerBound) / length, 0), 1) : 0
  }

  /// From 0 to a round value that is not below `most`.
  static func counts(upTo most: Double, unit: String = "") -> Axis {
    // Fewer than one of what is counted does not exist: unit steps, unless they are means.
    round(upTo: max(most, 1), most < 3 ? 3 : 4) { NumberText.scaled($0) }
      .labelled { $0 >= 1e6 ? NumberText.count($0) : NumberText.scaled($0) }.named(unit)
  }

  /// Bytes, in one unit of 1,024.
  static func bytes(upTo most: Double, suffix: String = "") -> Axis {
    let (unit, name) = NumberText.byteUnit(max(most, 1))
    let scaled = round(upTo: max(most, 1) / unit, 4) { NumberText.scaled($0) }
    return Axis(
      range: 0...scaled.range.upperBound * unit,
      ticks: scaled.ticks.map {
        Tick(value: $0.value * unit, label: $0.value == 0 ? "0" : "\($0.label) \(name)\(suffix)")
      })
  }

  /// Time in ms, from `range.lowerBound` to `range.upperBound` exactly.
  static func time(_ range: ClosedRange<Double>) -> Axis {
    let length = max(range.upperBound - range.lowerBound, 1)
    let step = timeSteps.first { length / $0 <= 6 } ?? roundStep(length / 5, 86_400_000)
    var ticks: [Tick] = []
    var value = (range.lowerBound / step).rounded(.up) * step
    while value <= range.upperBound, ticks.count < 20 {
      ticks.append(Tick(value: value, label: timeLabel(value, step)))
      value += step
    }
    return Axis(range: range.lowerBound...(range.lowerBound + length), ticks: ticks)
  }

  /// With the labels that are given, or none.
  static func plain(_ range: ClosedRange<Double>, _ ticks: [Tick] = []) -> Axis { Axis(range: range, ticks: ticks) }

  /// A logarithmic scale of sizes is an axis of powers of two.
  static func powers(_ range: ClosedRange<Int>) -> Axis {
    let step = max(1, (range.count + 5) / 6)
    return Axis(
      range: Double(range.lowerBound)...Double(range.upperBound + 1),
      ticks: stride(from: range.lowerBound, through: range.upperBound + 1, by: step).map {
        Tick(value: Double($0), label: NumberText.bytes(exp2(Double($0))))
      })
  }

  private static let timeSteps: [Double] = [
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
    900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 14_400_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000,
    604_800_000,
  ]

  private static func timeLabel(_ value: Double, _ step: Double) -> String {
    switch step {
    case 86_400_000...: NumberText.decimal(value / 86_400_000, 0) + " d"
    case 3_600_000...: NumberText.decimal(value / 3_600_000, 0) + " h"
    case 60_000...: NumberText.decimal(value / 60_000, 0) + " min"
    case 1000...: NumberText.decimal(value / 1000, 0) + " s"
    default: NumberText.decimal(value, 0) + " ms"
    }
  }

  private static func round(upTo most: Double, _ steps: Double, _ label: (Double) -> String) -> Axis {
    let most = min(most, 1e18)
    let step = roundStep(most / steps, 1e-3)
    let count = max(1, (most / step - 1e-9).rounded(.up))
    return Axis(
      range: 0...count * step,
      ticks: (0...Int(min(count, 50))).map { Tick(value: Double($0) * step, label: label(Double($0) * step)) })
  }

  /// 1, 2 or 5 times a power of ten: the first that is not below `least` by more than a little.
  private static func roundStep(_ least: Double, _ smallest: Double) -> Double {
    let power = pow(10, log10(max(least, smallest)).rounded(.down))
    return ([1, 2, 5, 10].first { $0 * power >= least * 0.999 } ?? 10) * power
  }

  private func labelled(_ label: (Double) -> String) -> Axis {
    Axis(range: range, ticks: ticks.map { Tick(value: $0.value, label: label($0.value)) })
  }

  /// With a unit behind the largest label.
  private func named(_ unit: String) -> Axis {
    guard !unit.isEmpty, let last = ticks.last else { return self }
    return Axis(range: range, ticks: ticks.dropLast() + [Tick(value: last.value, label: last.label + " " + unit)])
  }
}
