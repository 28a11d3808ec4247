import TestSupport
import Testing

@testable import Metadata
@testable import Records

@Suite("External compactions of a live cluster")
struct ExternalCheckTests {
  /// All rows and final states of a text.
  static func read(_ text: String) throws -> (rows: [MetadataRow], finals: [FinalState]) {
    let bytes = Array(text.utf8)
    var position = 0
    var reader = MetadataReader(source: "metadata.txt", readsExternal: true) { memory in
      let count = min(memory.count, bytes.count - position)
      bytes[position..<position + count].withUnsafeBytes { memory.copyMemory(from: $0) }
      position += count
      return count
    }
    var rows: [MetadataRow] = []
    while let row = try reader.next() { rows.append(row) }
    return (rows, reader.finalStates)
  }

  private static let path = "hdfs://n/tables/2/t-1/"

  /// A column of 2.1; an id is a digit, files are names.
  private static func column(
    _ id: Int, _ inputs: [String], next: [String] = [], kind: String = "SYSTEM", extra: String = "",
    tmp: String? = nil, propDels: Bool = true
  ) -> String {
    func list(_ names: [String]) -> String { names.map { "\"\(path)\($0)\"" }.joined(separator: ",") }
    return
      "2< ecomp:ECID:\(id)-0-0-0-0 []\t{\"inputs\":[\(list(inputs))],\"nextFiles\":[\(list(next))],\"tmp\":\"\(tmp ?? "\(path)C\(id).rf_tmp")\","
      + "\"compactor\":\"c:1\",\"kind\":\"\(kind)\",\"executorId\":\"q\",\"priority\":1,\"propDels\":\(propDels)\(extra)}\n"
  }

  private static let files =
    ["F1.rf", "F2.rf", "F3.rf"].map { "2< file:\(path)\($0) []\t5,1\n" }.joined() + "2< loc:1 []\th:1\n"
  private static let end = "2< srv:dir []\tt-1\n2< ~tab:~pr []\t\\x00\n"

  private func problems(_ columns: [String]) throws -> [[String]] {
    let rows = try Self.read(columns.joined() + Self.files + Self.end).rows
    #expect(rows.count == 1)
    return rows.flatMap(ExternalCheck.problems)
  }

  @Test("compactions of files that are there and nobody else's are sound, whatever their kind")
  func sound() throws {
    let user = ",\"compactionId\":7"
    #expect(
      try problems([
        Self.column(1, ["F1.rf"]), Self.column(2, ["F2.rf"], next: ["F3.rf"], kind: "USER", extra: user),
        Self.column(3, ["F3.rf"], next: ["F2.rf"], kind: "USER", extra: user),
      ]) == [[], [], []])
    #expect(try problems([Self.column(1, ["F1.rf", "F2.rf"], kind: "CHOP")]) == [[]])
    let all = ",\"compactionId\":7,\"selectedAll\":true"
    #expect(try problems([Self.column(1, ["F1.rf"], kind: "USER", extra: all, propDels: false)]) == [[]])
  }

  @Test("inputs that are gone, and those of two compactions, are told with their names")
  func inputs() throws {
    let path = Self.path
    #expect(
      try problems([
        Self.column(1, ["F1.rf", "F9.rf"]), Self.column(2, ["F1.rf", "F2.rf"]), Self.column(3, ["F3.rf"]),
      ]) == [
        ["\(path)F1.rf is an input of ECID:2-0-0-0-0, too", "\(path)F9.rf is no file of the tablet"],
        ["\(path)F1.rf is an input of ECID:1-0-0-0-0, too"],
        ["the tablet drops all its compactions: two of them have an input in common"],
      ])
  }

  @Test("a temporary file of two compactions, and one of another name, are told")
  func temporary() throws {
    let tmp = "\(Self.path)C1.rf_tmp"
    #expect(
      try problems([Self.column(1, ["F1.rf"], tmp: tmp), Self.column(2, ["F2.rf"], tmp: tmp)]) == [
        ["its temporary file is that of ECID:2-0-0-0-0, too"], ["its temporary file is that of ECID:1-0-0-0-0, too"],
      ])
    #expect(
      try problems([Self.column(1, ["F1.rf"], tmp: tmp + "x")])
        == [["its temporary file does not end in .rf_tmp: \(tmp)x"]])
  }

  @Test("an output for another directory or table is told")
  func places() throws {
    let tmp = "hdfs://n/tables/2/t-2/C1.rf_tmp"
    #expect(
      try problems([
        Self.column(1, ["F1.rf"], tmp: tmp), Self.column(2, ["F2.rf"], tmp: tmp.replacing("/2/", with: "/3/")),
      ]) == [
        ["its output goes to t-2, the tablet has t-1: it was split or merged since"],
        ["its output goes to the table 3"],
      ])
  }

  @Test(
    "compactions of one selection must agree, or all of the tablet are dropped",
    arguments: [
      (["SELECTOR", "USER"], ["", ",\"compactionId\":7"], "they are of two kinds, USER and SELECTOR"),
      (["USER"], [""], "one is part of no user compaction: it has no compactionId"),
      (["SELECTOR"], [",\"compactionId\":7"], "one of kind SELECTOR is part of a user compaction"),
      (["USER", "USER"], [",\"compactionId\":7", ",\"compactionId\":8"], "they are parts of two user compactions"),
      (
        ["SELECTOR", "SELECTOR"], [",\"selectedAll\":true", ""],
        "one has all files of the tablet selected, another has not"
      ),
    ])
  func selections(_ kinds: [String], _ extras: [String], _ reason: String) throws {
    let names = ["F1.rf", "F2.rf"]
    let columns = kinds.indices.map { place in
      Self.column(place + 1, [names[place]], next: [names[1 - place]], kind: kinds[place], extra: extras[place])
    }
    let problem = "the tablet drops all its compactions of USER and SELECTOR: \(reason)"
    #expect(try problems([Self.column(9, ["F3.rf"])] + columns).dropFirst() == kinds.map { _ in [problem] }[...])
  }

  @Test("a selection of other files, and one whose deletes are dropped in parts, are told, too")
  func parts() throws {
    let all = ",\"compactionId\":7,\"selectedAll\":true"
    func drops(_ propDels: [Bool], next: [String]) throws -> [[String]] {
      try problems([
        Self.column(1, ["F1.rf"], next: ["F2.rf"], kind: "USER", extra: all, propDels: propDels[0]),
        Self.column(2, ["F2.rf"], next: next, kind: "USER", extra: all, propDels: propDels[1]),
      ])
    }
    #expect(try drops([true, true], next: ["F1.rf"]) == [[], []])
    let prefix = "the tablet drops all its compactions of USER and SELECTOR: "
    for (propDels, next, reason) in [
      ([true, true], ["F3.rf"], "their selected files (inputs and nextFiles) differ"),
      ([true, false], ["F1.rf"], "one drops deletes, another keeps them"),
      ([false, false], ["F1.rf"], "one drops deletes, though there are others"),
    ] {
      #expect(try drops(propDels, next: next) == [[prefix + reason], [prefix + reason]])
    }
  }

  @Test("4.0: a user compaction needs the selection of its operation, and a temporary file of its own")
  func selected4() throws {
    let text = try Fixtures.text(Fixtures.accumulo + "/golden4/metadata4/metadata4.txt")
    let row = try #require(try Self.read(text).rows.first)
    #expect(ExternalCheck.problems(of: row) == [[]])
    let path = "hdfs://nn1:8020/accumulo/tables/2a/t-000001j/"
    let operation = "FATE:USER:de6afc1d-64ae-4abf-8bce-02ec0a79aa6c"
    var other = row
    other.selectedBy = "FATE:USER:0"
    #expect(
      ExternalCheck.problems(of: other) == [["the tablet's files are selected for FATE:USER:0, not for \(operation)"]])
    (other.tablet.selected, other.selectedBy) = (nil, nil)
    #expect(ExternalCheck.problems(of: other) == [["the tablet has no files selected for \(operation)"]])
    other = row
    other.tablet.selected?.files.removeAll { $0.range == nil }
    #expect(ExternalCheck.problems(of: other) == [["\(path)F0000070.rf is not selected (any more)"]])
    other = row
    other.jobs[0].ecid = "ECID-1-1-1-1-1"
    #expect(ExternalCheck.problems(of: other)[0][0].hasPrefix("its temporary file is that of another compaction"))
    other = row
    other.tablet.files.removeAll { $0.range?.prevEndRow == Array("c".utf8) }
    #expect(ExternalCheck.problems(of: other) == [["\(path)C0000071.rf (c,m] is no file of the tablet"]])
  }

  @Test("what is left of a tablet is an error, but not when compactions are asked for")
  func remains() throws {
    let rows = try Self.read(Self.column(1, ["F1.rf"]) + "3< ~tab:~pr []\t\\x00\n").rows
    #expect(rows.map(\.isTablet) == [false, true])
    #expect(rows.flatMap(ExternalCheck.problems) == [["the tablet is gone: its row has no ~tab:~pr"]])
    #expect(throws: RecordError.self) { try Self.read(Self.files) }
  }

  // MARK: Final states

  /// The rows (x,y] between places 0 and 4, which are no bound, with letters between.
  private func extent(_ first: Int, _ last: Int) -> KeyExtent {
    func row(_ place: Int) -> [UInt8]? {
      (1...3).contains(place) ? Array("abc".utf8)[place - 1...place - 1].map { $0 } : nil
    }
    return KeyExtent(tableId: "2", prevEndRow: row(first), endRow: row(last))
  }

  @Test("in all small tables, every state finds its tablet, or what has become of it")
  func allSmall() throws {
    var kinds: [String: Int] = [:]
    for borders in 0..<8 {
      let cuts = [0] + (1...3).filter { borders >> ($0 - 1) & 1 == 1 } + [4]
      let tablets = zip(cuts, cuts.dropFirst()).map { $0 }
      var finals: [FinalState] = []
      var expected: [String?] = []
      for first in 0..<4 {
        for last in first + 1...4 {
          let id = "ECID:\(first)-\(last)-0-0-0"
          finals.append(FinalState(ecid: id, state: ExternalFinalState(extent: extent(first, last), state: .finished)))
          let touched = tablets.filter { $0.0 < last && $0.1 > first }
          let name = extent(touched[0].0, touched[0].1)
          if touched.contains(where: { $0 == (first, last) }) {
            expected.append(nil)
          } else if touched.allSatisfy({ $0.0 >= first && $0.1 <= last }) {
            expected.append("the tablet is gone: split into \(touched.count), the first is \(name)")
          } else if touched.count == 1 {
            expected.append("the tablet is gone: merged into \(name)")
          } else {
            expected.append("the tablet is gone: split and merged, the first of it into \(name)")
          }
        }
      }
      var random = SplitMix64(seed: UInt64(borders))
      let order = finals.indices.shuffled(using: &random)
      var check = FinalStateCheck(order.map { finals[$0] })
      for table in ["1", "2", "3"] {
        for tablet in tablets {
          var row = MetadataRow(tablet: Tablet(extent: extent(tablet.0, tablet.1), files: []))
          row.tablet.extent.tableId = table
          row.tablet.location = "h:1"
          row.jobs = try finals.map { final in
            try ExternalJob(ecid: final.ecid, of: row.tablet.extent, json: Self.json)
          }
          check.pass(row)
        }
      }
      for (place, result) in zip(order, check.results) {
        #expect(result.final == finals[place])
        #expect(result.problems == (expected[place].map { [$0] } ?? []), "\(borders) \(result.final.ecid)")
        kinds[expected[place].map { String($0.prefix(30)) } ?? "", default: 0] += 1
      }
    }
    #expect(kinds.count == 4)
  }

  private static let json =
    #"{"inputs":[],"nextFiles":[],"tmp":"hdfs://n/tables/2/t-1/C1.rf_tmp","compactor":"c:1","kind":"SYSTEM","propDels":true}"#

  @Test("a state whose tablet knows nothing of it, has no server, or is not there is told")
  func finals() throws {
    func final(_ id: String, _ table: String, _ rows: String = "") -> String {
      "~ecompECID:\(id)-0-0-0-0 : []\t{\"extent\":{\"tableId\":\"\(table)\"\(rows)},\"state\":\"FINISHED\",\"fileSize\":5,\"entries\":1}\n"
    }
    let text =
      Self.column(1, ["F1.rf"]) + Self.files + Self.end
      + "3< ecomp:ECID:3-0-0-0-0 []\t\(Self.json)\n3< ~tab:~pr []\t\\x00\n"
      + final("1", "2") + final("2", "2") + final("3", "3") + final("4", "4")
      + final("5", "2", #","er":"YQ\\u003d\\u003d""#)
    let (rows, finals) = try Self.read(text)
    #expect(finals.count == 5 && finals[4].state.extent == KeyExtent(tableId: "2", endRow: Array("a".utf8)))
    var check = FinalStateCheck(finals)
    for row in rows { check.pass(row) }
    #expect(
      check.results.map(\.problems) == [
        [], ["the tablet knows no such compaction (any more)"], ["no server has the tablet now"],
        ["the tablet is gone, and nobody has its rows"], ["the tablet is gone: merged into 2<<"],
      ])
    for (bad, problem) in [
      ("ECID-1", "expected the row ~ecompECID: and a UUID, found \"~ecompECID-1-0-0-0-0\""),
      ("ECID:x", "expected the row"),
    ] {
      let line = final("1", "2").replacing("ECID:1", with: bad)
      do {
        _ = try Self.read(Self.end + line)
        Issue.record("\(bad) was read")
      } catch {
        #expect("\(error)".hasPrefix("metadata.txt, line 3: a final state that cannot be read: \(problem)"), "\(error)")
      }
    }
  }

  @Test("texts of Accumulo with a changed byte or cut anywhere are read or refused, never a trap")
  func damage() throws {
    let golden = try Fixtures.text(Fixtures.accumulo + "/golden4/metadata4/metadata4.txt")
    let text = Array(
      (golden + Self.column(1, ["F1.rf"]) + Self.end
        + "~ecompECID:1-0-0-0-0 : []\t{\"extent\":{\"tableId\":\"2\"},\"state\":\"FAILED\"}\n").utf8)
    var random = SplitMix64(seed: 12)
    var (read, refused) = (0, 0)
    for place in text.indices {
      var bytes = text
      bytes[place] = Array("\"\\{}[,=9A\n:<".utf8).randomElement(using: &random)!
      for damaged in [text[..<place], bytes[...]] {
        guard let (rows, finals) = try? Self.read(String(decoding: damaged, as: UTF8.self)) else {
          refused += 1
          continue
        }
        read += 1
        var check = FinalStateCheck(finals)
        for row in rows {
          #expect(ExternalCheck.problems(of: row).count == row.jobs.count)
          check.pass(row)
        }
        #expect(check.results.count == finals.count)
      }
    }
    #expect(read > 500 && refused > 500)
  }
}
