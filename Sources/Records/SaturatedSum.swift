extension Int64 {
  /// The sum, or the largest number where it is larger than that. Not for two negative numbers.
  package func addingSaturated(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
