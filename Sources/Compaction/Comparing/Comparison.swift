package import Entries

// Compares two streams in key order, entry by entry. While both are at the same entry, both move on, and the only work is
// to add the entry to the sum of both. Where they differ, the lower key exists on one side only:
//
//     A    a=1   b=2   b=3         d=4
//     B    a=1         b=3   c=5   d=6
//                |           |     |
//            missing b=2   extra c=5   changed d from 4 to 6
//
// A key can occur several times on one side. The order of its values then depends on the order of the files and means
// nothing, so they are compared as a multiset: see `ValuesOfKey`.

/// A difference between two streams. The pointers are valid only while it is being reported.
package enum Difference {
  /// An entry that only A has.
  case missing(EntryPointer)
  /// An entry that only B has.
  case extra(EntryPointer)
  /// An entry of A whose key has another value in B.
  case changed(EntryPointer, to: ByteView)
}

/// The result of a comparison.
package struct ComparisonReport: Hashable, Sendable {
  /// Entries that both sides have.
  package var equal: Int64 = 0
  package var missing: Int64 = 0
  package var extra: Int64 = 0
  package var changed: Int64 = 0
  /// All entries of each side; empty if sums were not requested.
  package var a = EntrySum()
  package var b = EntrySum()

  package init() {}

  package var isSame: Bool { missing == 0 && extra == 0 && changed == 0 }
}

/// A comparison that cannot be made.
package struct ComparisonError: Error, Hashable, CustomStringConvertible {
  package var description: String
}

/// Compares two streams.
package struct Comparison: Sendable {
  /// Whether both sides are summed.
  package var sums: Bool
  /// The most bytes of values of one key to hold in memory; see `ValuesOfKey`.
  var limit = 256 << 20

  package init(sums: Bool) { self.sums = sums }

  /// Reads both streams to the end, or until `report` returns false.
  ///
  /// Differences are reported in key order. For a key that both sides have, changed values come first, then missing or extra
  /// ones, sorted. For a key that only one side has, its entries come in the order of the stream.
  /// - Throws: `ComparisonError`, and whatever the streams and `report` throw.
  package func run(
    _ a: any EntryCursor, _ b: any EntryCursor, report: (Difference) throws -> Bool
  ) throws -> ComparisonReport {
    var walk = Walk(self, a, b)
    try walk.begin()
    repeat { try walk.skipEqual() } while try walk.takeDifference(report)
    return walk.report()
  }

  /// One of the streams, positioned at its next entry.
  private struct Side {
    let entries: any EntryCursor
    /// Nil at the end.
    var next: EntryPointer?
    /// The sum of the entries that are not in the common sum.
    var sum = EntrySum()

    init(_ entries: any EntryCursor) { self.entries = entries }

    mutating func move() throws { next = try entries.next() }

    /// Reports the entry and moves past it. Returns what `report` returned.
    mutating func take(_ sums: Bool, _ report: (EntryPointer) throws -> Bool) throws -> Bool {
      guard let entry = next else { return false }
      if sums { sum.add(entry) }
      guard try report(entry) else { return false }
      try move()
      return true
    }
  }

  private struct Walk {
    private let sums: Bool
    private var a: Side
    private var b: Side
    private var found = ComparisonReport()
    /// The sum of the entries that both sides had at the same time.
    private var common = EntrySum()
    private var values: ValuesOfKey

    init(_ comparison: Comparison, _ a: any EntryCursor, _ b: any EntryCursor) {
      sums = comparison.sums
      self.a = Side(a)
      self.b = Side(b)
      values = ValuesOfKey(limit: comparison.limit)
    }

    mutating func begin() throws {
      try a.move()
      try b.move()
    }

    /// Moves both sides to the next difference, or to the end.
    mutating func skipEqual() throws {
      while let left = a.next, let right = b.next, left.pointee.equals(right.pointee) {
        if sums { common.add(left) }
        found.equal &+= 1
        try a.move()
        try b.move()
      }
    }

    /// Reports the difference and moves past it. False at the end of both streams, and when `report` returned false.
    mutating func takeDifference(_ report: (Difference) throws -> Bool) throws -> Bool {
      guard a.next != nil || b.next != nil else { return false }
      let order = order
      if order == 0 { return try compareValues(report) }
      if order < 0 {
        found.missing += 1
        return try a.take(sums) { try report(.missing($0)) }
      }
      found.extra += 1
      return try b.take(sums) { try report(.extra($0)) }
    }

    /// How the current keys compare; the end of a stream is above all keys.
    private var order: Int {
      guard let left = a.next else { return 1 }
      guard let right = b.next else { return -1 }
      return left.pointee.compareKey(right.pointee)
    }

    /// Compares all values of a key whose first values differ.
    private mutating func compareValues(_ report: (Difference) throws -> Bool) throws -> Bool {
      guard let first = a.next else { return false }
      values.begin(first)
      while let entry = a.next, try values.addToA(entry) {
        if sums { a.sum.add(entry) }
        try a.move()
      }
      while let entry = b.next, try values.addToB(entry) {
        if sums { b.sum.add(entry) }
        try b.move()
      }
      found.equal += values.takeEqual()
      let left = values
      return try left.forEachDifference { difference in
        switch difference {
        case .missing: found.missing += 1
        case .extra: found.extra += 1
        case .changed: found.changed += 1
        }
        return try report(difference)
      }
    }

    func report() -> ComparisonReport {
      var report = found
      report.a = common + a.sum
      report.b = common + b.sum
      return report
    }
  }
}
