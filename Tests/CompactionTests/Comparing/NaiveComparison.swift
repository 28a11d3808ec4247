@testable import Compaction
@testable import Entries

/// Differences in the most obvious way: for each key the values of both sides as lists.
struct NaiveComparison {
  /// `changed k 1 2`, in order.
  var differences: [String] = []
  /// Their keys.
  var keys: [Key] = []
  var report = ComparisonReport()

  init() {}

  init(_ a: [Entry], _ b: [Entry]) {
    for key in Set((a + b).map(\.key)).sorted() {
      var old = Self.values(of: key, in: a)
      var new = Self.values(of: key, in: b)
      for value in old {
        guard let i = new.firstIndex(of: value), let j = old.firstIndex(of: value) else { continue }
        new.remove(at: i)
        old.remove(at: j)
        report.equal += 1
      }
      while !old.isEmpty || !new.isEmpty {
        let name = Self.text(key)
        switch (old.isEmpty, new.isEmpty) {
        case (false, false):
          differences.append("changed \(name) \(old.removeFirst()) \(new.removeFirst())")
          report.changed += 1
        case (false, true):
          differences.append("missing \(name) \(old.removeFirst())")
          report.missing += 1
        default:
          differences.append("extra \(name) \(new.removeFirst())")
          report.extra += 1
        }
      }
    }
    report.a = Self.sum(a)
    report.b = Self.sum(b)
  }

  private static func values(of key: Key, in entries: [Entry]) -> [[UInt8]] {
    entries.filter { $0.key == key }.map(\.value).sorted { $0.lexicographicallyPrecedes($1) }
  }

  private static func sum(_ entries: [Entry]) -> EntrySum {
    let buffer = EntryBuffer()
    return entries.reduce(into: EntrySum()) { sum, entry in
      buffer.copy(entry)
      sum.add(EntryPointer(buffer.view))
    }
  }

  static func text(_ key: Key) -> String { "\(key.row)\(key.family)\(key.qualifier) \(key.timestamp) \(key.deleted)" }
}

extension NaiveComparison {
  /// What `Comparison` says of two streams, until it has told of `most` differences.
  static func found(
    _ a: any EntryCursor, _ b: any EntryCursor, sums: Bool = true, limit: Int? = nil, most: Int = .max
  ) throws -> NaiveComparison {
    var comparison = Comparison(sums: sums)
    if let limit { comparison.limit = limit }
    var result = NaiveComparison()
    result.report = try comparison.run(a, b) { difference in
      switch difference {
      case .missing(let entry), .extra(let entry), .changed(let entry, _): result.keys.append(entry.pointee.key)
      }
      switch difference {
      case .missing(let entry):
        result.differences.append("missing \(text(entry.pointee.key)) \(entry.pointee.value.array)")
      case .extra(let entry):
        result.differences.append("extra \(text(entry.pointee.key)) \(entry.pointee.value.array)")
      case .changed(let entry, let value):
        result.differences.append("changed \(text(entry.pointee.key)) \(entry.pointee.value.array) \(value.array)")
      }
      return result.differences.count < most
    }
    return result
  }
}
