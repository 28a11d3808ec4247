import TestSupport
import Testing

@testable import Records

@Suite("Files and compactions as the metadata of 4.0 holds them")
struct Metadata4Tests {
  struct Refused: Error {}

  private func check(
    _ name: String, lines count: Int, ours: Set<String> = [], _ answer: (GoldenLine) throws -> JSONValue?
  ) throws {
    var lines = 0
    for line in try GoldenLine.all4("metadata4/\(name).jsonl") {
      lines += 1
      let expectsError = line.expectsError || ours.contains(line["text"]?.text ?? "-")
      do {
        let value = try answer(line)
        #expect(!expectsError && value == line.expect["value"], "\(line): \(String(describing: value))")
      } catch {
        #expect(expectsError, "\(line): \(error)")
      }
    }
    #expect(lines == count)
  }

  private func row(_ line: GoldenLine, _ name: String) -> [UInt8]? { line[name]?.text.map { Fixtures.hex($0) } }

  private func hex(_ bytes: [UInt8]?) -> JSONValue {
    guard let bytes else { return .null }
    return .string(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
  }

  private func object(_ fields: [(String, JSONValue)]) -> JSONValue {
    .object(fields.map { JSONValue.Field(name: $0.0, value: $0.1) })
  }

  @Test("stored files are written, read and refused as Accumulo does it")
  func storedFiles() throws {
    // Sizes of a file are values of another column, and are read by another room.
    try check("stored_tablet_file4", lines: 79) { line in
      switch line["fn"]?.text {
      case "stored.of", "stored.ofRange":
        // Rows begin after the first and go up to the last; no other range can even be said here.
        if line["startInclusive"]?.bool == true && line["startRowHex"] != .null { throw Refused() }
        if line["endInclusive"]?.bool == false { throw Refused() }
        let range = FileRange(prevEndRow: row(line, "startRowHex"), endRow: row(line, "endRowHex"))
        return .string(try StoredTabletFile(path: line["path"]?.text ?? "", range: range).json)
      case "stored.parse":
        let file = try StoredTabletFile(json: line["json"]?.text ?? "")
        let path = try TabletFilePath(file.path)
        let name = FilePart(path.name, range: file.range)
        // Java prints the bytes of rows as they are.
        let minimal = name.description.replacing(#"\x00"#, with: "\0")
        return object([
          ("same", .boolean(true)), ("path", .string(file.path)), ("volume", .string(path.volume)),
          ("tableId", .string(path.tableId)), ("dir", .string(path.directory)), ("file", .string(path.name)),
          ("hasRange", .boolean(file.range != nil)), ("startKeyRowHex", hex(file.range?.prevEndRow.map { $0 + [0] })),
          ("endKeyRowHex", hex(file.range?.endRow.map { $0 + [0] })), ("startInclusive", .boolean(true)),
          ("endInclusive", .boolean(false)), ("minimal", .string(minimal)), ("again", .string(file.json)),
        ])
      case "needsConversion": return .boolean(!StoredTabletFile.isStored(line["text"]?.text ?? ""))
      default:
        if line.expectsError { throw Refused() }
        return line.expect["value"]
      }
    }
  }

  @Test("running compactions and their ids are written, read and refused as Accumulo does it")
  func compactions() throws {
    try check("compaction_metadata4", lines: 39) { line in
      switch line["fn"]?.text {
      case "ecid.of":
        return try ExternalCompactionId(line["arg"]?.text ?? "", of: .v4).map { .string("\($0)") } ?? refuse()
      case "ecid.from":
        return try ExternalCompactionId(typed: line["arg"]?.text ?? "", of: .v4).map { .string("\($0)") } ?? refuse()
      case "ecomp.toJson":
        let inputs = try (line["inputs"]?.strings ?? []).map { try StoredTabletFile(json: $0) }
        let text = line.expect["value"]?.text ?? ""
        var job = CompactionMetadata(
          inputs: inputs, tmp: try StoredTabletFile(path: line["tmp"]?.text ?? ""),
          compactor: line["compactor"]?.text ?? "", kind: CompactionKind(rawValue: line["kind"]?.text ?? "") ?? .chop,
          group: line["group"]?.text ?? "", priority: line["priority"]?.int ?? 0,
          propagateDeletes: line["propDels"]?.bool ?? false, fateId: line["fateId"]?.text)
        // The order of inputs there is that of a hash table.
        let back = try CompactionMetadata(json: text)
        #expect(Set(back.inputs) == Set(inputs), "\(line)")
        job.inputs = back.inputs
        #expect(job == back, "\(line)")
        return .string(job.json)
      default:
        let job = try CompactionMetadata(json: line["json"]?.text ?? "")
        #expect(try CompactionMetadata(json: job.json) == job)
        return object([
          ("inputs", .array(job.inputs.map { .string($0.json) })), ("tmp", .string(job.tmp.path)),
          ("compactor", .string(job.compactor)), ("kind", .string(job.kind.rawValue)), ("group", .string(job.group)),
          ("priority", .number("\(job.priority)")), ("propDels", .boolean(job.propagateDeletes)),
          ("fateId", job.fateId.map { .string($0) } ?? .null),
        ])
      }
    }
  }

  private func refuse() throws -> JSONValue { throw Refused() }

  @Test("selections are written, read and refused as Accumulo does it")
  func selections() throws {
    try check("selected_files4", lines: 17) { line in
      if line["fn"]?.text == "selected.toJson" {
        let files = try (line["files"]?.strings ?? []).map { try StoredTabletFile(json: $0) }
        return .string(
          SelectedFilesMetadata(
            fateId: line["fateId"]?.text ?? "", selectedAll: line["selAll"]?.bool ?? false,
            completed: line["compJobs"]?.int64 ?? -1, timeNanos: line["selTimeNanos"]?.int64 ?? -1, files: files
          ).json)
      }
      guard let selected = try SelectedFilesMetadata(json: line["json"]?.text ?? "") else { return .null }
      return object([
        ("files", .array(selected.files.map { .string($0.json) })), ("selAll", .boolean(selected.selectedAll)),
        ("compJobs", .number("\(selected.completed)")), ("selTimeNanos", .number("\(selected.timeNanos)")),
        ("fateId", .string(selected.fateId)), ("again", .string(selected.json)),
      ])
    }
  }

  @Test("any bytes as rows of a part survive the metadata, a record and a list of files")
  func roundTrips() throws {
    var random = SplitMix64(seed: 9)
    let letters: [UInt8] = [0, 0x20, 0x2B, 0x2C, 0x2D, 0x28, 0x5D, 0x5C, 0x61, 0x69, 0x6E, 0x66, 0xC3, 0xFF]
    func row() -> [UInt8]? {
      if Int.random(in: 0..<5, using: &random) == 0 {
        return Array("+-".utf8.shuffled(using: &random).prefix(1) + "inf".utf8)
      }
      let count =
        Bool.random(using: &random) ? Int.random(in: 0..<4, using: &random) : Int.random(in: 120..<300, using: &random)
      return Int.random(in: 0..<6, using: &random) == 0
        ? nil : (0..<count).map { _ in letters.randomElement(using: &random)! }
    }
    for _ in 0..<2000 {
      var range = FileRange(prevEndRow: row(), endRow: row())
      if let first = range.prevEndRow, let last = range.endRow, last.lexicographicallyPrecedes(first) {
        range = FileRange(prevEndRow: last, endRow: first)
      }
      let path = "hdfs://nn1/a/tables/2/t-1/F1.rf"
      let stored = try StoredTabletFile(path: path, range: range)
      #expect(try StoredTabletFile(json: stored.json) == stored)
      #expect(FilePart(text: stored.part.description) == stored.part, "\(stored.part)")
      guard let range = stored.range else { continue }
      var line = JSONLine()
      var tablet = Tablet(
        extent: KeyExtent(tableId: "2"), files: [TabletFile(file: path, size: 1, range: range)],
        candidates: [stored.part], running: [RunningJob(kind: .user, group: "g", files: [stored.part])])
      tablet.version = .v4
      tablet.selected = SelectedFiles(files: [stored.part], all: true, completed: 2, ageMs: 5)
      (tablet.userCompactionWaits, tablet.isUnsplittable, tablet.held) = (true, true, "operation")
      tablet.write(to: &line)
      guard case .tablet(let back)? = try Record(parsing: line.bytes) else {
        Issue.record("no tablet")
        return
      }
      #expect(back == tablet)
    }
  }

  @Test("every prefix and every changed letter of the texts is read or refused, never a trap")
  func damage() throws {
    var (read, refused) = (0, 0)
    var random = SplitMix64(seed: 3)
    for name in ["stored_tablet_file4", "compaction_metadata4", "selected_files4"] {
      for line in try GoldenLine.all4("metadata4/\(name).jsonl") {
        guard let text = line.expect["value"]?.text, text.first == "{" else { continue }
        for place in 0..<text.utf8.count {
          var bytes = Array(text.utf8)
          if Bool.random(using: &random) {
            bytes.removeLast(bytes.count - place)
          } else {
            bytes[place] = Array("A\"\\{,=9".utf8).randomElement(using: &random)!
          }
          let damaged = String(decoding: bytes, as: UTF8.self)
          let isRead =
            (try? StoredTabletFile(json: damaged)) != nil || (try? CompactionMetadata(json: damaged)) != nil
            || (try? SelectedFilesMetadata(json: damaged)) != nil
          if isRead { read += 1 } else { refused += 1 }
        }
      }
    }
    #expect(read > 100 && refused > 1000)
  }
}
