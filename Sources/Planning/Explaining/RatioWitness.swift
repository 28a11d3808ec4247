// At which ratios does a plan change? Between two of them it stays the same, so the search for the nearest one can jump.
//
// A set of files meets the ratio r when size * r < sum, with the size of its largest file. Both sides are doubles, so
// there is a greatest double that a set meets, and sum / size is only close to it:
//
//     largest 10, sum 30    30 / 10 = 3.0, but 10 * 3.0 < 30 is false    greatest ratio 2.9999999999999996
//
// A plan depends on the ratio by nothing but these comparisons. While none of them comes out differently, the planner
// takes every step as before.

/// Watches the comparisons of a plan at one ratio.
final class RatioWitness {
  private let ratio: Double
  /// The nearest ratio below at which another set meets the ratio.
  private(set) var below: Double?
  /// The nearest ratio above at which a set no longer meets it.
  private(set) var above: Double?
  /// The greatest ratio that any set of the first search meets: a plan that begins without predicted files finds
  /// something up to here, and nothing above.
  private(set) var highest: Double?
  private var isFirst = true

  init(at ratio: Double) { self.ratio = ratio }

  /// A set of files is compared with the ratio.
  /// - Parameters:
  ///   - size: of its largest file, in bytes.
  ///   - sum: of all its sizes.
  func see(size: Int64, sum: Int64) {
    guard let met = Self.greatestRatio(size: size, sum: sum) else { return }
    if met < ratio {
      below = max(below ?? met, met)
    } else {
      above = min(above ?? met.nextUp, met.nextUp)
    }
    if isFirst { highest = max(highest ?? met, met) }
  }

  /// All comparisons of a search were seen.
  func endSearch() { isFirst = false }

  /// The greatest r with `size * r < sum`; nil when there is none, as for files of no bytes.
  static func greatestRatio(size: Int64, sum: Int64) -> Double? {
    guard size > 0, sum > 0 else { return nil }
    let (size, sum) = (Double(size), Double(sum))
    var ratio = sum / size
    while size * ratio >= sum { ratio = ratio.nextDown }
    while size * ratio.nextUp < sum { ratio = ratio.nextUp }
    return ratio
  }
}
