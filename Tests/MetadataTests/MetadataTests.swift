import TestSupport
import Testing

@testable import Entries
@testable import Metadata
@testable import Records

@Suite("The metadata table as text") struct MetadataTests {
  /// All tablets of a text that is read in pieces of `piece` bytes.
  private func tablets(_ text: some Sequence<UInt8>, piece: Int = 1 << 16) throws -> [Tablet] {
    let bytes = Array(text)
    var position = 0
    var reader = MetadataReader(source: "metadata.txt") { memory in
      let count = min(piece, memory.count, bytes.count - position)
      bytes[position..<position + count].withUnsafeBytes { memory.copyMemory(from: $0) }
      position += count
      return count
    }
    var tablets: [Tablet] = []
    while let row = try reader.next() { tablets.append(row.tablet) }
    return tablets
  }

  private func tablets(_ text: String) throws -> [Tablet] { try tablets(text.utf8) }

  private func problem(_ text: String) -> String? {
    do {
      _ = try tablets(text)
      return nil
    } catch { return "\(error)" }
  }

  /// Files, location and previous row of each row, by the simplest splitting of lines. It relies on rows without
  /// blanks.
  private func naive(_ text: String) -> [String: [String]] {
    var found: [String: [String]] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("~") {
      let parts = line.split(separator: "\t", maxSplits: 1)
      let words = parts[0].split(separator: " ")
      let column = String(words[1])
      let value = parts.count > 1 ? String(parts[1]) : ""
      var facts: [String] = []
      if column.hasPrefix("file:") {
        facts = [column + " " + value.split(separator: ",")[..<2].joined(separator: ",")]
      } else if column.hasPrefix("loc:") {
        facts = ["loc " + value]
      } else if column.hasPrefix("future:") || column.hasPrefix("last:") {
        facts = [column.split(separator: ":")[0] + " " + value]
      } else if column == "~tab:~pr" {
        facts = ["pr " + value]
      } else if column.hasPrefix("ecomp:") {
        facts = ["ecomp"]
      }
      found[String(words[0]), default: []] += facts
    }
    return found
  }

  private func facts(_ tablet: Tablet) -> [String] {
    tablet.running.map { _ in "ecomp" }
      + tablet.files.map { "file:\(ByteText.encode($0.file.utf8)) \($0.size),\($0.entries)" }
      + (tablet.future.map { ["future " + $0] } ?? []) + (tablet.last.map { ["last " + $0] } ?? [])
      + (tablet.location.map { ["loc " + $0] } ?? [])
      + ["pr " + (tablet.extent.prevEndRow.map { "\\x01" + ByteText.encode($0) } ?? "\\x00")]
  }

  @Test("what Accumulo's formatter printed is read whole", arguments: ["plain", "larger", "timestamps"])
  func golden(_ name: String) throws {
    let text = try Fixtures.text(Fixtures.accumulo + "/golden/metadata/\(name).txt")
    let tablets = try tablets(text)
    let expected = naive(text)
    #expect(tablets.count == expected.count && tablets.count >= 24)
    var sequence = ExtentSequence()
    for tablet in tablets {
      let row = tablet.extent.tableId + (tablet.extent.endRow.map { ";" + ByteText.encode($0) } ?? "<")
      #expect(facts(tablet).sorted() == expected[row]?.sorted(), "\(row)")
      #expect(sequence.problems(before: tablet.extent) == [])
    }
    #expect(sequence.problems(before: nil) == [])
    #expect(try self.tablets(text.utf8, piece: 7) == tablets)
  }

  @Test("a text cut anywhere is an error or the tablets before the cut, and never a trap")
  func truncated() throws {
    let text = Array(try Fixtures.text(Fixtures.accumulo + "/golden/metadata/plain.txt").utf8)
    let whole = try tablets(text)
    var read = 0
    for end in stride(from: 0, to: text.count, by: 13) {
      guard let tablets = try? tablets(text[..<end]) else { continue }
      read += 1
      // A cut right after the last line of a tablet, or within a line that is not an entry, cannot be noticed.
      #expect(tablets.dropLast() == whole.prefix(max(0, tablets.count - 1)), "cut at \(end)")
    }
    #expect(read > 50 && read < text.count / 13 - 50, "\(read) read")
  }

  @Test("damaged bytes are an error or an answer, and never a trap")
  func damaged() throws {
    let text = Array(try Fixtures.text(Fixtures.accumulo + "/golden/metadata/plain.txt").utf8)
    var random = SplitMix64(seed: 1)
    var refused = 0
    for _ in 0..<400 {
      var bytes = text
      for _ in 0..<3 {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if (try? tablets(bytes)) == nil { refused += 1 }
    }
    #expect(refused > 0)
  }

  private static let minimal =
    "2;m file:hdfs://nn/tables/2/t-1/F1.rf []\t12,3\n2;m loc:1a []\th1:9997\n2;m ~tab:~pr []\t\\x00\n"

  @Test("rows with blanks, semicolons and escaped bytes are themselves")
  func rows() throws {
    let text = #"2;a b;c\x00\\ file:x loc:1 []"# + "\th:1\n" + #"2;a b;c\x00\\ file:x ~tab:~pr []"# + "\t\\x01A b\n"
    let tablet = try #require(try tablets(text).first)
    #expect(tablet.extent.endRow == Array("a b;c".utf8) + [0, 0x5c] + Array(" file:x".utf8))
    #expect(tablet.extent.prevEndRow == Array("A b".utf8) && tablet.location == "h:1")
    #expect(try tablets(Self.minimal + "2< ~tab:~pr []\t\\x01m\n").count == 2)
  }

  @Test("prompts and blank lines around the entries and the shell's page breaks are skipped")
  func surroundings() throws {
    let lines = Self.minimal.split(separator: "\n")
    let text =
      "root@inst> scan -np\n\n" + lines[0] + "\n-- hit any key to continue or 'q' to quit --\n\n" + lines[1] + "\r\n"
      + lines[2] + "\n\nroot@inst>"
    #expect(try tablets(text) == tablets(Self.minimal))
    #expect(try tablets("").isEmpty && tablets("nothing here\n").isEmpty)
  }

  @Test("what stands before the entry and in its row may have blanks and colons, millions of them") func blanks() throws
  {
    let row = String(repeating: "a: ", count: 1 << 20)
    let tablet = try tablets("2;\(row)x ~tab:~pr []\t\\x00\n")
    #expect(tablet.first?.extent.endRow == Array((row + "x").utf8))
    #expect(problem(row + "[") == nil)
  }

  @Test(
    "lines that make no sense are errors with their number",
    arguments: [
      ("2;m loc:1 []\th1:9997\nnonsense\n2;m ~tab:~pr []\t\\x00\n", "line 3: expected ROW FAMILY:QUALIFIER"),
      ("2;m loc:1 []\th1\n", "line 1: expected a server, HOST:PORT, found \"h1\""),
      ("2;m loc:1 []\th1:1\n2;m loc:2 []\th2:1\n", "line 2: a second location"),
      ("2;m file:F1.rf []\t12\n", "line 1: expected SIZE,ENTRIES"),
      ("2;m file:F1.rf []\t1,2\n2;m file:F1.rf []\t1,2\n", "line 2: the tablet 2;m< has the file F1.rf twice"),
      (
        "2;m file:F1.rf []\t1,2\n2;m file:F2.rf []\t1,2\n2;m file:F0.rf []\t1,2\n2;m file:F1.rf []\t1,2\n",
        "line 4: the tablet 2;m< has the file F1.rf twice"
      ),
      (
        "2;m file:F2.rf []\t1,2\n2;m file:F0.rf []\t1,2\n2;m file:F3.rf []\t1,2\n2;m file:F3.rf []\t1,2\n",
        "line 4: the tablet 2;m< has the file F3.rf twice"
      ),
      ("2;m file:F1.rf []\t12,99999999999999999999\n", "line 1: expected SIZE,ENTRIES"),
      ("2;m ~tab:~pr []\t\\x02\n", "line 1: expected \\x00 or \\x01"),
      ("2;m ~tab:~pr []\t\\x01z\n", "line 1: expected a previous end row before"),
      ("2;m loc:1 []\th1:1\n2;z loc:1 []\th1:1\n", "line 2: the tablet 2;m< ends without a ~tab:~pr"),
      ("2;m\\xZZ loc:1 []\th1:1\n", "line 1: expected text with bytes"),
      ("2m loc:1 []\th1:1\n", "line 1: expected the row of a tablet"),
      ("2< ecomp:ECID:1-1-1-1-1 []\t{\"inputs\":[]}\n", "line 1: an external compaction that cannot be read: kind"),
      (
        "2< ecomp:ECID:1-1-1-1-1 []\t{\"inputs\":[],\"kind\":\"SYSTEM\",\"groupId\":\"a\"}\n",
        "line 1: an external compaction that cannot be read: expected the id ECID- and a UUID for a compaction of 4.0"
      ),
      (
        "2< ecomp:ECID-x []\t{}\n",
        "line 1: an external compaction that cannot be read: expected the id ECID: or, in 4.0, ECID- and a UUID"
      ),
      (
        "2< file:{\"path\":\"hdfs://n/tables/2/t/F.rf\",\"startRow\":\"AmEA\",\"endRow\":\"Am\"} []\t1,2\n",
        "line 1: a file that cannot be read: endRow: expected a row in base64 with its length before it, found \"Am\""
      ),
      (
        "2< file:{\"path\":\"hdfs://n/tables/2/t/F.rf\",\"startRow\":\"Am0A\",\"endRow\":\"AmEA\"} []\t1,2\n",
        "line 1: a file that cannot be read: endRow: expected a row that is not before startRow, found (m,a]"
      ),
      (
        "2< srv:selected []\t{\"fateId\":\"FATE:USER:\",\"x\":1}\n",
        "line 1: selected files that cannot be read: x: expected no such field"
      ),
    ])
  func errors(_ text: String, _ expected: String) {
    #expect(problem(text)?.hasPrefix("metadata.txt, " + expected) == true, "\(problem(text) ?? "no error")")
  }
}
