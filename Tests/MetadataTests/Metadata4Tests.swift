import TestSupport
import Testing

@testable import Metadata
@testable import Records

@Suite("The metadata table of 4.0 as text") struct Metadata4Tests {
  private func tablets(_ text: String) throws -> [Tablet] {
    let bytes = Array(text.utf8)
    var position = 0
    var reader = MetadataReader(source: "metadata.txt") { memory in
      let count = min(memory.count, bytes.count - position)
      bytes[position..<position + count].withUnsafeBytes { memory.copyMemory(from: $0) }
      position += count
      return count
    }
    var tablets: [Tablet] = []
    while let row = try reader.next() { tablets.append(row.tablet) }
    return tablets
  }

  private static let directory = "hdfs://nn1:8020/accumulo/tables/2a/t-000001j/"

  private func part(_ name: String, _ first: String? = nil, _ last: String? = nil) -> FilePart {
    let range = FileRange(prevEndRow: first.map { Array($0.utf8) }, endRow: last.map { Array($0.utf8) })
    return FilePart(Self.directory + name, range: first == nil && last == nil ? nil : range)
  }

  @Test("what Accumulo's formatter printed is read whole")
  func golden() throws {
    let tablet = try #require(try tablets(Fixtures.text(Fixtures.accumulo + "/golden4/metadata4/metadata4.txt")).first)
    #expect(tablet.extent == KeyExtent(tableId: "2a", prevEndRow: Array("c".utf8), endRow: Array("m".utf8)))
    #expect(tablet.location == "tserver1:9997" && tablet.directory == "tables/2a/t-000001j")
    #expect(tablet.version == .v4 && tablet.userCompactionWaits && !tablet.isUnsplittable)
    #expect(
      tablet.held == "merged into another tablet; operation MERGING:FATE:USER:de6afc1d-64ae-4abf-8bce-02ec0a79aa6c")
    #expect(tablet.files.map(\.part) == [part("C0000071.rf", "m"), part("C0000071.rf", "c", "m"), part("F0000070.rf")])
    #expect(tablet.files.map(\.size) == [300, 700, 5000] && tablet.files.map(\.entries) == [8, 12, 120])
    #expect(
      tablet.running == [
        RunningJob(kind: .user, group: "small", files: [part("F0000070.rf"), part("C0000071.rf", "c", "m")])
      ])
    #expect(
      tablet.selected
        == SelectedFiles(files: [part("C0000071.rf", "c", "m"), part("F0000070.rf")], all: false, completed: 1))
    var line = JSONLine()
    tablet.write(to: &line)
    guard case .tablet(let back)? = try Record(parsing: line.bytes) else {
      Issue.record("no tablet")
      return
    }
    #expect(back == tablet)
  }

  @Test("a text cut anywhere or with a damaged byte is an error or an answer, and never a trap")
  func damage() throws {
    let text = Array(try Fixtures.text(Fixtures.accumulo + "/golden4/metadata4/metadata4.txt").utf8)
    var random = SplitMix64(seed: 6)
    var refused = 0
    for place in text.indices {
      var bytes = text
      bytes[place] = Array("\"\\{}[,=9A\n".utf8).randomElement(using: &random)!
      for damaged in [text[..<place], bytes[...]] where (try? tablets(String(decoding: damaged, as: UTF8.self))) == nil
      {
        refused += 1
      }
    }
    #expect(refused > 500)
  }

  @Test("sizes of files are read as Accumulo reads them, but none below 0")
  func sizes() throws {
    var lines = 0
    for line in try GoldenLine.all4("metadata4/stored_tablet_file4.jsonl") where line["fn"]?.text == "dataFileValue" {
      lines += 1
      let text =
        "2< file:{\"path\":\"\(Self.directory)F1.rf\",\"startRow\":\"\",\"endRow\":\"\"} []\t\(line["text"]?.text ?? "")\n"
      let file = try? tablets(text + "2< ~tab:~pr []\t\\x00\n").first?.files.first
      let value = line.expect["value"]
      let isNegative = (value?["size"]?.int64 ?? 0) < 0
      #expect(file?.size == (isNegative ? nil : value?["size"]?.int64), "\(line)")
      #expect(file?.entries == (isNegative ? nil : value?["entries"]?.int64), "\(line)")
    }
    #expect(lines == 6)
  }

  @Test(
    "what keeps a tablet from being compacted is a mark on it",
    arguments: [
      ("~tab:availability []\tHOSTED", nil), ("log:h1:9997/1 []\tx", "write-ahead logs are to be recovered"),
      ("srv:opid []\tSPLITTING:FATE:USER:1", "operation SPLITTING:FATE:USER:1"),
      ("future:1 []\th1:1", "both a location and a future location"),
      ("merged:merged []\tmerged", "merged into another tablet"),
    ])
  func held(_ column: String, _ reason: String?) throws {
    let rest = "2< loc:1 []\th2:1\n2< ~tab:availability []\tONDEMAND\n2< ~tab:~pr []\t\\x00\n"
    #expect(try tablets("2< \(column)\n" + rest).first?.held == reason)
  }

  @Test("a tablet that cannot be split is marked, and the columns of 2.1 mark nothing")
  func marks() throws {
    let tablet = try tablets("2< split:unsplittable []\tx\n2< ~tab:~pr []\t\\x00\n").first
    #expect(tablet?.isUnsplittable == true && tablet?.held == nil)
    let old = try tablets("2< log:h1:9997/1 []\tx\n2< future:1 []\th1:1\n2< loc:1 []\th1:1\n2< ~tab:~pr []\t\\x00\n")
      .first
    #expect(old?.version == nil && old?.held == nil)
  }
}
