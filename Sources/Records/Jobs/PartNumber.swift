/// One of several numbered parts, the first of which is 1: a shard of the tablets, or a bucket of the row space. `3/8`
package struct PartNumber: Hashable, Sendable, CustomStringConvertible {
  package let number: Int
  package let count: Int

  /// The most parts: for each there is a process, and maybe a directory.
  package static let limit = 65536

  package init(_ number: Int, of count: Int) {
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
  package static func all(of count: Int) -> [PartNumber] { (1...count).map { PartNumber($0, of: count) } }
}
