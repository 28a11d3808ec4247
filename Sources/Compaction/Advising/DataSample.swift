// Which blocks stand for all of them? Runs of blocks at equal distances, in the data of all files and groups laid end to
// end:
//
//     files     |---------- F1 -----------|---- F2 ----|-------------- F3 --------------|
//     runs         ==        ==        ==        ==        ==        ==        ==
//
// A run is long enough to be cut into larger blocks than the file has. Each is as likely to meet one part of the data as
// another, so what holds for the bytes of the runs holds, times a factor, for all bytes. The same files give the same
// runs. What fits into the sample is taken whole, and the factor is 1.

import BlockFile
import Entries
import RFile

/// What the indexes of files say about their data.
package struct DataTotals: Hashable, Sendable {
  package var files = 0
  /// Bytes of the whole files.
  package var bytes: Int64 = 0
  package var entries: Int64 = 0
  package var blocks: Int64 = 0
  /// Bytes of the data blocks when they are inflated.
  package var raw: Int64 = 0
}

/// The runs of blocks that are looked at.
struct DataSample {
  /// Blocks of one group, one after another.
  struct Run {
    /// A place in the list of files, which can name one twice.
    var file: Int
    var path: String
    var group: Int
    /// No key of the run sorts before it; nil: the group begins with the run.
    var start: Key?
    var entries = 0
    /// Inflated bytes.
    var raw: Int64 = 0
  }

  private(set) var totals = DataTotals()
  /// By file and group, in their order.
  private(set) var runs: [Run] = []
  private var largestBlock: Int64 = 0

  /// Raw bytes of a run that is not cut short by the end of its group, in a sample of 16 runs and more.
  private static let runLength: Int64 = 1 << 20

  /// Reads the indexes of the files twice: for their sizes, and for the keys at which runs begin.
  /// - Parameter size: of the sample, in raw bytes, to which the last block of each run comes on top.
  /// - Throws: `FileError`, `SystemError`.
  init(of files: [String], size: Int64, loader: BlockLoader) throws {
    for path in files {
      let reader = try RFileReader(path: path, loader: loader)
      totals.files += 1
      totals.bytes += reader.file.source.count
      try Self.forEachBlock(of: reader, loader) { block in
        totals.entries &+= Int64(block.entries)
        totals.blocks += 1
        totals.raw += block.raw
        largestBlock = max(largestBlock, block.raw)
      }
    }
    try choose(targets(size: size), of: files, loader)
  }

  /// The runs of each group of each file.
  var runsByGroup: [ArraySlice<Run>] {
    var groups: [ArraySlice<Run>] = []
    var rest = runs[...]
    while let first = rest.first {
      groups.append(rest.prefix { $0.file == first.file && $0.group == first.group })
      rest = rest.dropFirst(groups[groups.count - 1].count)
    }
    return groups
  }

  /// Raw bytes of all runs.
  var raw: Int64 { runs.reduce(0) { $0 + $1.raw } }

  /// How many raw bytes each raw byte of the runs stands for.
  var factor: Double { raw > 0 ? Double(totals.raw) / Double(raw) : 1 }

  /// Where runs lie: ranges of raw bytes of all the data.
  private func targets(size: Int64) -> [Range<Int64>] {
    guard totals.raw > size else { return [0..<max(1, totals.raw)] }
    // So every run has the beginning of a block. With its last block it can be twice as long.
    let length = max(min(Self.runLength, max(1, size / 16)), largestBlock)
    let count = max(1, size / length)
    let distance = totals.raw / count
    return (0..<count).map { number in
      let start = number * distance + max(0, (distance - length) / 2)
      return start..<start + length
    }
  }

  /// A block belongs to the run in which it begins.
  private mutating func choose(_ targets: [Range<Int64>], of files: [String], _ loader: BlockLoader) throws {
    var (place, offset) = (0, Int64(0))
    for (file, path) in files.enumerated() where place < targets.count {
      var isInRun = false
      try Self.forEachBlock(of: RFileReader(path: path, loader: loader), loader) { block in
        defer { offset += block.raw }
        while place < targets.count, targets[place].upperBound <= offset { (place, isInRun) = (place + 1, false) }
        guard place < targets.count, targets[place].lowerBound <= offset else { return }
        if !isInRun || block.start == nil {
          runs.append(Run(file: file, path: path, group: block.group, start: block.start))
        }
        isInRun = true
        runs[runs.count - 1].entries += block.entries
        runs[runs.count - 1].raw += block.raw
      }
    }
  }

  private typealias Block = (group: Int, start: Key?, entries: Int, raw: Int64)

  private static func forEachBlock(
    of reader: RFileReader, _ loader: BlockLoader, _ visit: (Block) throws -> Void
  ) throws {
    for group in reader.groups.indices {
      var number = 0
      var last: Key?
      try reader.forEachDataBlock(ofGroup: group, loader: loader) { entry, region in
        if let refusal = reader.file.refusal(of: region, "data block \(number)") { throw refusal }
        try visit((group, last, entry.entryCount, region.rawSize))
        (number, last) = (number + 1, entry.key)
      }
    }
  }
}
