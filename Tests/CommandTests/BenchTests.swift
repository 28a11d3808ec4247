import TestSupport
import Testing

@Suite struct BenchTests {
  @Test("the bench runs at a small size, and each codec gives the same entries") func runs() throws {
    let bed = CommandRunner()
    let bench =
      CommandRunner.binary.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/") + "/Bench"
    let outcome = bed.shell("'\(bench)' --entries 3000 --runs 1 --tablets 50 --directory .")
    #expect(outcome.status == 0, "\(outcome.stderr)")
    let rates = outcome.lines.filter { line in ["none ", "zstd ", "gz "].contains { line.hasPrefix($0) } }
    #expect(rates.count == 3)
    #expect(Set(rates.compactMap { $0.split(separator: " ").last }).count == 1)
    #expect(outcome.lines.contains { $0.hasPrefix("plan: 50 tablets of 8 files") })
    #expect(bed.names() == [], "what it made is removed")
  }
}
