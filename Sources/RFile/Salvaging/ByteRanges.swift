/// Parts of a file, any number of them, which may overlap. Without the empty ones.
struct ByteRanges {
  /// By where they begin.
  let ranges: [Range<Int64>]
  /// How far the ranges up to each reach.
  private let reach: [Int64]

  init(_ ranges: some Sequence<Range<Int64>>) {
    self.ranges = ranges.filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound }
    var most = Int64.min
    reach = self.ranges.map { range in
      most = max(most, range.upperBound)
      return most
    }
  }

  /// Those that have a byte of `whole`.
  func overlapping(_ whole: Range<Int64>) -> [Range<Int64>] {
    let start = reach.firstPlace { $0 > whole.lowerBound }
    let end = ranges.firstPlace { $0.lowerBound >= whole.upperBound }
    return start < end ? ranges[start..<end].filter { $0.upperBound > whole.lowerBound } : []
  }

  func overlaps(_ whole: Range<Int64>) -> Bool {
    let end = ranges.firstPlace { $0.lowerBound >= whole.upperBound }
    return end > 0 && reach[end - 1] > whole.lowerBound && !whole.isEmpty
  }

  /// Whether one of them has all of `part`. None of them may lie within another.
  func contain(_ part: Range<Int64>) -> Bool {
    if part.isEmpty { return !ranges.isEmpty }
    let next = ranges.firstPlace { $0.lowerBound > part.lowerBound }
    return next > 0 && ranges[next - 1].upperBound >= part.upperBound
  }

  /// What is left of a range without them, in the order of the file.
  func rest(of whole: Range<Int64>) -> [Range<Int64>] { Self.rest(of: whole, without: overlapping(whole)) }

  /// What is left of a range without some parts of it, which may overlap and reach beyond it.
  static func rest(of whole: Range<Int64>, without parts: [Range<Int64>]) -> [Range<Int64>] {
    var rest: [Range<Int64>] = []
    var at = whole.lowerBound
    for part in parts.sorted(by: { $0.lowerBound < $1.lowerBound }) where part.upperBound > at {
      if part.lowerBound >= whole.upperBound { break }
      if part.lowerBound > at { rest.append(at..<part.lowerBound) }
      at = min(part.upperBound, whole.upperBound)
    }
    if at < whole.upperBound { rest.append(at..<whole.upperBound) }
    return rest
  }
}

extension Array {
  /// The first place where the condition holds, which then holds to the end; the count if it never does.
  func firstPlace(where isBehind: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
