import Records
import TestSupport
import Testing

@Suite("compact --into: outputs of many tablets in one directory")
struct DetachedTests {
  let bed = CompactBed()

  @Test("a job that comes twice is run once; two jobs that would write one file are refused before anything is written")
  func sharedOutputs() throws {
    for table in ["2", "3"] { try bed.makeFiles(in: "tables/\(table)/t-1") }
    func run(_ jobs: [UInt8], into directory: String) -> CommandOutcome {
      bed.actool.run(["compact", "--default-properties", "--into", directory], stdin: jobs)
    }
    let job = bed.plan("--seed", "5")
    let twice = run(job + job, into: "once")
    #expect(try twice.status == 0 && results(twice.stdout).count == 1, "\(twice.stderr)")
    let output = try #require(jobs(job).first?.output)
    let other = bed.plan("--seed", "5", path: "tables/3")
    #expect(try jobs(other).first?.output == output)
    let refused = run(job + other, into: "out")
    #expect(refused.status == 1 && refused.output == "")
    #expect(refused.stderr == "actool compact: two jobs write \(output): plan with another --seed\n")
    #expect(bed.actool.names(in: "out") == [])
    let apart = run(job + bed.plan("--seed", "6", path: "tables/3"), into: "out")
    #expect(try apart.status == 0 && results(apart.stdout).count == 2, "\(apart.stderr)")
  }
}
