import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import ContinuousIngest
@testable import Entries
@testable import Files
@testable import Records
@testable import TabletStore

@Suite("Rounds of a verification, and the files between them")
struct RoundTests {
  let scratch = ScratchDirectory()
  var directory: LinkDirectory { LinkDirectory(FilePath(scratch.file("links")), access: TestTable.access) }

  /// What a shard knows of a row.
  private struct Known: Hashable {
    var row: UInt64
    var isDefined: Bool
    var isReferred: Bool
  }

  /// Leaves links as a shard would.
  private func leave(_ rows: [Known], _ shard: PartNumber, _ bucket: PartNumber, input: UInt64 = 7) throws {
    try directory.make(buckets: bucket.count)
    let writer = try directory.create(.links(shard, bucket, input: input))
    var frames = LinkFrames(writer)
    defer { frames.free() }
    for row in rows { try frames.take(row.row, isDefined: row.isDefined, isReferred: row.isReferred) }
    try frames.flush()
    try writer.finish([frames.count])
  }

  /// Joins the only bucket of these shards, and compares with dictionaries.
  private func check(_ shards: [[Known]], _ note: Comment) throws {
    for (i, rows) in shards.enumerated() {
      try leave(rows, PartNumber(i + 1, of: shards.count), PartNumber(1, of: 1))
    }
    let report = try BucketJoin(PartNumber(1, of: 1), in: directory).run()
    let defined = Set(shards.joined().filter(\.isDefined).map(\.row))
    let referred = Set(shards.joined().filter(\.isReferred).map(\.row))
    #expect(report.counts.referenced == Int64(defined.intersection(referred).count), note)
    #expect(report.counts.unreferenced == Int64(defined.subtracting(referred).count), note)
    let holes = referred.subtracting(defined).sorted()
    #expect(report.counts.undefined == Int64(holes.count), note)
    let reader = try LinkFileReader(
      directory.path.appending("bucket-1-of-1/holes"),
      expecting: .holes(PartNumber(1, of: 1), shards: shards.count, input: 7))
    let stream = LinkStream(reader, rows: PartNumber(1, of: 1).rows)
    var found: [UInt64] = []
    while try stream.load() { found += stream.taken().map { $0 >> 1 } }
    #expect(found == holes, note)
    let concerned = shards.indices.filter { i in shards[i].contains { $0.isReferred && !defined.contains($0.row) } }
    #expect(reader.numbers.dropFirst(3) == concerned.map { Int64($0 + 1) }[...], note)
  }

  @Test("all that two shards can know of two rows")
  func allSmall() throws {
    for number in 0..<256 {
      let shards = (0..<2).map { shard in
        (0..<2).compactMap { row in
          let state = number >> (4 * shard + 2 * row) & 3
          return state == 0
            ? nil : Known(row: UInt64(row) * (RowNumber.end - 1), isDefined: state & 1 == 1, isReferred: state & 2 == 2)
        }
      }
      try check(shards, "\(number)")
    }
  }

  @Test("random rows of many shards in many frames")
  func random() throws {
    var random = SplitMix64(seed: 11)
    for round in 0..<12 {
      let range = [RowNumber.end, 60_000, 1 << 40][round % 3]
      let shards = (0..<Int.random(in: 1...6, using: &random)).map { _ in
        let rows = Set((0..<Int.random(in: 0...15_000, using: &random)).map { _ in random.next() % range })
        return rows.sorted().map { row in
          let state = Int.random(in: 1...3, using: &random)
          return Known(row: row, isDefined: state & 1 == 1, isReferred: state & 2 == 2)
        }
      }
      // Each number of shards has a directory of its own.
      _ = Subprocess.run("/bin/rm", ["-rf", directory.path.string])
      try check(shards, "round \(round)")
    }
  }

  @Test("any change of a bit, any cut and any byte too many is noticed, in each kind of file")
  func damage() throws {
    let table = TestTable()
    let lost = TestTable.entry("000000000000002a", "f", "q", "", "9f3c2a10-5b6d-4e7f-8a90-b1c2d3e4f506:0:")
    let node = TestTable.entry(
      "000000000000002b", "f", "q", "", "9f3c2a10-5b6d-4e7f-8a90-b1c2d3e4f506:0000000000000000:0000000000000007:")
    let path = try table.write("a.rf", [lost, node])
    let whole = try table.verify([path], shards: 1, buckets: 1)
    #expect(whole.undefined == [.init(row: 7, references: [0x2b])] && whole.corrupt.count == 1)
    let directory = LinkDirectory(FilePath(table.scratch.file("links")), access: TestTable.access)
    let one = PartNumber(1, of: 1)
    let kinds: [(String, LinkFileIdentity, LinkFrame.Kind)] = [
      ("bucket-1-of-1/shard-1-of-1.links", .links(one, one, input: 0), .links),
      ("bucket-1-of-1/holes", .holes(one, shards: 1, input: 0), .links),
      ("shard-1-of-1.corrupt", .corrupt(one, buckets: 1, input: 0), .corrupt),
    ]
    for (name, identity, kind) in kinds {
      let good = try Fixtures.bytes(table.scratch.file("links/" + name))
      func isNoticed(_ bytes: [UInt8]) -> Bool {
        table.scratch.write("links/" + name, bytes)
        do {
          _ = try LinkFileReader(directory.path.appending(name), expecting: identity).end(kind)
          return false
        } catch { return error is LinkFileError }
      }
      #expect(!isNoticed(good))
      for i in good.indices {
        for bit in 0..<8 {
          var bytes = good
          bytes[i] ^= 1 << bit
          #expect(isNoticed(bytes), "\(name), byte \(i), bit \(bit)")
        }
      }
      for count in good.indices { #expect(isNoticed(Array(good[..<count])), "\(name), \(count) bytes") }
      #expect(isNoticed(good + [0]))
      table.scratch.write("links/" + name, good)
    }
  }

  @Test("frames with the right checksum and the wrong content are refused")
  func forged() throws {
    let (shard, bucket) = (PartNumber(1, of: 1), PartNumber(1, of: 2))
    func problem(_ frames: [[UInt8]], _ numbers: [Int64] = [0]) throws -> String {
      try directory.make(buckets: 2)
      let writer = try directory.create(.links(shard, bucket, input: 7))
      for frame in frames { try frame.withUnsafeBytes { try writer.write(.links, $0) } }
      try writer.finish(numbers)
      do {
        _ = try BucketJoin(bucket, in: directory).run()
        return "none"
      } catch { return "\(error)" }
    }
    let wrong =
      scratch.file("links/bucket-1-of-2/shard-1-of-1.links")
      + ": expected the links of rows of this bucket in rising order; remove it and run verify --shard 1/1 --buckets 2 again"
    let outside = [UInt8](repeating: 0xFF, count: 9) + [1]
    for frames in [
      [[]], [[0x80]], [[5, 0]], [outside], [[5], [3]], [[4], [1]], [[UInt8](repeating: 0xFF, count: 11)],
      [[UInt8](repeating: 1, count: LinkFrame.linkLimit + 1)], [[5] + [UInt8](repeating: 0xFF, count: 9) + [1]],
    ] { #expect(try problem(frames) == wrong, "\(frames)") }
    #expect(try problem([[6, 4, 1, 8]]) == "none")
    #expect(try problem([[6, 4, 1], [19]], [-1]).contains("expected numbers in the end frame"))
  }

  @Test("files that are missing, of another run or another table, or under another name are refused with what to do")
  func refused() throws {
    let bucket = PartNumber(1, of: 1)
    func problem() -> String {
      do {
        _ = try BucketJoin(bucket, in: directory).run()
        return "none"
      } catch { return "\(error)".replacing(scratch.path + "/", with: "") }
    }
    #expect(problem() == "cannot list links: No such file or directory")
    try directory.make(buckets: 1)
    #expect(problem() == "links/bucket-1-of-1: expected shard-i-of-n.links, found none; run verify --shard first")
    let rows = [Known(row: 5, isDefined: true, isReferred: false)]
    try leave(rows, PartNumber(2, of: 2), bucket)
    #expect(
      problem() == "links/bucket-1-of-1/shard-1-of-2.links: is missing; run verify --shard 1/2 --buckets 1 first")
    _ = Subprocess.run(
      "/bin/cp", ["shard-2-of-2.links", "shard-1-of-2.links"], directory: scratch.file("links/bucket-1-of-1"))
    #expect(
      problem()
        == "links/bucket-1-of-1/shard-1-of-2.links: expected links of shard 1/2, bucket 1/1, found links of shard 2/2, "
        + "bucket 1/1; remove it and run verify --shard 1/2 --buckets 1 again")
    try leave(rows, PartNumber(1, of: 2), bucket, input: 8)
    #expect(
      problem()
        == "links/bucket-1-of-1/shard-2-of-2.links: is of another table than links/bucket-1-of-1/shard-1-of-2.links, or "
        + "the table changed between them; verify it again from the shards on, into a new directory")
    try leave(rows, PartNumber(1, of: 2), bucket)
    #expect(problem() == "none")
    try leave(rows, PartNumber(3, of: 3), bucket)
    #expect(
      problem()
        == "links/bucket-1-of-1: holds what was cut into 2 and into 3 shards; use a directory for each verification")
    try directory.make(buckets: 2)
    #expect(
      problem() == "links: holds what was cut into 1 and into 2 buckets; use a directory for each verification")
  }

  @Test("what a dead process of this machine was writing goes, what a live one is writing stays")
  func leftovers() throws {
    let (shard, bucket) = (PartNumber(1, of: 1), PartNumber(1, of: 1))
    try directory.make(buckets: 1)
    var dead = try ProcessIdentity.current()
    dead.startTime += 1
    let live = try #require(try ProcessIdentity.of(1))
    for owner in [dead, live] { scratch.write("links/bucket-1-of-1/.shard-1-of-1.links.\(owner.mark)", "x") }
    try leave([], shard, bucket)
    #expect(
      scratch.names(in: "links/bucket-1-of-1") == [".shard-1-of-1.links.\(live.mark)", "shard-1-of-1.links"].sorted())
  }

  @Test("shards have every tablet once, and about the same bytes")
  func shards() throws {
    let table = TestTable()
    let node = TestTable.entry("000000000000002a", "f", "q", "", "9f3c2a10-5b6d-4e7f-8a90-b1c2d3e4f506:0:")
    let paths = try (1...9).map { try table.write("\($0).rf", Array(repeating: node, count: 10 * $0)) }
    let input = VerifyInput(paths, access: TestTable.access)
    let sizes = input.units.map { Int($0.statuses[0].size) }
    for count in [1, 2, 3, 9, 12] {
      let shards = input.shards(of: count)
      #expect(shards.count == 9 && shards.allSatisfy { 1...count ~= $0 })
      let loads = (1...count).map { shard in zip(sizes, shards).reduce(0) { $0 + ($1.1 == shard ? $1.0 : 0) } }
      #expect(loads.max()! - loads.min()! <= sizes.max()!)
      #expect(input.shards(of: count) == VerifyInput(paths, access: TestTable.access).shards(of: count))
    }
  }

  @Test("a task counts the entries of its own files, the end those of none; a wrong count is named by one shard")
  func counts() throws {
    let table = TestTable()
    let path = try table.ingest(tablets: 4, files: 2)
    let counted = Mutex<[FilePath]>([])
    // What the tablet lists is right until this is set.
    let surplus = Mutex<Int64>(0)
    var access = TestTable.access
    access.countEntries = { file in
      counted.withLock { $0.append(file) }
      return try TestTable.access.countEntries(file)
        + (file.string.contains("t-0000002") ? surplus.withLock { $0 } : 0)
    }
    let verifier = Verifier(
      VerifyInput([path], access: access),
      options: .init(memory: 1 << 24, threads: 1, scratch: FilePath(table.scratch.path)))
    #expect(counted.withLock { $0 } == [])
    let directory = LinkDirectory(FilePath(table.scratch.file("links")), access: TestTable.access)
    for shard in PartNumber.all(of: 2) {
      let report = try verifier.leaveLinks(of: shard, buckets: 1, in: directory)
      #expect(report.problems == [] && counted.withLock { $0.count } == report.files && report.files < 8)
      counted.withLock { $0 = [] }
    }
    _ = try BucketJoin(PartNumber(1, of: 1), in: directory).run()
    let merged = try verifier.merge(directory) { _ in }
    #expect(merged.problems == [] && counted.withLock { $0 } == [])
    let whole = try verifier.run { _ in }
    #expect(whole.problems == [] && whole.referenced == merged.referenced && counted.withLock { $0.count } == 8)
    surplus.withLock { $0 = 1 }
    let problems = try verifier.run { _ in }.problems
    #expect(problems.count == 1 && problems[0].contains("entries, but the tablet lists it with"), "\(problems)")
    let other = LinkDirectory(FilePath(table.scratch.file("other")), access: TestTable.access)
    let ofShards = try PartNumber.all(of: 2).map {
      try verifier.leaveLinks(of: $0, buckets: 1, in: other).problems
    }
    #expect(ofShards.filter { !$0.isEmpty } == [problems])
  }
}
