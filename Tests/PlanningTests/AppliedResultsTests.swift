import TestSupport
import Testing

@testable import Planning
@testable import Records

@Suite("Tablets after jobs")
struct AppliedResultsTests {
  private static let extent = KeyExtent(tableId: "2", endRow: [0x6D])

  private static func tablet(_ files: [String], directory: String? = "/t/2/t-1") -> Tablet {
    Tablet(extent: extent, directory: directory, files: files.map { TabletFile(file: $0, size: 10, entries: 1) })
  }

  private static func result(
    _ ecid: String, _ inputs: [FilePart], _ output: String?, in directory: String? = "/t/2/t-1", already: Bool = false
  ) -> CompactionResult {
    var result = CompactionResult(
      ecid: ecid, extent: extent, directory: directory, state: .finished, already: already, fileSize: 20, entries: 2,
      output: output)
    result.inputs = inputs
    return result
  }

  private static func apply(_ results: [CompactionResult], to tablet: Tablet) throws -> Tablet {
    var (applied, tablet) = (AppliedResults(), tablet)
    for (number, result) in results.enumerated() { try applied.add(result, at: "r, line \(number + 1)") }
    try applied.apply(to: &tablet) {
      $0.hasPrefix("hdfs://nn/") ? "/mnt/" + $0.dropFirst(10) : $0.hasPrefix("/") ? $0 : nil
    }
    return tablet
  }

  private static func names(_ results: [CompactionResult], _ tablet: Tablet) throws -> [String] {
    try apply(results, to: tablet).files.map(\.part.description)
  }

  @Test("outputs take the place of inputs: by name in the tablet's directory, beside URIs, as file: URIs elsewhere")
  func places() throws {
    let plain = Self.tablet(["F1.rf", "F2.rf", "F3.rf"])
    let job = ["F1.rf", "F2.rf"] as [FilePart]
    #expect(try Self.names([Self.result("a", job, "C4.rf")], plain) == ["C4.rf", "F3.rf"])
    #expect(try Self.names([Self.result("a", job, nil)], plain) == ["F3.rf"])
    #expect(try Self.names([Self.result("a", job, "C4.rf", in: "/out")], plain) == ["F3.rf", "file:/out/C4.rf"])
    // A later job of the same plan knows the output by its name.
    let chain = [Self.result("b", ["C4.rf", "F3.rf"], "A5.rf", in: "/o2"), Self.result("a", job, "C4.rf", in: "/o1")]
    #expect(try Self.names(chain, plain) == ["file:/o2/A5.rf"])
    let first = try Self.apply([chain[1]], to: plain)
    #expect(try Self.names([chain[0]], first) == ["file:/o2/A5.rf"])
    let far = Self.tablet(["hdfs://nn/2/t-1/F1.rf", "hdfs://nn/2/t-1/F2.rf"], directory: nil)
    let both = far.files.map(\.part)
    #expect(try Self.names([Self.result("a", both, "C4.rf", in: "/mnt/2/t-1")], far) == ["hdfs://nn/2/t-1/C4.rf"])
    #expect(try Self.names([Self.result("a", both, "C4.rf", in: "/out/")], far) == ["file:/out/C4.rf"])
    #expect(throws: AppliedResultError.self) { try Self.names([Self.result("a", both, "C4.rf", in: "out")], far) }
    let file = try Self.apply([Self.result("a", job, "C4.rf")], to: plain).files[0]
    #expect(file.size == 20 && file.entries == 2 && file.range == nil && file.time == nil)
    // Of two parts of a file, the one that was meant.
    var parts = plain
    parts.files = [("-inf", "c"), ("c", "m")].map { first, last in
      TabletFile(file: "F1.rf", size: 5, range: FilePart(text: "F1.rf (\(first),\(last)]").range)
    }
    #expect(try Self.names([Self.result("a", ["F1.rf (c,m]"], "C4.rf")], parts) == ["C4.rf", "F1.rf (-inf,c]"])
  }

  @Test("candidates, running jobs and selections follow the files")
  func lists() throws {
    var tablet = Self.tablet(["F1.rf", "F2.rf", "F3.rf"])
    tablet.candidates = ["F1.rf", "F2.rf"]
    tablet.running = [
      RunningJob(kind: .system, executor: "e.q", files: ["F1.rf", "F2.rf"]),
      RunningJob(kind: .system, executor: "e.q", files: ["F3.rf"]),
    ]
    tablet.selected = SelectedFiles(files: ["F1.rf", "F2.rf", "F3.rf"], all: true)
    let one = try Self.apply([Self.result("a", ["F1.rf", "F2.rf"], "C4.rf")], to: tablet)
    #expect(one.candidates == ["C4.rf"] && one.running == [tablet.running[1]])
    #expect(one.selected == SelectedFiles(files: ["F3.rf", "C4.rf"], all: true, completed: 1))
    let two = try Self.apply([Self.result("b", ["C4.rf", "F3.rf"], "A5.rf")], to: one)
    #expect(two.selected == nil && two.running.isEmpty)
    tablet.selected?.files = ["F1.rf"]
    #expect(try Self.apply([Self.result("a", ["F1.rf", "F2.rf"], "C4.rf")], to: tablet).selected == nil)
  }

  @Test("any order, repetitions, failures and a second time give what jobs in their order did; a gap is refused")
  func random() throws {
    for seed in 0..<300 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      func below(_ bound: Int) -> Int { Int(random.next() % UInt64(max(1, bound))) }
      let before = Self.tablet((0..<3 + below(8)).map { "F\(100 + $0).rf" })
      var naive = before.files
      var (results, all): ([CompactionResult], [CompactionResult]) = ([], [])
      for number in 0..<below(6) {
        naive.shuffle(using: &random)
        let inputs = naive.prefix(1 + below(naive.count)).map(\.part)
        if inputs.isEmpty { break }
        let output = below(8) == 0 ? nil : "C\(200 + number).rf"
        let result = Self.result("\(number)", inputs, output, in: below(2) == 0 ? "/t/2/t-1" : "/out")
        naive.removeFirst(inputs.count)
        if let output {
          let name = result.directory == "/out" ? "file:/out/" + output : output
          naive.append(TabletFile(file: name, size: 20, entries: 2))
        }
        results.append(result)
        all.append(result)
        if below(3) == 0 {
          var again = result
          again.already = true
          all.append(again)
        }
        if below(3) == 0 { all.append(CompactionResult(ecid: "\(number)", extent: Self.extent, state: .failed)) }
      }
      all.shuffle(using: &random)
      let after = try Self.apply(all, to: before)
      #expect(after.files == naive.sorted { $0.part.description < $1.part.description }, "seed \(seed)")
      // A job without output leaves nothing to be known by, unless it says that it was not run again.
      let again = all.map { result in
        var result = result
        if result.output == nil { result.already = true }
        return result
      }
      #expect(try Self.apply(again, to: after) == after, "seed \(seed)")
      for (place, result) in results.enumerated() where result.output != nil {
        let without = results.enumerated().filter { $0.offset != place }.map(\.element)
        let name = result.output!
        let isRead = without.contains { $0.inputs!.contains { FileName.isLastPart(name, of: $0.file) } }
        var error: (any Error)?
        do { _ = try Self.apply(without, to: before) } catch let found { error = found }
        #expect((error is AppliedResultError) == isRead, "seed \(seed): \(error.map { "\($0)" } ?? "no error")")
      }
    }
  }

  @Test("what does not fit is refused with the line and what is missing")
  func refusals() throws {
    let tablet = Self.tablet(["F1.rf", "F2.rf"])
    func refusal(_ results: [CompactionResult], _ tablet: Tablet) -> String {
      do { _ = try Self.apply(results, to: tablet) } catch { return "\(error)" }
      return ""
    }
    #expect(
      refusal([Self.result("a", ["F1.rf", "F9.rf"], "C4.rf")], tablet).hasPrefix("r, line 1: a took F9.rf, which the"))
    // One input is there and one is gone, so it is not the tablet after the job, either.
    #expect(refusal([Self.result("a", ["F1.rf", "F9.rf"], "C4.rf", already: true)], tablet).contains("F9.rf"))
    #expect(refusal([Self.result("a", ["F8.rf"], "C4.rf", already: true)], tablet) == "")
    #expect(
      refusal([Self.result("a", ["F1.rf"], "C4.rf"), Self.result("b", ["F1.rf"], "C5.rf")], tablet).contains(
        "b took F1"))
    #expect(refusal([Self.result("a", ["F1.rf", "F1.rf"], "C4.rf")], tablet).contains("an input twice"))
    var unknown = tablet
    unknown.hasFiles = false
    #expect(refusal([Self.result("a", ["F1.rf"], "C4.rf")], unknown).contains("are not known"))
    var old = Self.result("a", [], "C4.rf")
    old.inputs = nil
    #expect(refusal([old], tablet).contains("expected the inputs of a, found none"))
    var results = AppliedResults()
    try results.add(Self.result("a", ["F1.rf"], "C4.rf"), at: "here")
    #expect(results.unused.map(\.place) == ["here"])
  }
}
