// What happened to the files of a tablet, from `arrival` and `run` records:
//
//     F1 ├────────────┐
//     F2     ├────────┤                born, gone: a job took F1, F2 and F3 and wrote A1
//     F3         ├────┤
//     A1              ├────────────
//
// A tablet is followed by its end row. When it is split, the half that keeps the end row goes on, and its files come
// again as arrivals, smaller.

import Records

/// The files that a tablet had, and the jobs that merged them.
struct FileHistory: Sendable {
  enum Origin: Sendable, Hashable {
    case arrival(ArrivalRecord.Kind)
    /// The number of the job that wrote it.
    case job(Int)
  }

  struct File: Sendable {
    var name: String
    /// Bytes.
    var size: Double
    /// In ms since the start.
    var born: Double
    /// Nil: it was there at the end.
    var gone: Double?
    var origin: Origin
  }

  struct Job: Sendable {
    var executor: String
    var start: Double
    var end: Double
    /// Numbers of files.
    var inputs: [Int]
    var output: Int?
    var isLost: Bool
  }

  /// As it was last heard of.
  private(set) var extent: KeyExtent
  private(set) var files: [File] = []
  private(set) var jobs: [Job] = []
  /// The newest file of each name that is there.
  private var live: [String: Int] = [:]
  /// There was more than is kept.
  private(set) var isCut = false

  private static let limit = 3000

  init(_ extent: KeyExtent) { self.extent = extent }

  mutating func add(_ arrival: ArrivalRecord) {
    extent = arrival.extent
    if let old = live[arrival.file] { files[old].gone = arrival.time }
    _ = insert(
      File(name: arrival.file, size: arrival.size, born: arrival.time, origin: .arrival(arrival.kind)))
  }

  mutating func add(_ run: RunRecord) {
    guard jobs.count < Self.limit else {
      isCut = true
      return
    }
    let inputs = run.inputs.compactMap { live[$0] }
    var job = Job(
      executor: run.executor, start: run.start, end: run.end, inputs: inputs, output: nil, isLost: run.isLost)
    if !run.isLost {
      for (name, input) in zip(run.inputs.filter { live[$0] != nil }, inputs) {
        files[input].gone = run.end
        live[name] = nil
      }
      if let output = run.output {
        job.output = insert(File(name: output, size: run.size, born: run.end, origin: .job(jobs.count)))
      }
    }
    jobs.append(job)
  }

  private mutating func insert(_ file: File) -> Int? {
    guard files.count < Self.limit else {
      isCut = true
      return nil
    }
    files.append(file)
    live[file.name] = files.count - 1
    return files.count - 1
  }

  /// The numbers of the files that are there at a time, oldest first.
  func files(at time: Double) -> [Int] {
    files.indices.filter { files[$0].born <= time && files[$0].gone ?? .infinity > time }
      .sorted { (files[$0].born, $0) < (files[$1].born, $1) }
  }

  /// The moment to show first: when a job begins, among as many files as possible that flushes and jobs wrote.
  var telling: Double {
    let starts = jobs.map { job in
      let written = files(at: job.start).count { ![.arrival(.start), .arrival(.split)].contains(files[$0].origin) }
      return (time: job.start, files: written)
    }
    return starts.max { ($0.files, $1.time) < ($1.files, $0.time) }?.time ?? fullest.time
  }

  /// The first moment at which there are the most files.
  var fullest: (time: Double, files: Int) {
    var changes: [(time: Double, change: Int)] = []
    for file in files {
      changes.append((file.born, 1))
      if let gone = file.gone { changes.append((gone, -1)) }
    }
    changes.sort { ($0.time, $0.change) < ($1.time, $1.change) }
    var (count, most) = (0, (time: 0.0, files: 0))
    for (time, change) in changes {
      count += change
      if count > most.files { most = (time, count) }
    }
    return most
  }
}

/// The histories of a few tablets of a table, for a page cannot show thousands: a sample by hash, of which the busiest
/// are drawn, or the one that was asked for.
struct FileHistories: Sendable {
  private struct Key: Hashable {
    var tableId: String
    var endRow: [UInt8]?

    init(_ extent: KeyExtent) { (tableId, endRow) = (extent.tableId, extent.endRow) }

    /// FNV-1a: the same on every run.
    var hash: UInt64 {
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325
      for byte in Array(tableId.utf8) + [0] + (endRow ?? [0xFF, 0xFF]) {
        hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
      }
      return hash
    }
  }

  private var histories: [Key: FileHistory] = [:]
  private var hashes: [Key: UInt64] = [:]
  private var largestHash: (key: Key, hash: UInt64)?
  private let wanted: KeyExtent?
  /// Of the last event, in ms.
  private(set) var end = 0.0

  private static let sampleSize = 32
  static let drawn = 3

  /// - Parameter wanted: the only tablet to follow, by table and end row.
  init(of wanted: KeyExtent? = nil) { self.wanted = wanted }

  mutating func add(_ arrival: ArrivalRecord) {
    end = max(end, arrival.time)
    guard let key = follow(arrival.extent) else { return }
    histories[key]?.add(arrival)
  }

  mutating func add(_ run: RunRecord) {
    end = max(end, run.end)
    guard let key = follow(run.extent) else { return }
    histories[key]?.add(run)
  }

  /// The key of a tablet that is followed, from now on or already; nil for others.
  private mutating func follow(_ extent: KeyExtent) -> Key? {
    let key = Key(extent)
    if histories[key] != nil { return key }
    if let wanted {
      guard key == Key(wanted) else { return nil }
    } else {
      let hash = key.hash
      if histories.count >= Self.sampleSize {
        guard let largest = largestHash, hash < largest.hash else { return nil }
        histories[largest.key] = nil
        hashes[largest.key] = nil
      }
      hashes[key] = hash
      largestHash = hashes.max { $0.value < $1.value }.map { ($0.key, $0.value) }
    }
    histories[key] = FileHistory(extent)
    return key
  }

  /// Those with the most jobs first.
  var busiest: [FileHistory] {
    histories.values.filter { !$0.files.isEmpty }
      .sorted { a, b in
        let (x, y) = ((a.jobs.count, a.files.count), (b.jobs.count, b.files.count))
        return x != y ? x > y : a.extent < b.extent
      }
      .prefix(Self.drawn).map { $0 }
  }
}
