import BlockFile
import Compaction
import Files
import RFile
import Synchronization
import SystemPackage

/// Merges files into one, with each number of threads in turn, and measures the floor.
struct CompactionMeasure {
  var inputs: [String]
  var codec: Codec
  /// Nil: `auto`.
  var level: Int?
  var reusesBlocks: Bool
  var certifies: Bool
  var output: RFileWriter.Options
  var setting: MeasureSetting

  /// Throws `BenchError` when two outputs differ in their entries.
  func run(into report: inout CaseReport) throws {
    // The first output warms the file cache, and the floor needs its blocks.
    let model = setting.scratch.appending("model.rf").string
    defer { setting.remove(model) }
    var warmUp = Runs(threads: 1)
    let statistics = try merge(into: model, &warmUp)
    (report.items, report.itemsOut) = (Int(statistics.entriesRead), Int(statistics.entriesWritten))
    (report.bytesIn, report.bytesOut) = (Int(statistics.bytesRead), Int(statistics.fileSize))
    report.inputFiles = inputs.count
    if codec != .none, statistics.blocks > 0 {
      report.shareReused = Double(statistics.blocksReused) / Double(statistics.blocks)
    }
    report.hash = try Hash.ofEntries(model)

    var passes = setting.threadCounts.map { Runs(threads: $0) }
    var floors: [Double] = []
    var inMemory: [Double] = []
    for run in 0..<setting.runs {
      if codec != .none {
        floors.append(try CodecFloor.inflate(inputs) + CodecFloor.deflate(model, level: compression))
      }
      if codec == .none { inMemory.append(try mergeInMemory()) }
      for i in passes.indices {
        let output = setting.scratch.appending("output.rf").string
        defer { setting.remove(output) }
        _ = try merge(into: output, &passes[i])
        guard try run > 0 || Hash.ofEntries(output) == report.hash else {
          throw BenchError("\(report.name): \(passes[i].threads) threads give different entries than one")
        }
      }
    }
    report.inMemory = Sample(ifAny: inMemory)
    report.conclude(passes, floors: floors)
  }

  /// Seconds of CPU time of one thread to merge everything and write it nowhere.
  private func mergeInMemory() throws -> Double {
    let start = Instant.threadSeconds
    _ = try compactor.run(into: ByteSink(discarding: "nowhere"))
    return Instant.threadSeconds - start
  }

  private var compression: CompressionLevel { level.map { .number($0) } ?? .auto }

  private var compactor: FileCompactor {
    FileCompactor(
      inputs: inputs.map { MergeInput($0) }, propagateDeletes: false, output: output,
      iterators: [.versions(1)])
  }

  private func merge(into output: String, _ runs: inout Runs) throws -> CompactionStatistics {
    let pool = CodecPool(threads: runs.threads)
    return try pool.occupy { try merge(into: output, with: pool, &runs) }
  }

  private func merge(into output: String, with pool: CodecPool, _ runs: inout Runs) throws -> CompactionStatistics {
    var compactor = compactor
    (compactor.pool, compactor.reusesBlocks, compactor.certifies) = (pool, reusesBlocks, certifies)
    // The sync is the last thing that happens to the file. A job reads the file back during the sync. Here reading
    // comes after the sync, so each can be timed separately.
    let merged = Mutex<Instant?>(nil)
    let disk = Disk { change, _ in if change == .sync { merged.withLock { $0 = .now } } }

    let start = Instant.now
    let sink = try ByteSink(creating: output, on: disk, pool: pool)
    sink.digests = certifies
    let statistics = try compactor.run(into: sink)
    let synced = Instant.now
    let check = try RFileReader(path: output).check(loader: BlockLoader(pool: pool), sums: certifies)
    let end = Instant.now

    guard check.entries == statistics.entriesWritten, let merged = merged.withLock({ $0 }) else {
      throw BenchError("\(output): \(check.entries) of \(statistics.entriesWritten) entries were read back")
    }
    runs.add(from: start, to: merged)
    runs.sync.append(synced.wall - merged.wall)
    runs.readBack.append(end.wall - synced.wall)
    runs.readBackCPU.append(end.cpu - synced.cpu)
    runs.total.append(end.wall - start.wall)
    return statistics
  }
}
