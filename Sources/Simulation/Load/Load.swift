package import Records

/// What a table is sent, apart from replayed files.
package struct Load: Sendable {
  /// When a tablet writes its memory to a file.
  package enum Flush: Sendable {
    /// Milliseconds since the last one, give or take a fifth.
    case every(Int64)
    /// Bytes in memory, as large as they will be in the file, give or take a fifth.
    case at(Int64)
  }

  /// Files that arrive together.
  package struct BulkImport: Sendable {
    /// Milliseconds from one to the next.
    package var every: Int64
    package var files: Int
    /// Bytes of each.
    package var size: Int64

    package init(every: Int64, files: Int, size: Int64) {
      (self.every, self.files, self.size) = (every, files, size)
    }
  }

  package var ingest: IngestCurve
  package var flush: Flush
  package var spread: Spread
  package var imports: [BulkImport]
  /// Bytes that an entry takes in a file, at least 1.
  package var entrySize: Double
  /// Files that arrive at given times, in ascending order of time.
  package var arrivals: [Arrival]

  package init(
    ingest: IngestCurve, flush: Flush, spread: Spread, imports: [BulkImport], entrySize: Double, arrivals: [Arrival]
  ) {
    (self.ingest, self.flush, self.spread) = (ingest, flush, spread)
    (self.imports, self.entrySize, self.arrivals) = (imports, entrySize, arrivals)
  }

  func entries(in bytes: Int64) -> Int64 { Int64(min(0x1p60, Double(bytes) / entrySize)) }
}

/// Which tablets get how much of what the table is sent.
package enum Spread: Sendable {
  /// All the same.
  case uniform
  /// The nth of them 1/n^s, in an order of chance.
  case zipf(Double)
  /// All to the last tablet: rows in the order of time.
  case newest
  /// In the order of the tablets.
  case weights([Double])

  /// The share of each tablet; together 1.
  func shares(of count: Int, using random: inout SeededRandom) -> [Double] {
    var weights: [Double]
    switch self {
    case .uniform: weights = Array(repeating: 1, count: count)
    case .zipf(let exponent):
      weights = (1...count).map { 1 / power(Double($0), exponent) }
      weights.shuffle(using: &random)
    case .newest:
      weights = Array(repeating: 0, count: count)
      weights[count - 1] = 1
    case .weights(let given): weights = given
    }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// How much of a tablet's share its lower half keeps when it splits.
  var lowerHalf: Double { if case .newest = self { 0 } else { 0.5 } }
}
