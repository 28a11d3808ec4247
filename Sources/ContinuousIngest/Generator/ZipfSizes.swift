import Glibc

/// Sizes from `minimum + 1` to `maximum`, small ones most often: `minimum + k` has a probability proportional to 1 /
/// k^exponent. This is the distribution of Commons Math's ZipfDistribution, which Accumulo's ingest samples.
struct ZipfSizes: Sendable {
  private let minimum: Int
  /// `sums[k - 1]`: the probability of at most k.
  private let sums: [Double]

  init(_ zipfian: IngestSettings.Zipfian) {
    minimum = zipfian.minimum
    var sum = 0.0
    let weights = (1...zipfian.maximum - zipfian.minimum).map { k in
      sum += pow(Double(k), -zipfian.exponent)
      return sum
    }
    sums = weights.map { $0 / sum }
  }

  /// The size for a random number of at least 0 and less than 1.
  func size(_ chance: Double) -> Int {
    var (low, high) = (0, sums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] <= chance { low = middle + 1 } else { high = middle }
    }
    return minimum + low + 1
  }
}
