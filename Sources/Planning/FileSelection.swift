// Which files to compact together.
//
// The files are in ascending order of size. A prefix meets the ratio when its largest file is small compared to the
// whole prefix: largest * ratio < sum. When only such prefixes are compacted, every entry is rewritten a logarithmic
// number of times. With ratio 3:
//
//     size    3    3    3    3    4   101   102   103
//     sum     3    6    9   12   16   117   219   322
//     good         -    -    y    y     -     -     y          (12 > 9, 16 > 12; 117 < 303; 219 < 306; 322 > 309)
//
// The good runs end at the 4 and at the 103. The shorter prefix is cheaper and removes files sooner, so it is used,
// unless its output would be larger than the largest file of the next good prefix and would block a later compaction:
//
//     size   33   33   33   33    99   100      the first four make 132, and 132, 100, 99
//     good         -    -    y     -     y      would never meet the ratio: so all six
//
// Accumulo: the methods `findDataFilesToCompact`, `findMaximalRequiredSetToCompact` and
// `findFilesToCompactWithLowerRatio` of `org.apache.accumulo.core.spi.compaction.DefaultCompactionPlanner`.

struct FileSelection {
  var order: FileOrder
  /// The most files that a job can take.
  var maxOpen: Int
  /// Sees every set that is compared with the ratio; nil when nobody asks why.
  private let witness: RatioWitness?

  init(order: FileOrder, maxOpen: Int, witness: RatioWitness? = nil) {
    (self.order, self.maxOpen, self.witness) = (order, maxOpen, witness)
  }

  /// Files that meet the ratio, or none. Slides a window of `maxOpen` files from the smallest to the largest.
  /// - Parameter cap: files are considered, in order, as long as their sum is at most this many bytes.
  func meetingRatio(
    _ files: [PlannedFile], ratio: Double, cap: Int64
  ) throws(PlanningError) -> ArraySlice<PlannedFile> {
    guard let windows = try windows(of: files, cap: cap) else { return [] }
    if let witness { windows.show(to: witness) }
    for window in windows.starts {
      if let count = windows.goodPrefix(of: window, ratio: ratio) {
        return windows.files[window.lowerBound..<window.lowerBound + count]
      }
    }
    return []
  }

  /// For compactions that must take all files in the end: all of them if `maxOpen` allows, otherwise just enough of the
  /// smallest for the last job to be a full one.
  func mustCompact(_ files: [PlannedFile]) throws(PlanningError) -> ArraySlice<PlannedFile> {
    try requireRoom()
    if files.count <= maxOpen { return order.sorted(files)[...] }
    let (excess, room) = (files.count - maxOpen, maxOpen)
    return order.sorted(files).prefix(excess < room ? excess + 1 : room)
  }

  /// For a tablet with too many files that do not meet the ratio: the prefix that meets the highest ratio, if that is
  /// above `lowest`.
  /// - Returns: the files, and the highest ratio found. A file of size 0 cannot be the largest of a prefix.
  func meetingLowerRatio(
    _ files: [PlannedFile], lowest: Double, cap: Int64
  ) throws(PlanningError) -> (files: ArraySlice<PlannedFile>, ratio: Double) {
    guard let windows = try windows(of: files, cap: cap) else { return ([], 0) }
    var best: (range: Range<Int>, ratio: Double)?
    for window in windows.starts {
      for place in window.dropFirst() where windows.files[place].size > 0 {
        let needed = Double(windows.sum(window.lowerBound...place)) / Double(windows.files[place].size)
        if needed >= best?.ratio ?? 0 { best = (window.lowerBound..<place + 1, needed) }
      }
    }
    guard let best else { return ([], 0) }
    return (best.ratio > lowest ? windows.files[best.range] : [], best.ratio)
  }

  /// Nil when fewer than two files are left.
  private func windows(of files: [PlannedFile], cap: Int64) throws(PlanningError) -> Windows? {
    guard files.count >= 2 else { return nil }
    var sums: [Int64] = [0]
    let sorted = order.sorted(files)
    for file in sorted {
      let (sum, overflow) = sums[sums.count - 1].addingReportingOverflow(file.size)
      guard !overflow else { throw PlanningError("the sizes of the files add up to more than \(Int64.max) bytes") }
      if sum > cap { break }
      sums.append(sum)
    }
    guard sums.count > 2 else { return nil }
    try requireRoom()
    return Windows(files: Array(sorted.prefix(sums.count - 1)), sums: sums, width: min(sums.count - 1, maxOpen))
  }

  private func requireRoom() throws(PlanningError) {
    guard maxOpen > 0 else { throw PlanningError("maxOpen: expected at least 1, found \(maxOpen)") }
  }
}

/// Sorted files and their sums, seen through a window that moves one file at a time.
private struct Windows {
  let files: [PlannedFile]
  /// `sums[n]` is the sum of the first n files.
  let sums: [Int64]
  let width: Int

  var starts: some Sequence<Range<Int>> { (0...files.count - width).lazy.map { $0..<$0 + width } }

  func sum(_ range: ClosedRange<Int>) -> Int64 { sums[range.upperBound + 1] - sums[range.lowerBound] }

  /// Shows all sets that can be compared with the ratio, more than a search looks at.
  func show(to witness: RatioWitness) {
    for window in starts {
      for place in window.dropFirst() {
        witness.see(size: files[place].size, sum: sum(window.lowerBound...place))
      }
    }
    witness.endSearch()
  }

  /// How many files of the window to take; nil for none.
  func goodPrefix(of window: Range<Int>, ratio: Double) -> Int? {
    var taken: (end: Int, sum: Int64)?
    var good: Int?
    /// Offers the end of a run of good prefixes. It is used if it is the first, or if the one in use would block it.
    func offer(_ end: Int) -> Bool {
      if let taken, taken.sum <= files[end].size { return false }
      taken = (end, sum(window.lowerBound...end))
      return true
    }
    for place in window.dropFirst() {
      if Double(files[place].size) * ratio < Double(sum(window.lowerBound...place)) {
        good = place
      } else if let end = good, end == place - 1, !offer(end) {
        break
      }
    }
    if let end = good, end == window.upperBound - 1 { _ = offer(end) }
    return taken.map { $0.end - window.lowerBound + 1 }
  }
}
