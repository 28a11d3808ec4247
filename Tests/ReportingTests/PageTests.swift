import Records
import TestSupport
import Testing

@testable import Reporting

@Suite("The page")
struct PageTests {
  /// Records of every kind that is drawn, with a hostile text wherever the input has one.
  static func records(_ text: String = "2", minutes: Int = 30) -> String {
    var lines = [
      #"{"type":"simulation","accumulo":"\#(text)","seed":1,"servers":22}"#,
      #"{"type":"tserver","server":"\#(text)"}"#,
      #"{"type":"migration","extent":{"tableId":"2"},"group":"\#(text)","from":"\#(text)","to":"h2:9997","pass":1}"#,
      #"{"type":"group","table":"\#(text)","group":"\#(text)","tablets":9,"floor":2,"ceiling":3,"fewest":1,"most":4,"deviation":1}"#,
      #"{"type":"undefined","row":"\#(text)","references":[]}"#, #"{"type":"undefined","row":"b","references":[]}"#,
      #"{"type":"corrupt","row":"\#(text)"}"#,
      #"{"type":"holes","tablet":"\#(text)","holes":5,"firstRow":"\#(text)","lastRow":"zz","suggests":"\#(text)"}"#,
      #"{"type":"verify","referenced":5,"unreferenced":4,"undefined":2,"corrupt":1,"entries":10,"tablets":1,"files":1}"#,
      #"{"type":"audit","proven":true,"jobs":1,"first":{"entries":9},"now":{"entries":5},"dropped":[{"by":"\#(text)","entries":4}],"made":[]}"#,
      #"{"type":"job","ecid":"ECID:1","extent":{"tableId":"2"},"kind":"USER","executor":"\#(text)","inputs":[{"file":"a","size":5}],"output":"b"}"#,
    ]
    for minute in 1...minutes {
      lines.append(
        #"{"type":"series","time":\#(minute * 60_000),"tablets":\#(minute),"entries":\#(minute),"size":\#(minute),"#
          + #""files":{"count":5,"mean":\#(minute),"p50":4,"p95":6,"max":40},"#
          + #""executors":[{"name":"\#(text)","queued":\#(minute % 7),"running":2,"threads":\#(minute)}],"#
          + #""arrived":\#(minute * 9000),"read":5,"written":\#(minute * 5000),"writeAmplification":1.\#(minute)}"#)
      lines.append(
        #"{"type":"arrival","time":\#(minute * 60_000),"extent":{"tableId":"\#(text)"},"file":"\#(text)\#(minute)","size":\#(minute),"kind":"flush"}"#
      )
    }
    lines.append(
      #"{"type":"run","extent":{"tableId":"\#(text)"},"executor":"\#(text)","queued":5,"start":600000,"end":900000,"inputs":["\#(text)1","\#(text)2"],"output":"\#(text)","size":9,"outcome":"finished"}"#
    )
    for number in 0..<9 {
      let extent = #"{"tableId":"\#(text)","prevEndRow":"\#(number)","endRow":"\#(number)\#(text)"}"#
      lines.append(
        #"{"type":"tablet","extent":\#(extent),"location":"\#(text)\#(number)","files":[{"file":"\#(text)","size":\#(1 << (4 * number))}]}"#
      )
    }
    return lines.joined(separator: "\n")
  }

  static func page(_ inputs: String..., names: [String] = ["a", "b", "c"], title: String? = nil) throws -> String {
    var report = Report()
    for (text, name) in zip(inputs, names) {
      var rest = Array(text.utf8)[...]
      let lines = LineReader(source: name, expecting: "a record", blockSize: 4096) { memory in
        let count = min(memory.count, rest.count)
        memory.copyBytes(from: rest.prefix(count))
        rest = rest.dropFirst(count)
        return count
      }
      try report.add(lines, named: name)
    }
    return String(decoding: try report.page(title: title), as: UTF8.self)
  }

  /// The names of all elements, in order.
  /// - Throws: `Malformed` where an element is not closed, or a quote is missing.
  static func elements(of page: String) throws -> [String] {
    var (open, all): ([String], [String]) = ([], [])
    var rest = page[...]
    #expect(rest.hasPrefix("<!DOCTYPE html>"))
    rest = rest.dropFirst(15)
    while let start = rest.firstIndex(of: "<") {
      rest = rest[rest.index(after: start)...]
      guard let end = rest.firstIndex(of: ">") else { throw Malformed("no end of \(rest.prefix(40))") }
      let tag = rest[..<end]
      rest = rest[rest.index(after: end)...]
      guard tag.count(where: { $0 == "\"" }).isMultiple(of: 2) else { throw Malformed("a quote in <\(tag)>") }
      let name = String(tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber })
      if tag.hasPrefix("/") {
        guard open.popLast() == name else { throw Malformed("</\(name)>") }
        continue
      }
      all.append(name)
      if tag.hasSuffix("/") { continue }
      open.append(name)
      if ["script", "style"].contains(name) {
        guard let close = rest.firstRange(of: "</\(name)>") else { throw Malformed("no </\(name)>") }
        rest = rest[close.lowerBound...]
      }
    }
    guard open.isEmpty else { throw Malformed("open: \(open)") }
    return all
  }

  struct Malformed: Error {
    var problem: String
    init(_ problem: String) { self.problem = problem }
  }

  @Test("a page has a headline, pictures of everything that is there, a table behind each, and nothing from elsewhere")
  func whole() throws {
    let page = try Self.page(Self.records())
    let elements = try Self.elements(of: page)
    let figures = elements.count { $0 == "figure" }
    #expect(figures == 21 && elements.count { $0 == "details" } == figures)
    #expect(elements.count { $0 == "h1" } == 1 && elements.count { $0 == "script" } == 2)
    for id in [
      "files-per-tablet", "executors-queued", "executors-threads", "tablets", "entries", "size", "arriving", "writing",
      "amplification", "jobs", "film-0", "key-range", "file-sizes", "files-by-tablet", "holes", "verified", "servers",
      "groups", "moves", "plan", "audit",
    ] { #expect(page.contains("<figure id=\"\(id)\""), "\(id)") }
    #expect(page.contains("<h1>15.5 files in a tablet on average, 40 at most, over 30\u{A0}min.</h1>"))
    #expect(page.contains("1 tablets became 30."))
    let addresses = page.replacing("http://www.w3.org/2000/svg", with: "")
    for word in ["http:", "https:", "src=", "href=", "url(", "@import", "//"] {
      #expect(!addresses.contains(word) || word == "//" && !addresses.contains("\"//"), "\(word)")
    }
    // Every picture that is an image has a name and a description for people who cannot see it.
    #expect(elements.count { $0 == "desc" } == page.ranges(of: "role=\"img\"").count)
  }

  @Test("hostile texts stay texts, wherever they stand")
  func hostile() throws {
    let plain = try Self.elements(of: Self.page(Self.records("x")))
    for text in ["<script>alert(1)</script>", "'><img onerror=x>", "&lt;b&gt;", "]]><!--", "</title></style>"] {
      let page = try Self.page(Self.records(text), names: [text], title: text)
      #expect(try Self.elements(of: page) == plain, "\(text)")
    }
  }

  @Test("two inputs of a kind are laid over each other under their names, and a third is refused")
  func sides() throws {
    let page = try Self.page(Self.records(), Self.records(), names: ["ratio2", "ratio3"])
    _ = try Self.elements(of: page)
    #expect(page.contains(">ratio2</text>") && page.contains(">ratio3</text>"))
    #expect(page.contains("<h1>Files in a tablet on average: 15.5 with ratio2, 15.5 with ratio3"))
    let long = try Self.page(Self.records(), Self.records(), names: ["a long name of a file", "another"])
    #expect(long.contains("A is a long name of a file, B is another.") && long.contains(">A</text>"))
    let series = #"{"type":"series","time":5,"files":{"mean":5}}"#
    #expect(throws: RecordError(source: "c", line: 1, problem: "\(TooManyInputs(type: "series"))")) {
      try Self.page(series, series, series)
    }
  }

  @Test("without anything to draw there is an error that says what was found, and no page")
  func empty() throws {
    for (text, found) in [
      ("", "no records"), ("\n \n", "no records"), (#"{"type":"entry"}"#, "1 entry"),
      (#"{"type":"simulation"}"# + "\n" + #"{"type":"series","time":5}"#, "1 series, 1 simulation"),
      (#"{"type":"tablet","extent":{"tableId":"2"}}"#, "1 tablet"),
      (#"{"type":"result","ecid":"a","extent":{"tableId":"2"},"state":"FAILED"}"#, "1 result"),
      (#"{"type":"tserver","server":"h1"}"#, "1 tserver"),
    ] {
      let error = #expect(throws: NothingToDraw.self) { try Self.page(text) }
      #expect(error.map { "\($0)".hasPrefix("nothing to draw: found \(found); expected") } == true, "\(text)")
    }
  }

  @Test("a damaged input gives an error with its line, or a page, wherever it is cut and whatever byte is changed")
  func damage() throws {
    let bytes = Array(Self.records(minutes: 3).utf8)
    for place in stride(from: 0, to: bytes.count, by: 11) {
      for change in [UInt8(ascii: "-"), UInt8(ascii: "9"), UInt8(ascii: "\""), 0] {
        var damaged = change == 0 ? Array(bytes[..<place]) : bytes
        if change != 0 { damaged[place] = change }
        do {
          _ = try Self.elements(of: Self.page(String(decoding: damaged, as: UTF8.self)))
        } catch let error as RecordError {
          #expect(error.line > 0 && !error.problem.isEmpty)
        } catch is NothingToDraw {}
      }
    }
  }

  @Test("numbers at their limits make a page")
  func extremes() throws {
    let (most, least) = (Int64.max, 0)
    for number in [most, Int64(least)] {
      let text = """
        {"type":"series","time":\(number),"tablets":1e300,"entries":-1e300,"files":{"mean":1e300,"max":-5},"arrived":1e300}
        {"type":"series","time":\(number),"tablets":1,"files":{"mean":0.001},"executors":[{"name":"","queued":1e300}]}
        {"type":"run","extent":{"tableId":"2"},"executor":"a","queued":\(number),"start":\(number),"end":\(number),"size":\(number)}
        {"type":"arrival","time":\(number),"extent":{"tableId":"2"},"file":"a","size":\(number),"kind":"start"}
        {"type":"tablet","extent":{"tableId":"2"},"files":[{"file":"a","size":\(number),"entries":\(number)}]}
        {"type":"group","table":"2","group":"","tablets":\(number),"floor":0,"ceiling":0,"fewest":0,"most":\(number),"deviation":0}
        """
      _ = try Self.elements(of: Self.page(text))
    }
  }

  @Test("11,280 tablets make a page of less than 5 MB, and so do 200,000 records of a week")
  func size() throws {
    var text = ""
    for number in 0..<11_280 {
      let files = (0..<8).map {
        #"{"file":"F\#(number)x\#($0).rf","size":\#((number * 7919 + $0 * 104_729) % 99_999_999)}"#
      }
      text +=
        #"{"type":"tablet","extent":{"tableId":"2","endRow":"\#(10_000_000 + number)"},"location":"h\#(number % 500)","files":[\#(files.joined(separator: ","))]}"#
        + "\n"
    }
    #expect(try Self.page(text).utf8.count < 1_000_000)
    text = ""
    for number in 0..<100_000 {
      text += #"{"type":"series","time":\#(number * 6048),"files":{"mean":\#(number % 9),"max":9}}"# + "\n"
      text +=
        #"{"type":"arrival","time":\#(number * 6048),"extent":{"tableId":"2","endRow":"\#(number % 50)"},"file":"F\#(number)","size":5,"kind":"flush"}"#
        + "\n"
    }
    #expect(try Self.page(text).utf8.count < 5_000_000)
  }
}
