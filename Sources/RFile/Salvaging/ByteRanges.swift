/// Parts of a file.
enum ByteRanges {
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
