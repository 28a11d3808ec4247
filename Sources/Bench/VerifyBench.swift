import BlockFile
import ContinuousIngest
import Files
import RFile
import SystemPackage
import Tablets

/// Makes a continuous ingest table and verifies it, beside the floor: decode, merge and checksum of the same entries.
struct VerifyBench {
  var entries: Int
  var runs: Int
  var directory: String

  func run() throws -> String {
    let access = DirectoryAccess(
      owner: try ProcessIdentity.current(), now: { 0 },
      countEntries: { try RFileReader(path: $0.string).countEntries() })
    let table = FilePath(directory).appending("verify")
    var options = TableWriter.Options()
    (options.tablets, options.files) = (4, 4)
    let settings = IngestSettings(entries: Int64(entries), seed: 1)
    let made = try Measurement.cpu {
      try TableWriter(settings, options: options, access: access).write(to: table) { _ in }
    }
    defer { try? access.disk.removeTree(table) }
    let files = try tablets(at: [table], access: access).map { tablet in
      tablet.files.map { "\(tablet.directory ?? "")/\($0.file)" }
    }
    var floor = Double.infinity
    var whole = Double.infinity
    var scratch: Int64 = 0
    for _ in 0..<runs {
      floor = min(floor, try Measurement.cpu { for tablet in files { _ = try VerifyFloor.read(tablet) } }.seconds)
      // Little memory, so that the scratch file is part of it.
      let verifier = Verifier(
        VerifyInput([table.string], access: access),
        options: .init(memory: entries * 4, threads: 1, scratch: FilePath(directory)))
      let verified = try Measurement.cpu { try verifier.run { _ in } }
      precondition(verified.result.problems.isEmpty && verified.result.isHealthy)
      whole = min(whole, verified.seconds)
      scratch = verified.result.scratchBytes
    }
    let count = Double(made.result.entries)
    return
      "verify: \(made.result.entries) entries, 4 tablets of 4 zstd files; ingest \((made.seconds * 1e9 / count).text(0, width: 0))"
      + " ns, floor \((floor * 1e9 / count).text(0, width: 0)) ns, verify \((whole * 1e9 / count).text(0, width: 0)) ns of CPU an"
      + " entry, ratio \((whole / floor).text(2, width: 0)), scratch \((Double(scratch) / count).text(1, width: 0)) bytes an entry"
  }
}

extension Measurement {
  /// Seconds of CPU of the whole process.
  static func cpu<T>(_ body: () throws -> T) rethrows -> (seconds: Double, result: T) {
    let start = processSeconds
    let result = try body()
    return (processSeconds - start, result)
  }
}
