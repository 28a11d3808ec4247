import TestSupport
import Testing

@testable import BlockFile
@testable import Compaction
@testable import Entries
@testable import RFile

/// What `advise` says a choice comes to is compared with what a compaction of all the data in that way comes to.
@Suite("Advice")
struct AdviceTests {
  let scratch = ScratchDirectory()

  static let choices =
    StorageChoice.all(codecs: Codec.allCases, levels: [.auto], blockSizes: [20 << 10, 200 << 10])
    + StorageChoice.all(codecs: [.gz, .zstd], levels: [.number(9)], blockSizes: [200 << 10])

  private func advice(
    on files: [String], choices: [StorageChoice] = choices, sampleSize: Int64 = 1 << 20
  ) throws -> StorageAdvice {
    var time: Int64 = 0
    return try StorageAdvice(
      on: files, choices: choices, sampleSize: sampleSize, diskRate: 200e6, loader: BlockLoader(),
      clock: {
        time += 1000
        return time
      })
  }

  /// Bytes of the output of a compaction of all files.
  private func compacted(_ files: [String], _ choice: StorageChoice) throws -> Int64 {
    var compactor = FileCompactor(
      inputs: files.map { MergeInput($0) }, propagateDeletes: true,
      output: .init(codec: choice.codec, level: choice.level, blockSize: choice.blockSize), iterators: [])
    compactor.reusesBlocks = false
    return try compactor.run(into: ByteSink(discarding: "output")).fileSize
  }

  private func check(_ files: [String], _ what: String, within tolerance: Double = 0.03) throws {
    let advice = try advice(on: files)
    #expect(600_000...1_200_000 ~= advice.sampled && advice.places > 5, "\(what): \(advice.sampled)")
    let actual = try Self.choices.map { try compacted(files, $0) }
    for (estimate, actual) in zip(advice.estimates, actual) {
      let error = Double(estimate.bytes) / Double(actual) - 1
      if abs(error) > tolerance { Issue.record("\(what) \(estimate.choice): \(estimate.bytes), not \(actual)") }
    }
    let best = advice.best(for: .smallest)
    let place = try #require(Self.choices.firstIndex(of: best.choice))
    let least = try #require(actual.min())
    #expect(Double(actual[place]) <= Double(least) * 1.003, "\(what): \(best.choice) is not the smallest")
  }

  @Test(
    "the smallest choice of a sample is that of whole compactions, whose bytes it predicts",
    arguments: GeneratedData.allCases)
  func kinds(_ kind: GeneratedData) throws {
    try check([GeneratedData.write(kind.entries(bytes: 4 << 20), to: "\(kind).rf", in: scratch)], kind.rawValue)
  }

  @Test("data that is not the same everywhere is predicted as well, in one file and in several")
  func mixed() throws {
    let random = GeneratedData.random.entries(bytes: 2 << 20)
    let series = GeneratedData.series.entries(bytes: 2 << 20)
    try check([GeneratedData.write(random + series, to: "both.rf", in: scratch)], "both", within: 0.05)
    let text = try GeneratedData.write(GeneratedData.text.entries(bytes: 1 << 20), to: "text.rf", in: scratch)
    let half = try GeneratedData.write(series, to: "series.rf", in: scratch)
    let ingest = try (1...2).map {
      try GeneratedData.write(
        GeneratedData.ingest.entries(bytes: 1 << 19, seed: UInt64($0)), to: "\($0).rf", in: scratch)
    }
    // One file of all of them: its first blocks choose the encoder, and here each file chose for itself.
    try check([text, half] + ingest, "files", within: 0.08)
  }

  @Test("what fits into the sample is predicted to the byte")
  func whole() throws {
    let file = try GeneratedData.write(GeneratedData.urls.entries(bytes: 300_000), to: "urls.rf", in: scratch)
    let advice = try advice(on: [file])
    #expect(advice.sampled == advice.totals.raw && advice.places == 1)
    for estimate in advice.estimates { #expect(try estimate.bytes == compacted([file], estimate.choice)) }
  }

  @Test("runs lie at equal distances over all files, and the same ones every time")
  func places() throws {
    let files = try (0..<5).map {
      try GeneratedData.write(
        GeneratedData.ingest.entries(bytes: 700_000, seed: UInt64($0)), to: "\($0).rf", in: scratch)
    }
    for size: Int64 in [1, 150_000, 500_000, 1 << 20, 3 << 20, 1 << 40] {
      let sample = try DataSample(of: files, size: size, loader: BlockLoader())
      #expect(sample.raw <= 2 * max(size, 120_000) && sample.raw > 0 && sample.totals.files == 5)
      #expect(abs(sample.factor * Double(sample.raw) / Double(sample.totals.raw) - 1) < 1e-9)
      let again = try DataSample(of: files, size: size, loader: BlockLoader())
      #expect(again.runs.map(\.start) == sample.runs.map(\.start))
      if size >= 1 << 20 { #expect(Set(sample.runs.map(\.path)) == Set(files)) }
      let raw = files.map { file in sample.runs.filter { $0.path == file }.reduce(0) { $0 + $1.raw } }
      if size == 3 << 20 { #expect(raw.allSatisfy { $0 > 400_000 }, "\(raw)") }
    }
  }

  @Test("groups are looked at one by one, in any order in the file")
  func groups() throws {
    for name in ["codec/multi_gz", "codec/lg_gz", "meta/all_zstd"] {
      let path = "\(Fixtures.accumulo)/rfiles/\(name).rf"
      let advice = try advice(on: [path], choices: [StorageChoice(codec: .none, level: .auto, blockSize: 100 << 10)])
      let reader = try RFileReader(path: path)
      #expect(advice.totals.entries == (try reader.countEntries()))
      #expect(advice.places == reader.groups.count { $0.blockCount > 0 }, "\(name)")
    }
  }

  @Test("each use gets the choice that costs it least, and of near ones that with the fewest bytes")
  func uses() {
    func estimate(_ codec: Codec, _ bytes: Int64, write: Double, read: Double, seek: Double) -> StorageEstimate {
      StorageEstimate(
        choice: StorageChoice(codec: codec, level: .auto, blockSize: 1), bytes: bytes, writeSeconds: write,
        readSeconds: read, seekBytes: bytes / 1000, seekMicroseconds: seek)
    }
    // 10 s from the disks for `none`, 4 for zstd, 3 for gz.
    let estimates = [
      estimate(.none, 1_000_000_000, write: 0, read: 0, seek: 0),
      estimate(.zstd, 400_000_000, write: 4, read: 2, seek: 5900),
      estimate(.gz, 300_000_000, write: 20, read: 4, seek: 20_000),
    ]
    func best(_ use: StorageUse, of estimates: [StorageEstimate]) -> Codec {
      StorageAdvice(totals: DataTotals(), sampled: 1, places: 1, estimates: estimates, diskRate: 1e8).best(for: use)
        .choice.codec
    }
    #expect(StorageUse.allCases.map { best($0, of: estimates) } == [.gz, .zstd, .zstd, .zstd])
    #expect(StorageUse.allCases.map { best($0, of: [estimates[0], estimates[2]]) } == [.gz, .gz, .none, .none])
    // 6.1 s to scan, against 6: less than 3 % more.
    let near = estimate(.gz, 390_000_000, write: 4, read: 2.2, seek: 5900)
    #expect(best(.scan, of: [estimates[1], near]) == .gz && best(.scan, of: [near, estimates[1]]) == .gz)
  }

  @Test("choices are those that the codecs have, each once")
  func allChoices() {
    let choices = StorageChoice.all(
      codecs: [.none, .gz, .zstd], levels: [.auto, .number(3), .number(22), .number(3)], blockSizes: [1 << 20])
    #expect(
      choices.map { "\($0.codec) \($0.level)" } == ["none auto", "gz auto", "gz 3", "zstd auto", "zstd 3", "zstd 22"])
    #expect(
      [1, 1000, 1024, 100 << 10, 3 << 20, 1 << 30].map { StorageChoice.text(ofSize: $0) }
        == ["1", "1000", "1K", "100K", "3M", "1G"])
  }

  @Test("a file that is damaged at any byte gives an error or an answer")
  func damage() throws {
    let sound = try Fixtures.bytes("\(Fixtures.accumulo)/rfiles/edge/single.rf")
    let path = "\(scratch.path)/damaged.rf"
    let choice = [StorageChoice(codec: .none, level: .auto, blockSize: 100)]
    var refused = 0
    for place in sound.indices {
      for bits: UInt8 in [0x01, 0xff] {
        var bytes = sound
        bytes[place] ^= bits
        scratch.write("damaged.rf", bytes)
        do { _ = try advice(on: [path], choices: choice) } catch {
          refused += 1
          #expect(error is FileError || error is NoData, "\(error)")
        }
      }
    }
    #expect(refused > sound.count / 2)
  }
}
