import Entries
import Java

/// Counts over some entries that lie side by side. Accumulo: `Summarizer.Collector`.
protocol SummaryCollector: AnyObject {
  func accept(_ entry: EntryPointer)
  /// By name.
  var statistics: [String: Int64] { get }
}

/// Accumulo: `DeletesSummarizer`.
final class DeletesCollector: SummaryCollector {
  private var deletes: Int64 = 0
  private var total: Int64 = 0

  func accept(_ entry: EntryPointer) {
    total += 1
    if entry.pointee.deleted { deletes += 1 }
  }

  var statistics: [String: Int64] { ["deletes": deletes, "total": total] }
}

/// Accumulo: `CountingSummarizer`.
///
/// Counters are kept by bytes. Where two of them read as the same text, because malformed UTF-8 reads as U+FFFD, they become
/// one statistic with their sum; in Accumulo the hash order picks one of them.
final class CountingCollector: SummaryCollector {
  private let summarizer: CountingSummarizer
  private let counters = FamilyTable()
  private var tooMany: Int64 = 0
  private var tooLong: Int64 = 0
  private var emitted: Int64 = 0
  private var seen: Int64 = 0
  private var deletesIgnored: Int64 = 0
  /// Of the last visibility.
  private var terms: [[UInt8]] = []
  private var visibility: [UInt8] = []

  /// In UTF-16 units: what always fits into the 65,535 bytes of Java's `writeUTF`.
  private static let longestName = 65_535 / 3 - CountingSummarizer.counter.count

  init(_ summarizer: CountingSummarizer) { self.summarizer = summarizer }

  func accept(_ entry: EntryPointer) {
    seen += 1
    if summarizer.ignoresDeletes && entry.pointee.deleted {
      deletesIgnored += 1
      return
    }
    switch summarizer.subject {
    case .family: count(entry.pointee.family)
    case .visibility: count(entry.pointee.visibility)
    case .authorization: countTerms(of: entry.pointee.visibility)
    }
  }

  private func count(_ name: ByteView) {
    emitted += 1
    if let index = counters.find(name) {
      counters.increment(index)
    } else if counters.count >= summarizer.maxCounters {
      tooMany += 1
    } else if isTooLong(name) {
      tooLong += 1
    } else {
      counters.increment(counters.insert(name))
    }
  }

  private func isTooLong(_ name: ByteView) -> Bool {
    let units = JavaUTF8.units(name.array).count
    return units >= summarizer.maxCounterLength || units > Self.longestName
  }

  /// Each different term once. Of an expression that does not parse none: Accumulo's compaction fails there, and nobody
  /// could ever compact such a table again.
  private func countTerms(of expression: ByteView) {
    if !expression.equals(visibility) {
      visibility = expression.array
      var found: Set<[UInt8]> = []
      let defect = VisibilityExpression.defect(of: expression) { found.insert($0.array) }
      terms = defect == nil ? found.sorted { $0.lexicographicallyPrecedes($1) } : []
    }
    for term in terms {
      term.withUnsafeBufferPointer { count(ByteView(start: $0.baseAddress!, count: $0.count)) }
    }
  }

  var statistics: [String: Int64] {
    var statistics: [String: Int64] = [
      CountingSummarizer.tooMany: tooMany, CountingSummarizer.tooLong: tooLong, CountingSummarizer.emitted: emitted,
      CountingSummarizer.seen: seen, CountingSummarizer.deletesIgnored: deletesIgnored,
    ]
    counters.forEachCounted { name, count in
      statistics[CountingSummarizer.counter + JavaUTF8.string(name.bytes), default: 0] += count
    }
    return statistics
  }
}

/// Accumulo: `EntryLengthSummarizer`. Length n falls into class log2 n of its histogram, rounded half up; 0 into 0.
final class EntryLengthCollector: SummaryCollector {
  private struct Lengths {
    var min = Int.max
    var max = Int.min
    var sum: Int64 = 0
    var classes = InlineArray<32, Int64>(repeating: 0)

    mutating func add(_ length: Int) {
      min = Swift.min(min, length)
      max = Swift.max(max, length)
      sum &+= Int64(length)
      classes[EntryLengthCollector.classOf(length)] += 1
    }
  }

  /// Of the histogram: 2^(f + 1/2) lies between classes f and f + 1.
  static func classOf(_ length: Int) -> Int {
    guard length > 0 else { return 0 }
    let floor = Int.bitWidth - 1 - length.leadingZeroBitCount
    return length * length <= 1 << (2 * floor + 1) ? floor : floor + 1
  }

  private var lengths = InlineArray<6, Lengths>(repeating: Lengths())
  private var total: Int64 = 0
  private static let names = ["key", "row", "family", "qualifier", "visibility", "value"]

  func accept(_ entry: EntryPointer) {
    lengths[0].add(entry.pointee.keySize)
    lengths[1].add(entry.pointee.row.count)
    lengths[2].add(entry.pointee.family.count)
    lengths[3].add(entry.pointee.qualifier.count)
    lengths[4].add(entry.pointee.visibility.count)
    lengths[5].add(entry.pointee.value.count)
    total += 1
  }

  var statistics: [String: Int64] {
    var statistics = ["total": total]
    guard total > 0 else { return statistics }
    for (i, name) in Self.names.enumerated() {
      statistics[name + ".min"] = Int64(lengths[i].min)
      statistics[name + ".max"] = Int64(lengths[i].max)
      statistics[name + ".sum"] = lengths[i].sum
      for number in lengths[i].classes.indices where lengths[i].classes[number] > 0 {
        statistics["\(name).logHist.\(number)"] = lengths[i].classes[number]
      }
    }
    return statistics
  }
}
