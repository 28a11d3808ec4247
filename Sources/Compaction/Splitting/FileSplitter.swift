package import BlockFile
package import Files
import RFile
package import Settings
package import SystemPackage

// Files cut at rows:
//
//     F1   | a..d | e..h | i..p |              part-1   | a..d | e f |                blocks within a part are copied
//     F2   | b..................z |     at f   part-2   | g h | i..p | .. |
//
// Each part is a merge of what the files have in its rows. Every entry goes into one part, delete markers and old versions
// too, so that the parts together are the files.

/// Cuts files at rows, one new file for each part that has entries.
package struct FileSplitter {
  private let job: RFileJob
  private let disk: Disk
  private let limit: BlockLimit

  /// A part and its file.
  package struct Output: Hashable, Sendable {
    package var part: RowPart
    /// A name in the directory; nil for a part without entries.
    package var name: String?
    package var blocks: Int
    package var blocksReused: Int
  }

  /// Throws if the settings ask for something that is not built in.
  /// - Parameters:
  ///   - files: how many there are to cut.
  ///   - level: of compression; a number compresses every block again.
  package init(
    _ settings: Settings, files: Int, level: CompressionLevel = .auto, disk: Disk, pool: CodecPool?, limit: BlockLimit
  ) throws {
    job = try RFileJob(
      settings, level: level, inputs: files, propagateDeletes: true, now: 0, disk: disk, pool: pool, limit: limit,
      keepsEveryEntry: true)
    self.disk = disk
    self.limit = limit
  }

  /// Makes the directory and the files in it. They are synced, read back and checked, and have as many entries as the
  /// inputs.
  ///
  /// The caller removes the directory when this throws: `FileError`, `SystemError`, `RFileWriteError`, `LedgerError`.
  /// - Parameters:
  ///   - rows: where to cut, rising: each is the last row of a part.
  ///   - warn: takes what the files lack although the settings ask for it, each once.
  package func split(
    _ files: [FilePath], at rows: [[UInt8]], into directory: FilePath, pulse: Pulse, warn: (String) -> Void
  ) throws -> [Output] {
    try disk.makeDirectory(directory)
    let width = String(rows.count + 1).count
    var warnings: Set<String> = []
    var outputs: [Output] = []
    for (number, (start, end)) in zip([nil] + rows.map(Optional.some), rows.map(Optional.some) + [nil]).enumerated() {
      var part = RowPart(prevEndRow: start, endRow: end, size: 0, entries: 0)
      let digits = String(number + 1)
      let name = "part-" + String(repeating: "0", count: width - digits.count) + digits + ".rf"
      let path = directory.appending(name)
      let written = try job.write(files.map { MergeInput($0.string, rows: part.rows) }, to: path, pulse: pulse)
      for warning in written.warnings where warnings.insert(warning).inserted { warn(warning) }
      guard written.entries > 0 else {
        try disk.remove(path)
        outputs.append(Output(part: part, name: nil, blocks: 0, blocksReused: 0))
        continue
      }
      (part.size, part.entries) = (written.size, written.entries)
      outputs.append(Output(part: part, name: name, blocks: written.blocks, blocksReused: written.blocksReused))
    }
    try check(outputs, against: files, directory)
    try disk.syncDirectory(directory)
    return outputs
  }

  private func check(_ outputs: [Output], against files: [FilePath], _ directory: FilePath) throws {
    let loader = BlockLoader(limit: limit)
    let read = try files.reduce(0) {
      try $0 + RFileReader(path: $1.string, loader: loader).countEntries(loader: loader)
    }
    let written = outputs.reduce(0) { $0 + $1.part.entries }
    guard read == written else {
      throw LedgerError(path: directory.string, problem: "the files have \(read) entries, their parts \(written)")
    }
  }
}
