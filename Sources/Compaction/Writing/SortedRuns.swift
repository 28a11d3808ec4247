import BlockFile
import Entries
import Files
import RFile
import SystemPackage

// An external merge sort (Knuth, The Art of Computer Programming 3, 5.4). What fits into memory is sorted and becomes a
// run; runs are merged. Only so many can be merged at once within the memory, so whenever there are that many of one
// level, they become one run of the next:
//
//     at most 3 at once      level 0   a b c    d e f    g
//                            level 1   abc      def                  last merge: abc def g
//
// The runs of a higher level are the older ones, and only neighbours are merged. So equal keys keep the order in which
// they came.

/// Runs of entries on the disk, each in order, in scratch files beside an output.
final class SortedRuns {
  private let prefix: String
  private let memory: Int
  private let disk: Disk
  private let pulse: Pulse
  /// Runs that a merge takes at once.
  private let width: Int
  private var levels: [[FilePath]] = []
  private var created = 0

  /// Small, since a merge holds two blocks of every run.
  private static let blockSize = 32 << 10
  /// Bytes that a merge holds for every run.
  private static let cursorSize = 3 * blockSize + (48 << 10)

  /// - Parameters:
  ///   - output: the temporary name of the output, `out.rf.<mark>.tmp`; runs are `out.rf.<mark>.run-0.tmp` and so on.
  ///   - memory: bytes to sort in, and to merge runs in.
  init(beside output: FilePath, memory: Int, disk: Disk, pulse: Pulse) {
    prefix = output.string.hasSuffix(".tmp") ? String(output.string.dropLast(4)) : output.string
    self.memory = memory
    self.disk = disk
    self.pulse = pulse
    width = max(2, min(memory / Self.cursorSize, 1000))
  }

  var isEmpty: Bool { levels.allSatisfy(\.isEmpty) }

  /// Takes all entries. What does not fit into memory becomes runs; the rest is returned, sorted.
  func sort(_ entries: some EntryCursor) throws -> SortBuffer {
    let buffer = SortBuffer(capacity: memory)
    while let entry = try entries.next() {
      if buffer.add(entry) { continue }
      buffer.sort()
      try add(buffer)
      buffer.removeAll()
      // An empty buffer takes any entry.
      _ = buffer.add(entry)
    }
    buffer.sort()
    return buffer
  }

  /// Writes a run of entries that are in order. Throws `RFileWriteError` when they are not.
  func add(_ entries: any EntryCursor) throws { try add(try run(of: entries), toLevel: 0) }

  private func add(_ run: FilePath, toLevel level: Int) throws {
    if level == levels.count { levels.append([]) }
    levels[level].append(run)
    guard levels[level].count == width else { return }
    let merged = try merge(levels[level])
    levels[level] = []
    try add(merged, toLevel: level + 1)
  }

  /// The runs in their order, merged until one merge can take them all.
  func reduced() throws -> [FilePath] {
    var runs = Array(levels.reversed().joined())
    while runs.count > width {
      // The last ones are the smallest.
      let merged = runs.suffix(min(width, runs.count - width + 1))
      levels = [runs.dropLast(merged.count) + [try merge(Array(merged))]]
      runs = levels[0]
    }
    return runs
  }

  /// Removes all scratch files, as far as they are still there.
  func remove() {
    for number in 0..<created { _ = try? disk.removeIfThere(path(number)) }
  }

  private func path(_ number: Int) -> FilePath { FilePath("\(prefix).run-\(number).tmp") }

  private func merge(_ runs: [FilePath]) throws -> FilePath {
    let loader = BlockLoader(limit: .none) { [pulse] in try pulse.beat($0, .read) }
    let merged = try run(of: MergeInputs(runs.map { MergeInput($0.string) }, loader: loader))
    for run in runs { try disk.remove(run) }
    return merged
  }

  private func run(of entries: any EntryCursor) throws -> FilePath {
    let path = path(created)
    created += 1
    let sink = try ByteSink(creating: path.string, on: disk)
    sink.isScratch = true
    let options = RFileWriter.Options(codec: .none, blockSize: Self.blockSize)
    let writer = try RFileWriter(sink, options: options) { [pulse] in try pulse.beat($0, .write) }
    try writer.startDefaultLocalityGroup()
    try writer.append(contentsOf: entries)
    _ = try writer.finish()
    return path
  }
}
