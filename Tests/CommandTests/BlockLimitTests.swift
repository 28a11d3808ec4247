import TestSupport
import Testing

@Suite("--block-limit")
struct BlockLimitTests {
  let actool = CommandRunner()

  @Test("a block above the limit is refused in one line by every command that reads it, and read with a larger limit")
  func everyCommand() throws {
    actool.write("a.rf", try Fixtures.bytes(Fixtures.accumulo + "/rfiles/codec/multi_none.rf"))
    let commands = [
      ["info", "--check", "a.rf"], ["scan", "a.rf"], ["compact", "--output", "out.rf", "a.rf"],
      ["verify", "--offline", "a.rf"],
    ]
    for command in commands {
      let refused = actool.run(command + ["--block-limit", "500"])
      #expect(refused.status == 2, "\(command)")
      #expect(refused.stderr.contains("is larger than the limit of 500; --block-limit SIZE allows more"), "\(command)")
      #expect(refused.stderr.split(separator: "\n").count { $0.contains("larger than the limit") } == 1)
      let allowed = actool.run(command + ["--block-limit", "1M"])
      #expect(!allowed.stderr.contains("limit"), "\(command): \(allowed.stderr)")
    }
  }

  @Test("a size that is none is a usage error", arguments: ["0", "-1", "much"]) func usage(size: String) {
    #expect(actool.run("scan", "--block-limit", size, "a.rf").status == 64)
  }
}
