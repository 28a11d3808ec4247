import BlockFile
import ContinuousIngest
import Files
import FoundationEssentials
import RFile
import SystemPackage
import TabletStore

/// The files that a case reads: the same bytes on every run.
struct BenchData: Hashable {
  enum Shape: String {
    /// A table of `actool ingest`. Its rows are random, so every file has keys in every block of every other file.
    case continuousIngest = "ci"
    /// Rows of 8 to 40 random bytes; family, qualifier, visibility and value also vary in length.
    case randomKeys = "random"
    /// Bulk loads: each file has its own range of rows.
    case disjointRanges = "disjoint"
    /// One file with all rows, and small ones with a 2000th of its entries each, in ranges of rows that are as dense as
    /// in the large file and apart from each other.
    case bigAndSmall = "big"
    /// Rows of 51 bytes, of which the first 35 are the same; 4 columns in each row.
    case longPrefixes = "url"
    /// Ten versions of each cell, spread over the files.
    case versions
    /// A quarter of all cells have a delete marker in another file.
    case deletes
  }

  var shape: Shape
  var codec: Codec
  var files: Int

  /// The name of the directory with the files.
  var name: String { "\(shape.rawValue)-\(codec)-k\(files)" }

  /// Makes `directory`, with about `entries` entries in all files together.
  func make(in directory: FilePath, entries: Int) throws {
    switch shape {
    case .continuousIngest: try ingest(directory, entries: entries, files: files)
    case .disjointRanges:
      try inDirectory(directory) {
        let part = allRows.upperBound / UInt64(files)
        for file in 0..<UInt64(files) {
          try ingest(
            $0.appending(number(Int(file))), entries: entries / files, rows: part * file..<part * (file + 1),
            seed: file + 1)
        }
      }
    case .bigAndSmall:
      try inDirectory(directory) {
        try ingest($0.appending(number(0)), entries: entries)
        let (small, step) = (max(1, entries / 2000), allRows.upperBound / UInt64(files))
        let width = allRows.upperBound / UInt64(entries) * UInt64(small)
        for file in 1..<UInt64(files) {
          try ingest(
            $0.appending(number(Int(file))), entries: small, rows: step * file..<step * file + width, seed: file + 1)
        }
      }
    case .randomKeys, .longPrefixes, .versions, .deletes:
      try inDirectory(directory) {
        for file in 0..<files {
          let writer = try RFileWriter(
            ByteSink(creating: $0.appending("\(number(file)).rf").string),
            options: .init(codec: codec, level: standardLevel))
          try writer.startDefaultLocalityGroup()
          try writer.append(contentsOf: GeneratedEntries(shape, entries: entries, file: file, of: files))
          _ = try writer.finish()
        }
      }
    }
  }

  /// The paths of the RFiles below a directory made by `make`, in the order in which they were made.
  static func files(in directory: FilePath) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: directory.string).filter { $0.hasSuffix(".rf") }.sorted()
      .map { directory.appending($0).string }
  }

  /// The level of Accumulo's writers.
  private var standardLevel: CompressionLevel { codec.levels == nil ? .auto : .number(codec.defaultLevel) }

  private var allRows: Range<UInt64> { 0..<(1 << 63) - 1 }

  /// Makes a directory with one tablet, as `actool ingest` does.
  private func ingest(
    _ directory: FilePath, entries: Int, files: Int = 1, rows: Range<UInt64>? = nil, seed: UInt64 = 1
  ) throws {
    var settings = IngestSettings(entries: Int64(max(1, entries)), seed: seed)
    settings.rows = rows ?? allRows
    var options = TableWriter.Options()
    (options.files, options.codec, options.level) = (files, codec, standardLevel)
    _ = try TableWriter(settings, options: options, access: try .ofBench()).write(to: directory) { _ in }
  }

  private func inDirectory(_ path: FilePath, _ body: (FilePath) throws -> Void) throws {
    try Disk().makeDirectory(path)
    try body(path)
  }

  /// A name that sorts as the number does.
  private func number(_ file: Int) -> String { file < 10 ? "0\(file)" : "\(file)" }
}

extension DirectoryAccess {
  static func ofBench() throws -> DirectoryAccess {
    DirectoryAccess(
      owner: try ProcessIdentity.current(), now: { 0 },
      countEntries: { try RFileReader(path: $0.string).countEntries() })
  }
}
