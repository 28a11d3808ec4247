import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import BlockFile
@testable import Compaction
@testable import Entries
@testable import Files
@testable import RFile
@testable import Records
@testable import TabletStore

// A job that goes on from any of its checkpoints makes the bytes and the result of the job that was never disturbed.

@Suite struct ResumeTests {
  struct Kind: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var properties: [String: String] = [:]
    var threads = 1
    var set: @Sendable (ResumeBed) -> Void = { _ in }
    /// What the job must have done for the test to mean something.
    var check: @Sendable (Made) -> Bool = { _ in true }
  }

  private static let iterator = "table.iterator.majc."
  private static let user = "org.apache.accumulo.core.iterators.user."
  private static let groups = [
    "table.groups.enabled": "g,h", "table.group.g": "f0", "table.group.h": "f2",
  ]
  private static let layers = [
    "table.bloom.enabled": "true", "table.bloom.size": "40",
    "table.sampler": "org.apache.accumulo.core.client.sample.RowSampler", "table.sampler.opt.hasher": "murmur3_32",
    "table.sampler.opt.modulus": "2",
    "table.summarizer.s": "org.apache.accumulo.core.client.summary.summarizers.FamilySummarizer",
  ]

  static let kinds: [Kind] = [
    Kind(testDescription: "defaults"),
    Kind(testDescription: "without books", set: { $0.certifies = false }),
    Kind(testDescription: "not compressed", properties: ["table.file.compress.type": "none"]),
    Kind(testDescription: "markers stay", properties: ["table.file.compress.type": "zstd"]) {
      $0.propagateDeletes = true
    },
    Kind(testDescription: "three versions", properties: [iterator + "vers.opt.maxVersions": "3"]),
    Kind(testDescription: "locality groups", properties: groups),
    Kind(
      testDescription: "a combiner",
      properties: [
        iterator + "vers": "", iterator + "sum": "10,\(user)SummingCombiner", iterator + "sum.opt.all": "true",
        iterator + "sum.opt.type": "STRING",
      ], check: { $0.output.certificate?.made.isEmpty == false }),
    Kind(
      testDescription: "a filter by the time of the compaction",
      properties: [iterator + "old": "10,\(user)AgeOffFilter", iterator + "old.opt.ttl": "6"]
    ) { $0.now = 10 },
    Kind(
      testDescription: "Bloom filter, sample and summaries", properties: layers,
      check: { $0.output.warnings.isEmpty }),
    Kind(
      testDescription: "all of these with groups, by three threads", properties: layers.merging(groups) { $1 },
      threads: 3),
    Kind(
      testDescription: "copied blocks, with layers", properties: layers,
      set: { bed in
        bed.inputs = []
        bed.add(ResumeBed.entries(500, seed: 4, rows: 0...999).unique, codec: .gz)
        bed.add(ResumeBed.entries(200, seed: 5, rows: 300...400).unique, codec: .gz)
        bed.add(ResumeBed.entries(300, seed: 6, rows: 600...2000).unique, codec: .gz)
      }, check: { $0.output.blocksReused > 10 && $0.output.blocksReused < $0.output.blocks - 10 }),
    Kind(
      testDescription: "copied blocks beside a combiner",
      properties: [
        iterator + "sum": "10,\(user)SummingCombiner", iterator + "sum.opt.columns": "sum",
        iterator + "sum.opt.type": "STRING",
      ],
      set: { bed in
        bed.inputs = []
        bed.add(ResumeBed.entries(1600, seed: 4, rows: 0...1999).counting(every: 200).unique, codec: .gz)
        bed.add(ResumeBed.entries(40, seed: 5, rows: 300...350).counting(every: 4), codec: .gz)
      }, check: { $0.output.blocksReused > 10 && $0.output.certificate?.made.isEmpty == false }),
    Kind(
      testDescription: "set times and parts of files",
      set: { bed in
        bed.inputs = []
        bed.add(ResumeBed.entries(300, seed: 4), time: 4)
        bed.add(ResumeBed.entries(300, seed: 5), rows: RowRange(after: Array("row0010".utf8), through: nil))
      }),
    Kind(
      testDescription: "samples decide the level",
      set: { bed in
        bed.inputs = []
        bed.add(ResumeBed.entries(5000, seed: 4, rows: 0...3000))
        bed.add(ResumeBed.entries(5000, seed: 5, rows: 0...3000))
        bed.interval = 3000
      }, check: { $0.output.blocks > 200 }),
  ]

  static func bed(_ kind: Kind) -> ResumeBed {
    let bed = ResumeBed()
    for seed in 1...3 { bed.add(ResumeBed.entries(400, seed: UInt64(seed), rows: 0...150)) }
    bed.properties.merge(kind.properties) { $1 }
    bed.threads = kind.threads
    kind.set(bed)
    return bed
  }

  @Test("from every checkpoint: the same bytes, the same result", arguments: kinds) func everywhere(kind: Kind) throws {
    let bed = Self.bed(kind)
    let (expected, lefts) = try bed.undisturbed()
    #expect(kind.check(expected))
    #expect(lefts.count > 10)
    bed.interval = nil
    let plain = try bed.run()
    #expect(plain == expected, "checkpoints change nothing")
    bed.interval = .max
    // The clock of the process that goes on is another one.
    bed.now += 3
    for (number, left) in lefts.enumerated() where number % (lefts.count / 12 + 1) == 0 {
      let made = try bed.run(from: left)
      #expect(made.output.resumed?.bytes == Int64(left.partial.count), "\(number): \(made.output.afresh ?? "")")
      let isSame = made.plain == expected
      #expect(isSame, "checkpoint \(number) of \(lefts.count)")
    }
  }

  @Test("killed again and again, each time at one of its first checkpoints", arguments: kinds)
  func again(kind: Kind) throws {
    let bed = Self.bed(kind)
    let (expected, lefts) = try bed.undisturbed()
    var left = lefts.first
    var kills = 0
    // A run makes checkpoints to its end, so a kill at each would take a time that grows with their square.
    let skipped = lefts.count / 10
    while let begun = left {
      let next = Mutex<[Left]>([])
      let made = try bed.run(from: begun) { left in next.withLock { if $0.count <= skipped { $0.append(left) } } }
      let isSame = made.plain == expected
      #expect(isSame && made.output.resumed != nil, "kill \(kills)")
      left = next.withLock { $0.last }
      if let left { #expect(left.partial.count >= begun.partial.count) }
      kills += 1
    }
    #expect(kills > 4)
  }

  @Test("on a slow disk the merge waits, so that no more bytes than may be are lost") func slow() throws {
    let bed = Self.bed(Self.kinds[12])
    bed.supply = ThreadSupply()
    bed.watch = { change, _ in if change == .sync { sleep(.milliseconds(20)) } }
    let lefts = try bed.undisturbed().lefts
    var last: Int64 = 0
    for left in lefts {
      bed.scratch.write("C1.rf_tmp.checkpoint", left.checkpoint)
      let size = try #require(try Checkpoint(of: bed.output)).size
      // A cell and a block later.
      #expect(size - last <= 3000 + 1000)
      last = size
    }
    #expect(lefts.count > 10)
  }

  @Test("a process that comes back after another one went on with its job disturbs nothing") func back() throws {
    let bed = Self.bed(Self.kinds[0])
    let (expected, lefts) = try bed.undisturbed()
    bed.owner.host = "another"
    let output = bed.output
    let descriptor = Mutex<FileDescriptor?>(nil)
    bed.watch = { change, path in
      if descriptor.withLock({ $0 }) == nil {
        let file = try FileDescriptor.open(output, .writeOnly)
        descriptor.withLock { $0 = file }
      } else if change == .write, path == output {
        try descriptor.withLock { file in _ = try file?.writeAll(Array(repeating: 7, count: 1000)) }
      }
    }
    let made = try bed.run(from: lefts[lefts.count / 2])
    let isSame = made.plain == expected
    #expect(isSame && made.output.resumed != nil, "\(made.output.afresh ?? "")")
    try descriptor.withLock { try $0?.close() }
  }

  // MARK: What is not believed

  /// The job begins afresh for this reason, and makes what it would have made without a checkpoint.
  private func expectAfresh(
    _ bed: ResumeBed, from left: Left, _ reason: String, _ comment: @autoclosure () -> String = ""
  ) throws {
    let made = try bed.run(from: left)
    #expect(made.output.resumed == nil, "\(comment())")
    #expect(made.output.afresh?.contains(reason) == true, "\(comment()): \(made.output.afresh ?? "nothing")")
    #expect(try made.plain == bed.run(), "\(comment())")
  }

  private func half(_ bed: ResumeBed) throws -> Left {
    let lefts = try bed.undisturbed().lefts
    return lefts[lefts.count / 2]
  }

  @Test("inputs that changed") func inputs() throws {
    let bed = Self.bed(Self.kinds[0])
    let left = try half(bed)
    // The same bytes, but another file.
    let bytes = try Fixtures.bytes(bed.inputs[1].path)
    try Disk().remove(FilePath(bed.inputs[1].path))
    bed.scratch.write("F1.rf", bytes)
    try expectAfresh(bed, from: left, "F1.rf is not the file that it was")
    bed.inputs.swapAt(0, 2)
    try expectAfresh(bed, from: left, "F2.rf is not the file that it was")
    bed.inputs.removeLast()
    try expectAfresh(bed, from: left, "settings")
  }

  @Test("settings that changed") func settings() throws {
    let bed = Self.bed(Self.kinds[0])
    let left = try half(bed)
    for (property, value) in [
      ("table.file.compress.blocksize", "500"), ("table.file.compress.type", "zstd"),
      ("table.iterator.majc.vers.opt.maxVersions", "2"), ("table.groups.enabled", ""),
    ] {
      let before = bed.properties
      bed.properties[property] = value
      if property == "table.groups.enabled" { bed.properties.merge(Self.groups) { $1 } }
      try expectAfresh(bed, from: left, "settings", property)
      bed.properties = before
    }
    bed.propagateDeletes = true
    try expectAfresh(bed, from: left, "settings")
    bed.propagateDeletes = false
    bed.certifies = false
    try expectAfresh(bed, from: left, "settings")
  }

  @Test("every byte of a checkpoint") func checkpoint() throws {
    let bed = Self.bed(Self.kinds[5])
    let left = try half(bed)
    for place in left.checkpoint.indices {
      var damaged = left
      damaged.checkpoint[place] ^= 1
      bed.scratch.write("C1.rf_tmp.checkpoint", damaged.checkpoint)
      #expect(throws: CheckpointError.self, "byte \(place)") { try Checkpoint(of: bed.output) }
      if place % 499 == 0 { try expectAfresh(bed, from: damaged, "C1.rf_tmp.checkpoint", "byte \(place)") }
    }
    for count in stride(from: 0, to: left.checkpoint.count, by: 701) {
      try expectAfresh(
        bed, from: Left(partial: left.partial, checkpoint: Array(left.checkpoint.prefix(count))), "C1.rf_tmp.checkpoint"
      )
    }
  }

  @Test("a checkpoint with other numbers and the right digest") func numbers() throws {
    let bed = Self.bed(Self.kinds[10])
    let left = try half(bed)
    let expected = try bed.run()
    bed.scratch.write("C1.rf_tmp.checkpoint", left.checkpoint)
    let sound = try #require(try Checkpoint(of: bed.output))
    var random = SplitMix64(seed: 7)
    var refused = 0
    for round in 0..<60 {
      var checkpoint = sound
      let place = Int.random(in: 0..<sound.merge.count, using: &random)
      let letters = Array("0123456789abcdefAZ".utf8)
      checkpoint.merge[place] = letters[Int.random(in: 0..<letters.count, using: &random)]
      if checkpoint == sound { continue }
      if round % 10 == 0 { checkpoint.size += Int64.random(in: -9...3, using: &random) }
      try checkpoint.write(besides: bed.output, on: Disk())
      let bytes = try readWholeFile(Checkpoint.path(of: bed.output), limit: 1 << 20)
      // Numbers of the books are believed if they agree, and `ReadBack` finds out when they do not.
      guard let made = try? bed.run(from: Left(partial: left.partial, checkpoint: bytes)) else { continue }
      if made.output.afresh != nil { refused += 1 }
      #expect(made.bytes == expected.bytes, "round \(round), byte \(place)")
    }
    #expect(refused > 20, "\(refused)")
  }

  @Test("every part of the partial output") func partial() throws {
    for kind in [2, 5, 10] {
      let bed = Self.bed(Self.kinds[kind])
      let left = try half(bed)
      for place in Array(stride(from: 0, to: left.partial.count, by: 307)) + [left.partial.count - 1] {
        var damaged = left
        damaged.partial[place] ^= 1 << UInt8(place % 8)
        let made = try bed.run(from: damaged)
        #expect(made.output.resumed == nil && made.output.afresh != nil, "byte \(place)")
      }
      for lost in [4, 100, left.partial.count] {
        let short = Left(partial: left.partial.dropLast(lost), checkpoint: left.checkpoint)
        try expectAfresh(bed, from: short, "C1.rf_tmp", "without \(lost) bytes")
      }
    }
  }
}

extension [Entry] {
  /// With every so many entries moved to the family `sum`.
  fileprivate func counting(every step: Int) -> [Entry] {
    var entries = self
    for i in Swift.stride(from: 0, to: count, by: step) { entries[i].key.family = [UInt8]("sum".utf8) }
    return entries.sorted { $0.key < $1.key }
  }

  /// One version of each cell and no markers, as in a file that a compaction made.
  fileprivate var unique: [Entry] {
    var entries: [Entry] = []
    for var entry in self {
      entry.key.deleted = false
      if let last = entries.last?.key, last.row == entry.key.row, last.family == entry.key.family,
        last.qualifier == entry.key.qualifier
      {
        continue
      }
      entries.append(entry)
    }
    return entries
  }
}
