import BlockFile
import Entries
import Files
import FoundationEssentials
import SystemPackage

// Runs a compaction of RocksDB with its own tools.
//
//     ldb load              once for each file, which fits into one memtable and becomes one file of level 0 at the end
//     db_bench compact      all files of level 0 into the last level, in a copy of the database (by hard links, because
//                           files never change)
//     LOG                   the result, one event in JSON: time, CPU, entries in and out, number of parts
//
// The style is universal, because version 7 does not split a leveled compaction into an empty level. The number of
// parts is twice that of threads, because RocksDB plans one part less than requested when two are requested, and its
// ranges are not exactly equal. Its time includes the sync of the output, as ours does here; neither reads the output
// back. zlib has a window of 16 KiB in RocksDB, which the tools cannot change.

/// A database with the entries of some files, in as many overlapping files of its own.
struct RocksDB {
  /// What the event `compaction_finished` says.
  struct Compaction: Decodable {
    var microseconds: Double
    var cpuMicroseconds: Double
    var entriesRead: Int
    var entriesWritten: Int
    var parts: Int
    var bytesOut: Int

    private enum CodingKeys: String, CodingKey {
      case microseconds = "compaction_time_micros"
      case cpuMicroseconds = "compaction_time_cpu_micros"
      case entriesRead = "num_input_records"
      case entriesWritten = "num_output_records"
      case parts = "num_subcompactions"
      case bytesOut = "total_output_size"
    }
  }

  private let codec: Codec
  private let directory: FilePath

  /// The size of a memtable in bytes: the most that `ldb` accepts.
  private static let memtable = 2_000_000_000
  private static let event = #""event": "compaction_finished""#

  /// Returns nil, with a message, when the tools are not installed.
  init?(codec: Codec, in directory: FilePath) throws {
    for tool in ["ldb", "db_bench"] where !Programs.isInstalled(tool) {
      Programs.skip("RocksDB", without: tool)
      return nil
    }
    self.codec = codec
    self.directory = directory
  }

  static var version: String {
    let text = (try? ChildProcess.run("db_bench", ["--version"]).output).map { String(decoding: $0, as: UTF8.self) }
    return text?.split { $0 == " " || $0 == "\n" }.last.map(String.init) ?? "?"
  }

  func load(_ inputs: [String]) throws {
    try Disk().makeDirectory(directory)
    let lines = directory.appending("lines").string
    for (number, input) in inputs.enumerated() {
      _ = try ChildProcess.ofBench(["lines", "--form", "ldb", input], output: lines)
      _ = try ChildProcess.run(
        "ldb",
        ["--db=\(database)", "load", "--hex", "--bulk_load", "--disable_wal", "--auto_compaction=false"]
          + (number == 0 ? ["--create_if_missing"] : [])
          + [
            "--compression_type=\(name == "none" ? "no" : name)", "--block_size=102400",
            "--write_buffer_size=\(Self.memtable)",
          ],
        input: lines, quiet: true)
    }
    try Disk().removeIfThere(FilePath(lines))
    let answer = try ChildProcess.run("ldb", ["--db=\(database)", "get_property", "rocksdb.num-files-at-level0"]).output
    let files = String(decoding: answer, as: UTF8.self).split { !$0.isNumber }.last.map(String.init)
    guard files == "\(inputs.count)" else {
      throw BenchError("RocksDB made \(files ?? "no") files of level 0 from \(inputs.count) loads")
    }
  }

  func compact(threads: Int) throws -> Compaction {
    let copy = directory.appending("copy")
    _ = try ChildProcess.run("cp", ["-al", database, copy.string])
    defer { try? Disk().removeTree(copy) }
    let stored = try FileManager.default.contentsOfDirectory(atPath: copy.string).filter { $0.hasSuffix(".sst") }
      .reduce(0) {
        try $0 + ByteSource(path: copy.appending($1).string).count
      }
    let parts = threads > 1 ? 2 * threads : 1
    _ = try ChildProcess.run(
      "db_bench",
      [
        "--db=\(copy.string)", "--use_existing_db", "--benchmarks=compact", "--disable_auto_compactions",
        "--disable_wal", "--compaction_style=1", "--compression_type=\(name)", "--block_size=102400",
        "--max_background_jobs=\(2 * threads)", "--subcompactions=\(parts)",
        "--target_file_size_base=\(threads > 1 ? stored / Int64(parts) : 1 << 50)", "--max_compaction_bytes=\(1 << 60)",
      ] + (codec == .none ? [] : ["--compression_level=\(codec.defaultLevel)"]), quiet: true)
    let log = String(
      decoding: FileManager.default.contents(atPath: copy.appending("LOG").string) ?? Data(), as: UTF8.self)
    let events = log.split(separator: "\n").filter { $0.contains(Self.event) }
    guard events.count == 1, let brace = events[0].firstIndex(of: "{") else {
      throw BenchError("RocksDB made \(events.count) compactions in place of one")
    }
    let compaction = try JSONDecoder().decode(Compaction.self, from: Data(events[0][brace...].utf8))
    guard threads == 1 ? compaction.parts == 1 : compaction.parts >= threads else {
      throw BenchError(
        "RocksDB split the compaction into \(compaction.parts) parts for \(threads) threads: too few entries")
    }
    return compaction
  }

  func remove() throws { try Disk().removeTree(directory) }

  private var database: String { directory.appending("db").string }

  /// RocksDB's name for the codec.
  private var name: String { codec == .gz ? "zlib" : codec.rawValue }
}

/// Entries as `ldb load --hex` reads them: 0xKEY ==> 0xVALUE. Keys sort as the entries do, as long as no field contains
/// a zero byte:
///
///     row 00 family 00 qualifier 00 visibility 00 time, 8 bytes, the newest first
struct RocksDBLines {
  var bytes: [UInt8] = []

  mutating func append(_ entry: EntryPointer) {
    bytes += "0x".utf8
    for field in [entry.pointee.row, entry.pointee.family, entry.pointee.qualifier, entry.pointee.visibility] {
      hex(field.bytes)
      hex(CollectionOfOne(0))
    }
    let time = ~(UInt64(bitPattern: entry.pointee.timestamp) ^ 1 << 63)
    hex((0..<8).map { UInt8(truncatingIfNeeded: time >> UInt64(56 - 8 * $0)) })
    bytes += " ==> 0x".utf8
    hex(entry.pointee.value.bytes)
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func hex(_ field: some Sequence<UInt8>) {
    for byte in field {
      for digit in [byte >> 4, byte & 15] { bytes.append(digit < 10 ? 48 + digit : 55 + digit) }
    }
  }
}
