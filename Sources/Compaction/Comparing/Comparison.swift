package import Entries

// Two streams in key order, entry by entry. As long as both stand at the same entry, both move on, and nothing else is
// done but to add the entry to the sum of both. Where they differ, the lower key is on one side only:
//
//     A    a=1   b=2   b=3         d=4
//     B    a=1         b=3   c=5   d=6
//                |           |     |
//            missing b=2   extra c=5   changed d from 4 to 6
//
// A key may occur several times on a side, in files as they are or where a table keeps versions. The order of its values then
// follows the files, so it says nothing: see `ValuesOfKey`.

/// What is on one side and not on the other. The pointers are valid while it is reported.
package enum Difference {
  /// An entry of A that B has not.
  case missing(EntryPointer)
  /// An entry of B that A has not.
  case extra(EntryPointer)
  /// An entry of A, and the value in B of its key.
  case changed(EntryPointer, to: ByteView)
}

/// What a comparison found.
package struct ComparisonReport: Hashable, Sendable {
  /// Entries that both sides have.
  package var equal: Int64 = 0
  package var missing: Int64 = 0
  package var extra: Int64 = 0
  package var changed: Int64 = 0
  /// All entries of each side; without entries when sums were not asked for.
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
  /// Bytes of the values of one key that are held where they differ; see `ValuesOfKey`.
  var limit = 256 << 20

  package init(sums: Bool) { self.sums = sums }

  /// Reads both streams to their ends, or until `report` answers false: then the rest is not looked at.
  ///
  /// Differences come in key order. Those of a key that both sides have: changed, then missing or extra, each by value;
  /// of a key that one side has: in its order.
  /// - Throws: `ComparisonError`, what the streams throw, and what `report` throws.
  package func run(
    _ a: any EntryCursor, _ b: any EntryCursor, report: (Difference) throws -> Bool
  ) throws -> ComparisonReport {
    var walk = Walk(self, a, b)
    try walk.begin()
    repeat { try walk.skipEqual() } while try walk.takeDifference(report)
    return walk.report()
  }

  /// One side, at its next entry.
  private struct Side {
    let entries: any EntryCursor
    /// Nil at the end.
    var next: EntryPointer?
    /// Of the entries that do not lie in the common sum.
    var sum = EntrySum()

    init(_ entries: any EntryCursor) { self.entries = entries }

    mutating func move() throws { next = try entries.next() }

    /// Tells of the entry and moves behind it. False when `report` answered so.
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
    /// Of the entries at which both sides stood.
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

    /// Moves both sides to where they differ, or to their ends.
    mutating func skipEqual() throws {
      while let left = a.next, let right = b.next, left.pointee.equals(right.pointee) {
        if sums { common.add(left) }
        found.equal &+= 1
        try a.move()
        try b.move()
      }
    }

    /// Where the sides differ: tells how, and moves behind it. False at the ends, and when that was the last to be told.
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

    /// Of the keys at which the sides stand; the end is above all keys.
    private var order: Int {
      guard let left = a.next else { return 1 }
      guard let right = b.next else { return -1 }
      return left.pointee.compareKey(right.pointee)
    }

    /// The same key with values that differ.
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
