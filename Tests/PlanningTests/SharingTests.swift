import TestSupport
import Testing

@testable import Planning
@testable import Records

@Suite("Jobs for many machines")
struct SharingTests {
  /// A job of tablet `number`.
  private static func job(
    _ number: Int, bytes: Int64, priority: Int = 1, pass: Int = 1, files: Int = 1, executor: String = "i.default.small"
  ) -> CompactionJob {
    CompactionJob(
      ecid: "\(number).\(pass)", extent: KeyExtent(tableId: "2", endRow: [UInt8(number >> 8), UInt8(number & 255)]),
      directory: "t", kind: .system, service: "default", executor: executor, pass: pass, priority: priority,
      inputs: (0..<files).map { TabletFile(file: "F\($0).rf", size: 1) }, nextFiles: [], output: "C1.rf",
      tmp: "C1.rf_tmp", propagateDeletes: true, selectedAll: false, bytes: bytes, properties: [:])
  }

  private static func random(_ seed: UInt64) -> [CompactionJob] {
    var random = SplitMix64(seed: seed)
    return (0..<Int(random.next() % 60)).flatMap { number in
      (1...1 + Int(random.next() % 3)).map { pass in
        job(
          number, bytes: Int64(random.next() % 100), priority: Int(random.next() % 5), pass: pass,
          files: Int(random.next() % 3))
      }
    }
  }

  /// The load of each bin and who got what, by looking at all bins every time.
  private static func naive(_ sizes: [Int64], _ count: Int) -> (loads: [Int64], owners: [Int]) {
    var loads = Array(repeating: Int64(0), count: count)
    let owners = sizes.map { size in
      let emptiest = loads.indices.min { loads[$0] < loads[$1] }!
      loads[emptiest] += size
      return emptiest
    }
    return (loads, owners)
  }

  @Test("the emptiest of all bins gets what comes, the first of equal ones; sums that are too large saturate")
  func bins() {
    var random = SplitMix64(seed: 1)
    for count in 1...40 {
      let sizes = (0..<200).map { _ in Int64(random.next() % 10) }
      var bins = EmptiestFirst(count: count)
      let owners = sizes.map { bins.put($0) }
      let naive = Self.naive(sizes, count)
      #expect(owners == naive.owners && bins.fullest == naive.loads.max())
    }
    var bins = EmptiestFirst(count: 1)
    for _ in 0..<3 { _ = bins.put(.max) }
    #expect(bins.fullest == .max)
  }

  @Test("every job is in one share, with all of its tablet; no share has much more than another, whatever the names")
  func shares() {
    for seed in 0..<60 as Range<UInt64> {
      let jobs = Self.random(seed)
      for count in [1, 2, 3, 7, 100] {
        var shares: [[CompactionJob]] = []
        for number in 1...count {
          var tablets = JobsByTablet()
          for var job in jobs {
            job.ecid += "x"
            tablets.add(job)
          }
          tablets.keep(share: number, of: count)
          shares.append(Array(tablets.jobs))
        }
        #expect(shares.joined().map(\.ecid).sorted() == jobs.map { $0.ecid + "x" }.sorted())
        let owners = shares.enumerated().flatMap { number, share in Set(share.map(\.extent)).map { ($0, number) } }
        #expect(Set(owners.map(\.0)).count == owners.count, "a tablet is in two shares")
        for share in shares {
          #expect(share.map(\.ecid) == jobs.map { $0.ecid + "x" }.filter(share.map(\.ecid).contains))
        }
        let loads = shares.map { $0.reduce(0) { $0 + $1.bytes } }
        let tablets = Dictionary(grouping: jobs, by: \.extent).values.map { $0.reduce(0) { $0 + $1.bytes } }
        #expect((loads.max() ?? 0) - (loads.min() ?? 0) <= tablets.max() ?? 0)
      }
    }
  }

  @Test("of all ways to deal out a few tablets, none makes the largest share smaller than three quarters of ours")
  func nearlyOptimal() {
    var random = SplitMix64(seed: 3)
    for _ in 0..<100 {
      let sizes = (0..<6).map { _ in Int64(1 + random.next() % 20) }
      for count in 2...3 {
        var best = Int64.max
        for way in 0..<729 {
          var (loads, rest) = (Array(repeating: Int64(0), count: count), way)
          for size in sizes {
            loads[rest % 3 % count] += size
            rest /= 3
          }
          best = min(best, loads.max()!)
        }
        var tablets = JobsByTablet()
        for (number, size) in sizes.enumerated() { tablets.add(Self.job(number, bytes: size)) }
        let largest = (1...count).map { number in
          var share = tablets
          share.keep(share: number, of: count)
          return share.jobs.reduce(0) { $0 + $1.bytes }
        }.max()!
        #expect(largest * 3 <= best * 4, "\(sizes) in \(count)")
      }
    }
  }

  @Test("batches hold every job once, whole tablets, the urgent ones first, and are as large as allowed")
  func batches() {
    for seed in 0..<60 as Range<UInt64> {
      let jobs = Self.random(seed)
      let urgency = Dictionary(grouping: jobs, by: \.extent).mapValues { $0.map(\.priority).max()! }
      for size in [1, 50, 300, .max] as [Int64] {
        var tablets = JobsByTablet()
        for job in jobs { tablets.add(job) }
        let batches = tablets.batches(ofBytes: size)
        #expect(batches.flatMap(\.jobs).map(\.ecid).sorted() == jobs.map(\.ecid).sorted())
        let order = batches.flatMap(\.jobs).map { urgency[$0.extent]! }
        #expect(order == order.sorted(by: >))
        let extents = batches.flatMap { Array(Set($0.jobs.map(\.extent))) }
        #expect(Set(extents).count == extents.count)
        for (batch, next) in zip(batches, batches.dropFirst()) {
          let first = next.jobs.filter { $0.extent == next.jobs[0].extent }
          #expect(batch.bytes + JobBatch(first).bytes > size)
        }
        for batch in batches { #expect(batch.bytes <= size || Set(batch.jobs.map(\.extent)).count == 1) }
      }
    }
    var many = JobsByTablet()
    for number in 0..<2500 { many.add(Self.job(number, bytes: 0)) }
    #expect(many.batches(ofBytes: 1).map(\.jobs.count) == [1000, 1000, 500])
  }

  @Test("as many compactors as finish in time when free ones take the most urgent job, and no more")
  func drain() {
    for seed in 0..<80 as Range<UInt64> {
      let jobs = Self.random(seed)
      var waiting = WaitingJobs()
      for job in jobs { waiting.add(job) }
      guard let queue = waiting.queues.first else {
        #expect(jobs.isEmpty)
        continue
      }
      #expect(queue.total.bytes == jobs.reduce(0) { $0 + $1.bytes } && queue.total.jobs == Int64(jobs.count))
      #expect(queue.byPriority.map(\.priority) == Set(jobs.map(\.priority)).sorted(by: >))
      let order = jobs.enumerated().sorted { a, b in
        (-a.element.priority, -a.element.inputs.count, a.offset) < (
          -b.element.priority, -b.element.inputs.count, b.offset
        )
      }.map(\.element.bytes)
      for seconds in [1, 7, 50, 1000] as [Int64] {
        let (count, took) = queue.drain(at: 10, within: seconds * 1000)
        let goal = max(seconds * 10, order.max()!)
        #expect(Self.naive(order, count).loads.max()! <= goal)
        #expect(abs(took - Double(Self.naive(order, count).loads.max()!) / 10) < 0.001)
        #expect(count == 1 || Self.naive(order, count - 1).loads.max()! > goal)
      }
    }
    #expect(WaitingJobs.Queue(name: "e.x", isGroup: false).drain(at: 1, within: 1) == (0, 0))
    var large = WaitingJobs()
    for number in 0..<3 { large.add(Self.job(number, bytes: .max)) }
    #expect(large.queues[0].drain(at: .max, within: 1 << 45).compactors == 1)
  }
}
