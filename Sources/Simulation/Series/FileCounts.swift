/// How many tablets have how many files, kept up to date with every change, so that a sample costs nothing.
struct FileCounts {
  /// The number of tablets with n files, at place n.
  private var tablets: [Int] = [0]
  private var tabletCount = 0
  private var fileCount = 0

  mutating func add(tabletOf files: Int) {
    reach(files)
    tablets[files] += 1
    tabletCount += 1
    fileCount += files
  }

  mutating func move(from old: Int, to new: Int) {
    reach(new)
    tablets[old] -= 1
    tablets[new] += 1
    fileCount += new - old
  }

  private mutating func reach(_ files: Int) {
    while tablets.count <= files { tablets.append(0) }
  }

  /// What a sample tells.
  struct Summary: Hashable {
    var count: Int
    var mean: Double
    var p50: Int
    var p95: Int
    var max: Int
    var over: Int
  }

  /// - Parameter limit: more files than this are too many.
  func summary(limit: Int) -> Summary {
    Summary(
      count: fileCount, mean: mean, p50: percentile(0.5), p95: percentile(0.95),
      max: tablets.lastIndex { $0 > 0 } ?? 0, over: tablets.dropFirst(max(0, limit) + 1).reduce(0, +))
  }

  var mean: Double { tabletCount == 0 ? 0 : Double(fileCount) / Double(tabletCount) }

  /// The smallest number of files that so many of the tablets do not exceed.
  private func percentile(_ fraction: Double) -> Int {
    let rank = Int((Double(tabletCount) * fraction).rounded(.up))
    var seen = 0
    for (files, count) in tablets.enumerated() {
      seen += count
      if seen >= rank { return files }
    }
    return 0
  }
}
