/// The rules for choosing files, implemented again from their description, without regard for speed.
enum NaiveSelection {
  /// How many files of a window to take, given sizes in ascending order.
  static func prefix(_ sizes: [Int64], ratio: Double) -> Int {
    func sum(_ end: Int) -> Int64 { sizes[...end].reduce(0, +) }
    func isGood(_ i: Int) -> Bool { i > 0 && i < sizes.count && Double(sizes[i]) * ratio < Double(sum(i)) }
    let ends = sizes.indices.filter { isGood($0) && !isGood($0 + 1) }
    guard var taken = ends.first else { return 0 }
    for end in ends.dropFirst() {
      guard sum(taken) > sizes[end] else { break }
      taken = end
    }
    return taken + 1
  }

  static func capped(_ sizes: [Int64], _ cap: Int64) -> [Int64] {
    Array(sizes.enumerated().prefix { sizes[...$0.offset].reduce(0, +) <= cap }.map(\.element))
  }

  /// The range of sorted files to take.
  static func meetingRatio(_ sizes: [Int64], ratio: Double, maxOpen: Int, cap: Int64) -> Range<Int> {
    let files = capped(sizes, cap)
    guard sizes.count > 1, files.count > 1 else { return 0..<0 }
    let width = min(files.count, maxOpen)
    for start in 0...files.count - width {
      let count = prefix(Array(files[start..<start + width]), ratio: ratio)
      if count > 0 { return start..<start + count }
    }
    return 0..<0
  }

  static func mustCompact(_ count: Int, maxOpen: Int) -> Int {
    if count <= maxOpen { return count }
    return count < 2 * maxOpen ? count - maxOpen + 1 : maxOpen
  }

  static func meetingLowerRatio(_ sizes: [Int64], lowest: Double, maxOpen: Int, cap: Int64) -> Range<Int> {
    let files = capped(sizes, cap)
    guard sizes.count > 1, files.count > 1 else { return 0..<0 }
    let width = min(files.count, maxOpen)
    var all: [(range: Range<Int>, ratio: Double)] = []
    for start in 0...files.count - width {
      for end in start + 1..<max(start + 1, start + width) where files[end] > 0 {
        all.append((start..<end + 1, Double(files[start...end].reduce(0, +)) / Double(files[end])))
      }
    }
    let best = all.map(\.ratio).max() ?? 0
    return best > lowest ? all.last { $0.ratio == best }?.range ?? 0..<0 : 0..<0
  }
}
