// Where a table's data and files are. A table can have a million tablets, so neighbours are merged whenever there are too
// many: what is left still lies in the order of the rows, only coarser.

import Glibc
import Records

/// The tablets of an input: their files by size and by place, and their servers.
struct TabletMap: Sendable {
  /// Sizes by powers of two: class 20 is 1 MiB to 2 MiB.
  static let sizeClasses = 64

  /// Tablets beside each other.
  struct Column: Sendable {
    /// The first of them.
    var extent: KeyExtent
    var tablets = 1
    var files = 0
    var bytes = 0.0
    var mostFiles = 0
    /// Files by class, up to the largest that there is.
    var classes: [UInt32] = []

    mutating func add(_ next: Column) {
      tablets += next.tablets
      files += next.files
      bytes += next.bytes
      mostFiles = max(mostFiles, next.mostFiles)
      while classes.count < next.classes.count { classes.append(0) }
      for (size, count) in next.classes.enumerated() { classes[size] &+= count }
    }
  }

  private var columns: [Column] = []
  private(set) var tablets = 0
  /// Tablets without a list of files.
  private(set) var unknown = 0
  private(set) var files = 0
  private(set) var entries = 0.0
  private(set) var bytes = 0.0
  private(set) var bytesByClass = [Double](repeating: 0, count: sizeClasses)
  private(set) var filesByClass = [Int](repeating: 0, count: sizeClasses)
  /// Tablets by their number of files; the last is for that many and more.
  private(set) var tabletsByFiles = [Int](repeating: 0, count: 1001)
  private(set) var fullest: (extent: KeyExtent, files: Int)?
  private(set) var largest: (extent: KeyExtent, bytes: Double)?

  private static let columnLimit = 65_536

  mutating func add(_ tablet: Tablet) {
    tablets += 1
    guard tablet.hasFiles else {
      unknown += 1
      return
    }
    var column = Column(extent: tablet.extent, files: tablet.files.count, mostFiles: tablet.files.count)
    for file in tablet.files {
      let size = Double(file.size)
      let place = Self.sizeClass(size)
      while column.classes.count <= place { column.classes.append(0) }
      column.classes[place] += 1
      column.bytes += size
      filesByClass[place] += 1
      bytesByClass[place] += size
      entries += Double(file.entries)
    }
    files += column.files
    bytes += column.bytes
    tabletsByFiles[min(column.files, tabletsByFiles.count - 1)] += 1
    if column.files > fullest?.files ?? -1 { fullest = (tablet.extent, column.files) }
    if column.bytes > largest?.bytes ?? -1 { largest = (tablet.extent, column.bytes) }
    columns.append(column)
    if columns.count > Self.columnLimit { columns = columns(atMost: Self.columnLimit / 2) }
  }

  static func sizeClass(_ size: Double) -> Int { size < 1 ? 0 : min(Int(log2(size)), sizeClasses - 1) }

  /// The tablets in metadata order, in at most `count` columns of about as many tablets each.
  func columns(atMost count: Int) -> [Column] {
    let size = (columns.reduce(0) { $0 + $1.tablets } + count - 1) / count
    var merged: [Column] = []
    for column in columns.sorted(by: { $0.extent < $1.extent }) {
      if !merged.isEmpty, merged[merged.count - 1].tablets < size {
        merged[merged.count - 1].add(column)
      } else {
        merged.append(column)
      }
    }
    return merged
  }
}
