import FoundationEssentials
import TestSupport
import Testing

// Inputs that `make fuzz` found, or that are bombs, each tried again by the target that it is for. The program does it, so
// that a trap names its input and takes no other test along.

@Suite("The corpus of findings") struct FuzzCorpusTests {
  private static let corpus = Fixtures.root + "/Fixtures/fuzz"
  private let bed = CommandRunner()
  private let fuzz =
    CommandRunner.binary.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    .joined(separator: "/") + "/Fuzz"

  @Test("every input is an error or an answer for its target, without a trap")
  func replay() throws {
    let targets = bed.shell("'\(fuzz)' list").lines.map(String.init)
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.corpus).sorted()
    #expect(folders.allSatisfy { targets.contains($0) }, "a folder without a target: \(folders)")
    let inputs = try targets.filter { folders.contains($0) }.flatMap { target in
      try FileManager.default.contentsOfDirectory(atPath: "\(Self.corpus)/\(target)").sorted().map { "\(target)/\($0)" }
    }
    let outcome = bed.shell("'\(fuzz)' replay '\(Self.corpus)'")
    let tried = outcome.lines.map(String.init)
    #expect(outcome.status == 0, "\(tried.last ?? ""): \(outcome.stderr.suffix(500))")
    #expect(tried == inputs && inputs.count >= 20)
  }

  @Test("seeds are made for every target, and no other is known")
  func seeds() throws {
    let outcome = bed.shell("'\(fuzz)' seeds '\(Fixtures.root)' corpus")
    #expect(outcome.status == 0, "\(outcome.stderr)")
    for line in outcome.lines { #expect(!line.hasSuffix(": 0 seeds"), "\(line)") }
    #expect(outcome.lines.count == bed.shell("'\(fuzz)' list").lines.count)
    #expect(bed.shell("'\(fuzz)' nothing").status == 64)
  }
}
