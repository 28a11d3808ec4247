/// What to ingest. Accumulo: the properties `test.ci.ingest.*`.
package struct IngestSettings: Hashable, Sendable {
  /// The run stops after the first flush at which so many entries were written: `client.entries`.
  package var entries: Int64
  /// F: the number of entries between two flushes, which is also the number of lists written side by side.
  package var flushEntries: Int64
  /// One of these is drawn for each cycle.
  package var visibilities: [[UInt8]] = [[]]
  package var maxFamily = 32767
  package var maxQualifier = 32767
  package var hasChecksum = true
  /// The probability that a cycle is deleted after it was written.
  package var deleteProbability = 0.0
  /// Sizes of the random bytes in each value; nil for the classic form without them.
  package var zipfian: Zipfian?
  /// Rows are drawn from this range.
  package var rows: Range<UInt64> = 0..<(RowNumber.end - 1)
  package var seed: UInt64
  /// The timestamp of the first entry in ms since 1970. Each later entry adds one.
  package var startTime: Int64 = 1_700_000_000_000

  package struct Zipfian: Hashable, Sendable {
    package var minimum: Int
    package var maximum: Int
    package var exponent: Double

    package init(minimum: Int, maximum: Int, exponent: Double) {
      self.minimum = minimum
      self.maximum = maximum
      self.exponent = exponent
    }
  }

  /// The entries that each list gets in a cycle: fixed in Accumulo.
  package static let depth: Int64 = 25
  /// The largest zipfian size, in bytes.
  static let largestValue = 1 << 20
  /// The most entries in a run.
  static let mostEntries: Int64 = 1 << 50

  package init(entries: Int64, flushEntries: Int64? = nil, seed: UInt64) {
    self.entries = entries
    // When a million would not complete a list, F is chosen so that every list is complete.
    self.flushEntries = flushEntries ?? min(1_000_000, max(1, entries / Self.depth))
    self.seed = seed
  }

  /// What is wrong with the settings; nil when nothing is.
  package var problem: String? {
    let limits: [(Bool, String)] = [
      (1...Self.mostEntries ~= entries, "expected 1 to \(Self.mostEntries) entries"),
      (1...Self.mostEntries / 64 ~= flushEntries, "expected 1 to \(Self.mostEntries / 64) entries between flushes"),
      (!visibilities.isEmpty, "expected at least one visibility (Accumulo's ingest fails without)"),
      (1...Int(Int32.max) ~= maxFamily, "expected 1 to \(Int32.max) column families"),
      (1...Int(Int32.max) ~= maxQualifier, "expected 1 to \(Int32.max) column qualifiers"),
      (0...1 ~= deleteProbability, "expected a probability from 0 to 1 for deletes"),
      (!rows.isEmpty && rows.upperBound <= RowNumber.end, "expected a range of rows below 2^63"),
    ]
    if let broken = limits.first(where: { !$0.0 }) { return broken.1 }
    guard let zipfian else { return nil }
    guard zipfian.minimum >= 0, zipfian.maximum > zipfian.minimum, zipfian.maximum <= Self.largestValue,
      zipfian.exponent > 0, zipfian.exponent.isFinite
    else { return "expected 0 <= MIN < MAX <= \(Self.largestValue) and an EXPONENT above 0 for zipfian sizes" }
    return nil
  }

  /// The visibilities in a text, split as Accumulo's ingest does: at commas, with blanks trimmed and trailing empty
  /// pieces dropped as in Java. `","` gives none at all.
  package static func visibilities(_ text: String?) -> [[UInt8]] {
    guard let text else { return [[]] }
    if text.isEmpty { return [[]] }
    var pieces = text.utf8.split(separator: 0x2C, omittingEmptySubsequences: false).map(Array.init)
    while pieces.last?.isEmpty == true { pieces.removeLast() }
    return pieces.map { piece in
      Array(piece.drop { $0 <= 32 }.reversed().drop { $0 <= 32 }.reversed())
    }
  }

  /// The end rows of a table's tablets, except the last, as continuous ingest's createtable makes them: at equal
  /// distances, written as rows, with trailing zeros cut off.
  static func splits(tablets: Int, rows: Range<UInt64>) -> [[UInt8]] {
    guard tablets > 1 else { return [] }
    let distance = (rows.upperBound - rows.lowerBound) / UInt64(tablets) + 1
    var splits: [[UInt8]] = []
    for i in 1..<UInt64(tablets) {
      let (product, overflow) = distance.multipliedReportingOverflow(by: i)
      let (row, overflow2) = product.addingReportingOverflow(rows.lowerBound)
      guard !overflow, !overflow2 else { break }
      var text = RowNumber.text(row)
      while text.last == 48 { text.removeLast() }
      if text != splits.last { splits.append(text) }
    }
    return splits
  }
}
