import TestSupport
import Testing

@testable import Java
@testable import Planning
@testable import Records
@testable import Settings

@Suite("Choosing files")
struct FileSelectionTests {
  static func files(_ sizes: [Int64]) -> [PlannedFile] {
    sizes.enumerated().map { PlannedFile(identity: .real($0), size: $1, file: "F\($0).rf") }
  }

  static func selection(_ maxOpen: Int) -> FileSelection {
    FileSelection(order: FileOrder(directory: "tables/2/t-1"), maxOpen: maxOpen)
  }

  func take(_ sizes: [Int64], ratio: Double = 3, maxOpen: Int = 10, cap: Int64 = .max) throws -> [Int64] {
    try Self.selection(maxOpen).meetingRatio(Self.files(sizes), ratio: ratio, cap: cap).map(\.size)
  }

  @Test("equal sizes go by the name of the file")
  func ties() {
    let files = ["b", "a", "C", "é"].map { PlannedFile(identity: .real(0), size: 1, file: $0) }
    #expect(FileOrder(directory: "d").sorted(files).map(\.file) == ["C", "a", "b", "é"])
  }

  @Test("no room for any file is an error, not a trap")
  func noRoom() {
    #expect(throws: PlanningError.self) { try take([1, 1], maxOpen: 0) }
    #expect(throws: PlanningError.self) { try take([1, 1], maxOpen: -3) }
    #expect(throws: PlanningError.self) { try Self.selection(0).mustCompact(Self.files([1])) }
    #expect(throws: PlanningError.self) { try take([.max, 1]) }
  }

  @Test("all small inputs are chosen as the rules say")
  func allSmall() throws {
    var found = 0
    for sizes in Self.ascending([0, 1, 2, 3, 5, 9], upTo: 6) {
      let files = Self.files(sizes)
      for maxOpen in 1...5 {
        let selection = Self.selection(maxOpen)
        #expect(
          try selection.mustCompact(files).map(\.size)
            == Array(sizes.prefix(NaiveSelection.mustCompact(sizes.count, maxOpen: maxOpen))))
        for cap in [Int64.max, 9, 4] {
          for ratio in [0, 1, 1.5, 2, 3] {
            let range = NaiveSelection.meetingRatio(sizes, ratio: ratio, maxOpen: maxOpen, cap: cap)
            let taken = try selection.meetingRatio(files, ratio: ratio, cap: cap).map(\.size)
            if taken != Array(sizes[range]) { Issue.record("\(sizes) \(maxOpen) \(cap) \(ratio): \(taken)") }
            found += taken.count
          }
          for lowest in [1, 1.1, 2.5] {
            let range = NaiveSelection.meetingLowerRatio(sizes, lowest: lowest, maxOpen: maxOpen, cap: cap)
            let taken = try selection.meetingLowerRatio(files, lowest: lowest, cap: cap).files.map(\.size)
            if taken != Array(sizes[range]) { Issue.record("lower: \(sizes) \(maxOpen) \(cap) \(lowest): \(taken)") }
            found += taken.count
          }
        }
      }
    }
    #expect(found > 10_000)
  }

  @Test("large random inputs are chosen as the rules say")
  func random() throws {
    var random = SplitMix64(seed: 23)
    for _ in 0..<300 {
      let spread = Double.random(in: 1...12, using: &random)
      let sizes = (0..<Int.random(in: 2...60, using: &random)).map { _ in
        Int64(Double(10).squareRoot() * Double.random(in: 1...spread * spread * 1e3, using: &random))
      }.sorted()
      let maxOpen = Int.random(in: 2...30, using: &random)
      let ratio = Double.random(in: 1...4, using: &random)
      let cap = Bool.random(using: &random) ? Int64.max : sizes.reduce(0, +) / 2
      let range = NaiveSelection.meetingRatio(sizes, ratio: ratio, maxOpen: maxOpen, cap: cap)
      let shuffled = Self.files(sizes.shuffled(using: &random))
      let taken = try Self.selection(maxOpen).meetingRatio(shuffled, ratio: ratio, cap: cap).map(\.size)
      #expect(taken == Array(sizes[range]))
    }
  }

  /// All ascending lists of these values.
  static func ascending(_ values: [Int64], upTo count: Int) -> [[Int64]] {
    guard count > 0 else { return [[]] }
    let shorter = ascending(values, upTo: count - 1)
    let longest = shorter.filter { $0.count == count - 1 }
    return shorter + longest.flatMap { list in values.filter { $0 >= list.last ?? 0 }.map { list + [$0] } }
  }
}

@Suite("Names and values, mutated")
struct TextMutationTests {
  @Test("mutations of paths, URIs, ids, values and base64 are read or refused, never a trap")
  func mutations() {
    var random = SplitMix64(seed: 41)
    let texts = [
      "hdfs://u@nn1:8020/accumulo/tables/2a/t-0003/C0004.rf?q#f", "ECID:de6afc1d-64ae-4abf-8bce-02ec0a79aa6c",
      "-17179869183G",
      "0x1.8p3d", "99999999999999999999ms", "YWJjZA==", "file:a/[::1]:80", "50%",
    ].map { Array($0.utf8) }
    var read = 0
    for _ in 0..<20_000 {
      var text = texts.randomElement(using: &random)!
      for _ in 0..<Int.random(in: 0...3, using: &random) where !text.isEmpty {
        let place = Int.random(in: 0..<text.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: text[place] = Array(":/@?#[].-+%0 9eEpxKG=é".utf8).randomElement(using: &random)!
        case 1: text.remove(at: place)
        default: text.insert(contentsOf: text[place...].prefix(3), at: place)
        }
      }
      let string = String(decoding: text, as: UTF8.self)
      if (try? TabletFilePath(string)) != nil { read += 1 }
      if ExternalCompactionId(typed: string) != nil || Base64.decode(string) != nil { read += 1 }
      if (try? ConfigurationValue.size(string)) != nil || (try? ConfigurationValue.duration(string)) != nil {
        read += 1
      }
      if (try? ConfigurationValue.fraction(string)) != nil || (try? ConfigurationValue.count(string)) != nil {
        read += 1
      }
      let (a, b) = (FileURI(string), FileURI(String(decoding: texts[0], as: UTF8.self)))
      #expect(!(a < b && b < a))
    }
    #expect(read > 5000)
  }
}

@Suite("The order of URIs")
struct FileURITests {
  @Test("is Java's: scheme, host, port, path, absent parts first")
  func order() {
    let ascending = [
      "file:/b", "file:///c", "FILE:/d", "file:b", "hdfs://a1:8020/x", "hdfs://A1:9000/x", "hdfs://fake/accumulo",
      "hdfs://nn1/a", "hdfs://nn1/b", "hdfs://nn1:8020/A", "hdfs://nn1:8020/a", "hdfs://nn1:8020/a?",
      "hdfs://nn1:8020/aa",
      "hdfs://nn1:8020/\u{1F600}", "hdfs://nn1:8020/\u{FB00}", "hdfs://u@nn1/a", "s3:/a",
    ]
    for (i, a) in ascending.enumerated() {
      for (j, b) in ascending.enumerated() {
        #expect((FileURI(a) < FileURI(b)) == (i < j), "\(a) \(b)")
      }
    }
  }

  @Test("an authority that is no host is compared as text")
  func registry() {
    #expect(FileURI("hdfs://nn_2/a") < FileURI("hdfs://nn_2/b") && FileURI("hdfs://N_1/a") < FileURI("hdfs://n_1/a"))
    #expect(FileURI("hdfs://10.0.0.9:1/a") < FileURI("hdfs://10.0.0.9:2/a"))
    #expect(FileURI("hdfs:///a") < FileURI("hdfs://a/a"))
  }
}
