/// One of several numbered parts, the first of which is 1: a shard of the tablets, or a bucket of the row space. `3/8`
package struct PartNumber: Hashable, Sendable, CustomStringConvertible {
  var number: Int
  var count: Int

  /// The most parts: each bucket is a directory, with a file for each shard.
  package static let limit = 65536

  init(_ number: Int, of count: Int) {
    precondition(1...count ~= number)
    (self.number, self.count) = (number, count)
  }

  /// Parses text like `3/8`; nil for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]), 1...Self.limit ~= count,
      1...count ~= number
    else { return nil }
    self.init(number, of: count)
  }

  package var description: String { "\(number)/\(count)" }

  /// All parts, in order.
  static func all(of count: Int) -> [PartNumber] { (1...count).map { PartNumber($0, of: count) } }

  /// The row numbers of a bucket: equal slices of the row space, in order.
  var rows: Range<UInt64> { Self.border(number - 1, count)..<Self.border(number, count) }

  private static func border(_ i: Int, _ count: Int) -> UInt64 {
    let product = RowNumber.end.multipliedFullWidth(by: UInt64(i))
    return UInt64(count).dividingFullWidth(product).quotient
  }
}
