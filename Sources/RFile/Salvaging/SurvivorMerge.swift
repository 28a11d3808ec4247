package import BlockFile
package import Entries

// The second pass: the runs of a survey, merged. Nothing is dropped but what is there twice: a sample repeats entries
// of its file, and without an index nobody says that its blocks are a sample. So of equal entries (key and value) in
// several runs that no index names as many are kept as the run has that has most of them:
//
//     run 0    a 1   b 2   b 2   c 3          data
//     run 1    a 1   b 2   d 4                the sample; d is from a block that is lost
//     merged   a 1   b 2   b 2   c 3   d 4
//
// It cannot be told whether two equal entries in two runs were two entries of the file.

/// The entries of all runs in order.
package final class SurvivorMerge: EntryCursor {
  private let runs: [RunCursor]
  /// A heap of the runs that have entries left, the one with the next entry first.
  private var heap: [Int] = []
  private var hasBegun = false
  /// Equal entries are looked for from this run on, and in all before it.
  private let firstUnnamed: Int
  private var repeats = RepeatedEntries()

  /// Entries left out because they were there before.
  package private(set) var repeated: Int64 = 0

  /// - Parameter onRead: called with the stored size (bytes) of each block that was read; it can throw.
  package init(_ survey: FileSurvey, of source: ByteSource, onRead: @escaping (Int) throws -> Void = { _ in }) {
    let units = UnitReader(source, codec: survey.codec, limit: .none)
    runs = survey.runs.map { RunCursor($0, units, onRead: onRead) }
    firstUnnamed = survey.runs.firstIndex { !$0.isIndexed } ?? survey.runs.count
  }

  /// Throws `SystemError`; `FileError` when the file has changed since it was surveyed.
  package func next() throws -> EntryPointer? {
    while let run = try advance() {
      let entry = runs[run].view
      if runs.count > 1, firstUnnamed < runs.count, !repeats.isNew(entry, of: run) {
        repeated += 1
        continue
      }
      return entry
    }
    return nil
  }

  /// Moves to the next entry of all; nil after the last.
  private func advance() throws -> Int? {
    if !hasBegun {
      hasBegun = true
      for run in runs.indices where try runs[run].advance() {
        heap.append(run)
        rise(heap.count - 1)
      }
    } else if let first = heap.first {
      if try runs[first].advance() {
        sink()
      } else {
        let last = heap.removeLast()
        if !heap.isEmpty {
          heap[0] = last
          sink()
        }
      }
    }
    return heap.first
  }

  private func precedes(_ a: Int, _ b: Int) -> Bool {
    let order = runs[a].view.pointee.compareKey(runs[b].view.pointee)
    return order != 0 ? order < 0 : a < b
  }

  private func rise(_ start: Int) {
    var at = start
    while at > 0, precedes(heap[at], heap[(at - 1) / 2]) {
      heap.swapAt(at, (at - 1) / 2)
      at = (at - 1) / 2
    }
  }

  private func sink() {
    var at = 0
    while true {
      var least = at
      for child in [2 * at + 1, 2 * at + 2] where child < heap.count && precedes(heap[child], heap[least]) {
        least = child
      }
      if least == at { return }
      heap.swapAt(at, least)
      at = least
    }
  }
}

/// Counts equal entries of several runs, key by key.
private struct RepeatedEntries {
  private let key = EntryBuffer()
  private var isEmpty = true
  private var run = 0
  /// Of the entries with this key: how many were kept, and how many this run has had.
  private var counts: [EntryDigest: (kept: Int, ofRun: Int)] = [:]

  /// Entries of one key whose values are remembered; no file has as many versions of a cell.
  private static let most = 1 << 20

  /// Whether an entry is more than the runs before had of it. Entries come in the order of their keys, and those of one
  /// key run by run.
  mutating func isNew(_ entry: EntryPointer, of newRun: Int) -> Bool {
    if isEmpty || key.view.pointee.compareKey(entry.pointee) != 0 {
      key.copyKey(entry.pointee)
      isEmpty = false
      counts.removeAll(keepingCapacity: true)
    } else if newRun != run {
      for digest in counts.keys { counts[digest]!.ofRun = 0 }
    }
    run = newRun
    guard counts.count < Self.most else { return true }
    let digest = EntryDigest(entry.pointee)
    var count = counts[digest] ?? (0, 0)
    count.ofRun += 1
    let isNew = count.ofRun > count.kept
    if isNew { count.kept += 1 }
    counts[digest] = count
    return isNew
  }
}
