import TestSupport
import Testing

@testable import Records

@Suite("Records")
struct RecordTests {
  static let tablet = Tablet(
    extent: KeyExtent(tableId: "2", prevEndRow: [0x61], endRow: [0x6D, 0x00, 0x5C, 0x22]), namespace: "ns",
    directory: "tables/2/t-0001", location: "h1:9997", last: "h2:9997", future: "h3:9997",
    files: [TabletFile(file: "F0001.rf", size: 1234, entries: 56), TabletFile(file: "C0002.rf", size: .max)],
    candidates: ["F0001.rf"], running: [RunningJob(kind: .system, executor: "e.DCQ1", files: ["C0002.rf"])])

  static let job = CompactionJob(
    ecid: "ECID:de6afc1d-64ae-4abf-8bce-02ec0a79aa6c", extent: KeyExtent(tableId: "2"), directory: "tables/2/t-0001",
    kind: .user, service: "cs1", executor: "i.cs1.small", pass: 2, priority: -5,
    inputs: [TabletFile(file: "F1.rf", size: 3, entries: 1), TabletFile(file: "F2.rf", size: 4, entries: 2)],
    nextFiles: ["F3.rf"], output: "C0000dqs.rf", tmp: "C0000dqs.rf_tmp", propagateDeletes: true, selectedAll: false,
    bytes: 7, properties: ["table.file.compress.type": "zstd", "table.custom.a": "=\"'"])

  @Test("a tablet is written in the contract's order, bytes as shell text inside JSON text")
  func tabletText() {
    var line = JSONLine()
    Self.tablet.write(to: &line)
    #expect(
      line.text == #"""
        {"type":"tablet","extent":{"tableId":"2","prevEndRow":"a","endRow":"m\\x00\\\\\""},"namespace":"ns",\#
        "directory":"tables/2/t-0001","location":"h1:9997","last":"h2:9997","future":"h3:9997",\#
        "files":[{"file":"F0001.rf","size":1234,"entries":56},\#
        {"file":"C0002.rf","size":9223372036854775807,"entries":0}],"candidates":["F0001.rf"],\#
        "running":[{"kind":"SYSTEM","executor":"e.DCQ1","files":["C0002.rf"]}]}

        """#)
  }

  @Test("a tablet with nothing but an extent and files leaves the other fields out")
  func shortTablet() throws {
    var line = JSONLine()
    let tablet = Tablet(extent: KeyExtent(tableId: "2"), files: [])
    tablet.write(to: &line)
    #expect(line.text == #"{"type":"tablet","extent":{"tableId":"2"},"files":[]}"# + "\n")
    #expect(try Self.read(line.text).map(Self.write) == [line.text])
  }

  @Test("a job is written in the contract's order")
  func jobText() {
    var line = JSONLine()
    Self.job.write(to: &line)
    #expect(
      line.text == #"""
        {"type":"job","ecid":"ECID:de6afc1d-64ae-4abf-8bce-02ec0a79aa6c","extent":{"tableId":"2"},\#
        "directory":"tables/2/t-0001","kind":"USER","service":"cs1","executor":"i.cs1.small","pass":2,"priority":-5,\#
        "inputs":[{"file":"F1.rf","size":3,"entries":1},{"file":"F2.rf","size":4,"entries":2}],"nextFiles":["F3.rf"],\#
        "output":"C0000dqs.rf","tmp":"C0000dqs.rf_tmp","propDels":true,"selectedAll":false,"bytes":7,\#
        "properties":{"table.custom.a":"=\"'","table.file.compress.type":"zstd"}}

        """#)
  }

  @Test("what was written is read back equal")
  func roundTrip() throws {
    var line = JSONLine()
    Self.tablet.write(to: &line)
    Self.job.write(to: &line)
    var bare = Self.job
    bare.properties = [:]
    bare.hasProperties = false
    bare.write(to: &line)
    CompactionResult(
      ecid: "ECID:1-1-1-1-1", extent: KeyExtent(tableId: "2", endRow: [255]), state: .failed, seconds: 1.25,
      error: "disk full"
    ).write(to: &line)
    CompactionResult(
      ecid: "ECID:1-1-1-1-2", extent: KeyExtent(tableId: "2"), state: .finished, blocks: 5, blocksReused: 1,
      rungs: [
        CompressionRung(encoder: "isal", level: 1, blocks: 3),
        CompressionRung(encoder: "snappy", level: nil, blocks: 1),
      ]
    ).write(to: &line)
    Summary(command: "plan", counts: [("tablets", 3), ("jobs", 2)]).write(to: &line)
    Summary(
      command: "compact", counts: [("files", 2)], rungs: [CompressionRung(encoder: "zstd", level: 3, blocks: 7)]
    ).write(to: &line)
    line.record("tserver") { $0.field("server", "h1:9997") }
    let records = try Self.read(line.text)
    #expect(records.map(Self.write).joined() == line.text)
    guard records.count == 8, case .tablet(let tablet) = records[0], case .job(let job) = records[1],
      case .job(let bareJob) = records[2]
    else {
      Issue.record("expected a tablet, two jobs and four more, got \(records)")
      return
    }
    #expect(tablet == Self.tablet)
    #expect(job == Self.job)
    #expect(bareJob == bare)
  }

  @Test("unknown types, unknown fields and empty lines are skipped")
  func unknown() throws {
    let records = try Self.read(
      """

      {"type":"weather","extent":5}
      {"color":[{}],"type":"tserver","server":"h1:9997","size":-1}

      """)
    #expect(records.map(Self.write) == [#"{"type":"tserver","server":"h1:9997"}"# + "\n"])
  }

  @Test("a tablet whose files nobody named is not one without files")
  func withoutFiles() throws {
    for (files, isKnown) in [("", false), (#","files":[]"#, true)] {
      let text = #"{"type":"tablet","extent":{"tableId":"2"}\#(files)}"# + "\n"
      let records = try Self.read(text)
      guard case .tablet(let tablet)? = records.first else {
        Issue.record("no tablet")
        continue
      }
      #expect(tablet.hasFiles == isKnown && tablet.files == [] && records.map(Self.write) == [text])
    }
  }

  @Test("a malformed line is an error with its number, the field, and what was expected")
  func malformed() {
    let extent = #""extent":{"tableId":"2"}"#
    for (text, message) in [
      ("x", "input, line 2: column 1: expected a value, found 'x'"),
      ("[]", "input, line 2: expected an object, found an array"),
      ("{}", "input, line 2: type: expected a string, found nothing"),
      (#"{"type":"tablet"}"#, "input, line 2: extent: expected an object, found nothing"),
      (#"{"type":"tablet",\#(extent),"files":1}"#, "input, line 2: files: expected an array, found the number 1"),
      (
        #"{"type":"tablet",\#(extent),"files":[{"file":"a","size":1},{"file":"b","size":-5}]}"#,
        "input, line 2: files[1].size: expected a whole number from 0 to 9223372036854775807, found the number -5"
      ),
      (
        #"{"type":"tablet",\#(extent),"files":[{"file":"a","size":9223372036854775808}]}"#,
        "input, line 2: files[0].size: expected a whole number from 0 to 9223372036854775807, "
          + "found the number 9223372036854775808"
      ),
      (
        #"{"type":"tablet",\#(extent),"files":[{"file":"a","size":"1"}]}"#,
        "input, line 2: files[0].size: expected a whole number from 0 to 9223372036854775807, found the text \"1\""
      ),
      (
        #"{"type":"tablet","extent":{"tableId":"2","endRow":"a\\q"},"files":[]}"#,
        #"input, line 2: extent.endRow: expected text with bytes as \xHH and \ as \\, found "a\q""#
      ),
      (
        #"{"type":"tablet","extent":{"tableId":"2","prevEndRow":"b","endRow":"a"},"files":[]}"#,
        #"input, line 2: extent.endRow: expected a row after prevEndRow, found "a""#
      ),
      (
        #"{"type":"tablet",\#(extent),"files":[],"running":[{"kind":"system","executor":"e.q","files":[]}]}"#,
        #"input, line 2: running[0].kind: expected SYSTEM, SELECTOR, USER or CHOP, found "system""#
      ),
      (
        #"{"type":"tablet",\#(extent),"files":[{"file":"a","size":1,"range":{"endRow":"c"}},{"file":"a","size":1,"range":{"prevEndRow":"b"}}]}"#,
        "input, line 2: files[0].range: expected parts of a that do not overlap, found (-inf,c] and (b,+inf]"
      ),
      (#"{"type":"tserver","server":"h1"} x"#, "input, line 2: column 34: expected the end of the text, found 'x'"),
    ] {
      let error = #expect(throws: RecordError.self) { try Self.read("{\"type\":\"other\"}\n" + text) }
      #expect(error?.description == message)
    }
  }

  @Test("bytes that are no UTF-8, lone surrogates and NUL bytes are errors, not other texts or empty lines")
  func damagedText() {
    for (bytes, message) in [
      (Array(#"{"type":"tab"#.utf8) + [0xff, 0xfe] + Array(#""}"#.utf8), "column 10: expected a string in UTF-8"),
      (Array(#"{"type":"\ud800"}"#.utf8), "column 10: expected a pair of surrogates"),
      ([0, 0, 0], "column 1: expected a value"),
    ] {
      var rest = bytes[...]
      var reader = RecordReader(source: "input") { memory in
        let piece = rest.prefix(memory.count)
        memory.copyBytes(from: piece)
        rest = rest.dropFirst(piece.count)
        return piece.count
      }
      let error = #expect(throws: RecordError.self) { try reader.next() }
      #expect(error?.description.hasPrefix("input, line 1: " + message) == true, "\(error?.description ?? "")")
    }
  }

  @Test("a stream that arrives in pieces gives the same records as one that arrives whole")
  func pieces() throws {
    var line = JSONLine()
    for _ in 0..<3 { Self.tablet.write(to: &line) }
    Self.job.write(to: &line)
    let bytes = line.bytes.dropLast()  // the last line feed may be missing
    for size in [1, 2, 7, 100, 10_000] {
      var rest = bytes
      var reader = RecordReader(source: "pieces") { memory in
        let piece = rest.prefix(size)
        memory.copyBytes(from: piece)
        rest = rest.dropFirst(size)
        return piece.count
      }
      var text = ""
      while let record = try reader.next() { text += Self.write(record) }
      #expect(text == line.text, "pieces of \(size)")
      #expect(reader.line == 4)
    }
  }

  @Test("mutations of a stream give records or an error, never a trap")
  func mutations() {
    var line = JSONLine()
    Self.tablet.write(to: &line)
    Self.job.write(to: &line)
    var random = SplitMix64(seed: 7)
    var failures = 0
    for _ in 0..<4000 {
      var bytes = line.bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[place] = Array(#"{}[]",:\-9e.n"#.utf8).randomElement(using: &random)!
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &random)))
        default: bytes.insert(contentsOf: bytes.shuffled(using: &random).prefix(5), at: place)
        }
        if bytes.isEmpty { break }
      }
      do { _ = try Self.read(bytes) } catch { failures += 1 }
    }
    #expect(failures > 1000 && failures < 4000)
  }

  static func read(_ text: String) throws -> [Record] { try read(Array(text.utf8)) }

  static func read(_ bytes: [UInt8]) throws -> [Record] {
    var rest = bytes[...]
    var reader = RecordReader(source: "input") { memory in
      let piece = rest.prefix(memory.count)
      memory.copyBytes(from: piece)
      rest = rest.dropFirst(memory.count)
      return piece.count
    }
    var records: [Record] = []
    while let record = try reader.next() { records.append(record) }
    return records
  }

  static func write(_ record: Record) -> String {
    var line = JSONLine()
    switch record {
    case .tablet(let tablet): tablet.write(to: &line)
    case .job(let job): job.write(to: &line)
    case .batch(let batch): batch.write(to: &line)
    case .result(let result): result.write(to: &line)
    case .summary(let summary): summary.write(to: &line)
    case .leftovers(let leftovers): leftovers.write(to: &line)
    case .arrival(let arrival): arrival.write(to: &line)
    case .tserver(let server): line.record("tserver") { $0.field("server", server) }
    }
    return line.text
  }
}
