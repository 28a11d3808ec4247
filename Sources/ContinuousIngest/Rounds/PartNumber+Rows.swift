import Records

extension PartNumber {
  /// The row numbers of a bucket: equal slices of the row space, in order.
  var rows: Range<UInt64> { Self.border(number - 1, count)..<Self.border(number, count) }

  private static func border(_ i: Int, _ count: Int) -> UInt64 {
    let product = RowNumber.end.multipliedFullWidth(by: UInt64(i))
    return UInt64(count).dividingFullWidth(product).quotient
  }
}
