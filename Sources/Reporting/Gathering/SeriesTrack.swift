/// The state of a simulated table over time, from `series` records. A week of seconds would be 600 thousand of them, so
/// a stretch of time holds more and more of them, all the same number but the last.
struct SeriesTrack: Sendable {
  enum Metric: Int, CaseIterable, Sendable {
    case tablets, entries, size, files, mean, p50, p95, most, arrived, read, written, amplification
  }

  enum ExecutorMetric: Int, CaseIterable, Sendable {
    case queued, running, threads
  }

  /// The values of a metric in a stretch of time.
  struct Statistics: Sendable {
    var last = 0.0
    var most = -Double.infinity
    var sum = 0.0
    var count = 0.0

    var mean: Double { count > 0 ? sum / count : 0 }

    mutating func add(_ value: Double) { add(Statistics(last: value, most: value, sum: value, count: 1)) }

    mutating func add(_ later: Statistics) {
      guard later.count > 0 else { return }
      last = later.last
      most = max(most, later.most)
      sum += later.sum
      count += later.count
    }
  }

  struct Stretch: Sendable {
    /// Its last moment, in ms since the start.
    var time: Double
    /// Of the metrics, then of each executor.
    var statistics: [Statistics]

    subscript(metric: Metric) -> Statistics { statistics[metric.rawValue] }

    subscript(executor: Int, metric: ExecutorMetric) -> Statistics {
      let place = Metric.allCases.count + executor * ExecutorMetric.allCases.count + metric.rawValue
      return place < statistics.count ? statistics[place] : Statistics()
    }
  }

  private(set) var executors: [String] = []
  private(set) var stretches: [Stretch] = []

  /// How many records a stretch holds, and how many the last one has so far.
  private var size = 1
  private var lastSize = 0

  private static let limit = 4096
  /// More are a mistake: a real service has a handful.
  private static let executorLimit = 64

  /// Of the last record, in ms since the start.
  var end: Double { stretches.last?.time ?? 0 }

  mutating func add(_ record: SeriesRecord) {
    var statistics = Metric.allCases.map { metric in
      var one = Statistics()
      if let value = record.values[metric.rawValue] { one.add(value) }
      return one
    }
    for executor in record.executors {
      guard let place = place(of: executor.name) else { continue }
      let start = Metric.allCases.count + place * ExecutorMetric.allCases.count
      while statistics.count < start + ExecutorMetric.allCases.count { statistics.append(Statistics()) }
      for (metric, value) in zip(0..., [executor.queued, executor.running, executor.threads]) {
        statistics[start + metric].add(value)
      }
    }
    let stretch = Stretch(time: record.time, statistics: statistics)
    if lastSize < size, !stretches.isEmpty {
      stretches[stretches.count - 1].add(stretch)
      lastSize += 1
    } else {
      stretches.append(stretch)
      lastSize = 1
    }
    guard stretches.count == Self.limit, lastSize == size else { return }
    stretches = stride(from: 0, to: stretches.count, by: 2).map { Self.merged(stretches[$0...($0 + 1)]) }
    size *= 2
    lastSize = size
  }

  private mutating func place(of executor: String) -> Int? {
    if let place = executors.firstIndex(of: executor) { return place }
    guard executors.count < Self.executorLimit else { return nil }
    executors.append(executor)
    return executors.count - 1
  }

  /// The stretches between multiples of `width` ms, each as one.
  func merged(every width: Double) -> [Stretch] {
    var merged: [Stretch] = []
    var start = 0
    for (place, stretch) in stretches.enumerated() {
      // A record speaks of the time before it.
      let slot = (stretch.time / width).rounded(.up)
      let isLast = place + 1 == stretches.count || (stretches[place + 1].time / width).rounded(.up) != slot
      guard isLast else { continue }
      merged.append(Self.merged(stretches[start...place]))
      start = place + 1
    }
    return merged
  }

  private static func merged(_ stretches: ArraySlice<Stretch>) -> Stretch {
    var merged = stretches.first!
    for stretch in stretches.dropFirst() { merged.add(stretch) }
    return merged
  }
}

extension SeriesTrack.Stretch {
  /// Makes it last until the end of a later one.
  fileprivate mutating func add(_ later: Self) {
    time = later.time
    while statistics.count < later.statistics.count { statistics.append(SeriesTrack.Statistics()) }
    for (place, value) in later.statistics.enumerated() { statistics[place].add(value) }
  }
}
