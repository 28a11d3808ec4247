import TestSupport
import Testing

@Suite("--block-limit")
struct BlockLimitTests {
  let actool = CommandRunner()

  @Test("a block above the limit is refused in one line by every command that reads it, and read with a larger limit")
  func everyCommand() throws {
    actool.write("a.rf", try Fixtures.bytes(Fixtures.accumulo + "/rfiles/codec/defblk_gz.rf"))
    let commands = [
      ["info", "--check", "a.rf"], ["scan", "a.rf"], ["compact", "--output", "out.rf", "a.rf"],
      ["verify", "--offline", "a.rf"], ["diff", "a.rf", "a.rf"],
    ]
    for command in commands {
      let refused = actool.run(command + ["--block-limit", "4K"])
      #expect(refused.status == 2, "\(command)")
      #expect(refused.stderr.contains("is larger than the limit of 4096; --block-limit SIZE allows more"), "\(command)")
      #expect(refused.stderr.split(separator: "\n").count { $0.contains("larger than the limit") } == 1)
      let allowed = actool.run(command + ["--block-limit", "1M"])
      #expect(!allowed.stderr.contains("limit"), "\(command): \(allowed.stderr)")
    }
  }

  @Test("a size that is none is a usage error", arguments: ["0", "-1", "much"]) func usage(size: String) {
    #expect(actool.run("scan", "--block-limit", size, "a.rf").status == 64)
  }

  @Test("the text of info --check says in how many data blocks changed bytes would be seen")
  func checksums() throws {
    actool.write("a.rf", try Fixtures.bytes(Fixtures.accumulo + "/rfiles/codec/multi_none.rf"))
    for (codec, line) in [
      ("none", "  checksums  in none of "), ("gz", "  checksums  in every data block"),
      ("zstd", "  checksums  in every data block"),
    ] {
      let made = actool.run("compact", "-p", "table.file.compress.type=\(codec)", "--output", "\(codec).rf", "a.rf")
      #expect(made.status == 0, "\(made.stderr)")
      let lines = actool.run("info", "--check", "--format", "text", "\(codec).rf").lines
      #expect(lines.contains { $0.hasPrefix(line) }, "\(codec): \(lines.prefix(8))")
    }
  }
}
