import BlockFile
import Entries

// Which run does a block belong to that no index speaks of? Each group is in order by itself, so a file of two groups
// and a sample is three rising sequences, one after the other or, with a large sample, mixed. A block goes on with the
// run whose last key is the highest that is not above its first key; where there is none, it begins a run. That gives
// the fewest runs.
//
//     blocks in the file    a..f  g..m | a..d | c..k  l..z | b..e       two groups, the blocks of a sample between them
//     runs                  0     0      1      2     2      1

/// Puts blocks that were found into runs.
final class RunBuilder {
  private struct Open {
    var last: Key
    /// The hash of the last entry with its value.
    var lastEntry: EntryDigest
  }
  private(set) var runs: [SurvivingRun] = []
  private var open: [Open] = []

  /// Each run takes a block's memory while they are merged.
  private static let most = 1000

  /// Adds a block whose first and last entry are those of the exam. Throws `FileError` when the blocks are in no order.
  func add(_ block: SurvivingBlock, _ exam: BlockExam, path: String) throws {
    let (first, last) = (exam.first.view.pointee, exam.last.view.pointee)
    let firstKey = first.key
    var best: Int?
    for (number, run) in open.enumerated() where run.last <= firstKey {
      if let found = best, open[found].last >= run.last { continue }
      best = number
    }
    let digest = EntryDigest(last)
    if let found = best, isRepeated(open[found], first) { best = nil }
    let number: Int
    if let best {
      number = best
    } else {
      guard runs.count < Self.most else {
        throw FileError(
          path: path, place: "block at offset \(block.region.offset)",
          cause: "the blocks are in no order: they would make more than \(Self.most) sequences of rising keys")
      }
      number = runs.count
      runs.append(SurvivingRun(isIndexed: false))
      open.append(Open(last: last.key, lastEntry: digest))
    }
    runs[number].blocks.append(block)
    open[number] = Open(last: last.key, lastEntry: digest)
  }

  /// A block that begins with the very entry that ends a run: the sample of a small group, or entries that repeat.
  /// Where runs are many, it is not a sample.
  private func isRepeated(_ run: Open, _ first: EntryView) -> Bool {
    runs.count < Self.most / 2 && run.lastEntry == EntryDigest(first)
  }
}

/// What tells entries with values apart.
struct EntryDigest: Hashable {
  private var sum = EntrySum()

  init(_ entry: EntryView) { withUnsafePointer(to: entry) { sum.add($0) } }
}
