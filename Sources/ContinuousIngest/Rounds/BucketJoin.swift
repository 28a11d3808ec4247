package import Files
package import Records
internal import SystemPackage

// Round 2: joins the links that all shards have left in a bucket. Each file is sorted. The files are read side by side, a
// frame of each in memory, up to the lowest of the last rows of these frames; what was taken is merged in the cache.
//
//     shard 1     4  6  18 | 22 ..        rows 2d 3d 9d         (d defined, r referred to)
//     shard 2     5  9  25 27 | ..             2r 4r 12r 13r
//     taken       4 6 18 5 9   up to row 9
//     merged      4 5 6 9 18              2 referenced, 3 and 9 unreferenced, 4 undefined

/// What a bucket came to.
package struct BucketReport: Sendable {
  package var bucket: PartNumber
  package var shards: Int
  package var counts: LinkCounts
  /// The size of the files that were joined, in bytes.
  package var bytes: Int64
}

/// Joins one bucket of all shards. In memory are, for each shard, a frame of 4096 links (32 KB), its packed bytes (up to
/// 40 KB) and, where the window takes all of it, the same links three times more: up to 170 KB.
package struct BucketJoin {
  private let bucket: PartNumber
  private let directory: LinkDirectory
  private let stop: StopFlag

  package init(_ bucket: PartNumber, in directory: LinkDirectory, stop: StopFlag = StopFlag()) {
    self.bucket = bucket
    self.directory = directory
    self.stop = stop
  }

  /// Leaves the bucket's answer in the directory; one that is there is replaced.
  /// - Throws: `LinkFileError` for files that are missing, damaged, or of another run; `SystemError`, `Stopped`.
  package func run() throws -> BucketReport {
    let readers = try directory.links(of: bucket)
    let streams = readers.map { LinkStream($0, rows: bucket.rows) }
    let writer = try directory.create(.holes(bucket, shards: readers.count, input: readers[0].identity.input))
    var sink = JoinSink(writer)
    defer { sink.free() }
    var open = try streams.indices.filter { try streams[$0].load() }
    var window = LinkWindow()
    var concerned: Set<Int> = []
    while let limit = open.map({ streams[$0].last }).min() {
      try stop.check()
      window.removeAll()
      // Both links of the last row, too.
      for i in open { streams[i].take(through: limit | 1, into: &window) }
      try window.withSorted { try sink.takeAll($0) }
      for hole in sink.recent { for run in window.runs(with: hole) { concerned.insert(open[run] + 1) } }
      sink.recent.removeAll(keepingCapacity: true)
      open = try open.filter { try streams[$0].load() }
    }
    let counts = sink.counts
    try sink.flush()
    try writer.finish(
      [counts.referenced, counts.unreferenced, counts.undefined] + concerned.sorted().map { Int64($0) })
    return BucketReport(
      bucket: bucket, shards: readers.count, counts: counts, bytes: readers.reduce(0) { $0 + $1.byteCount })
  }
}

/// Counts rows, and gathers the undefined ones.
private struct JoinSink {
  private(set) var counts = LinkCounts()
  private var frames: LinkFrames
  /// The links to undefined rows of the current window.
  var recent: [UInt64] = []

  init(_ writer: LinkFileWriter) { frames = LinkFrames(writer) }

  func free() { frames.free() }
  mutating func flush() throws { try frames.flush() }

  /// Takes sorted links, those of a row all at once.
  mutating func takeAll(_ links: UnsafeBufferPointer<UInt64>) throws {
    var counts = counts
    var i = 0
    while i < links.count {
      let row = links[i] >> 1
      let isDefined = links[i] & 1 == 0
      var isReferred = false
      while i < links.count, links[i] >> 1 == row {
        if links[i] & 1 == 1 { isReferred = true }
        i += 1
      }
      if isDefined {
        if isReferred { counts.referenced += 1 } else { counts.unreferenced += 1 }
      } else {
        counts.undefined += 1
        recent.append(row << 1 | 1)
        try frames.take(row, isDefined: false, isReferred: true)
      }
    }
    self.counts = counts
  }
}
