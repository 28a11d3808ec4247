import TestSupport
import Testing

@testable import Records

@Suite("External compactions as the metadata holds them")
struct ExternalTests {
  @Test("ids, jobs and final states are read, written and refused as Accumulo does it")
  func golden() throws {
    var lines = 0
    for line in try GoldenLine.all("external/external_json.jsonl") {
      lines += 1
      do {
        let value = try answer(line)
        #expect(!line.expectsError && value == line.expect["value"], "\(line): \(value)")
      } catch {
        #expect(line.expectsError, "\(line): \(error)")
      }
    }
    #expect(lines == 60)
  }

  struct Refused: Error {}

  func answer(_ line: GoldenLine) throws -> JSONValue {
    let json = line["json"]?.text ?? ""
    switch line["fn"]?.text {
    case "ecid.of":
      guard let id = ExternalCompactionId(line["arg"]?.text ?? "") else { throw Refused() }
      return .string(id.description)
    case "ecid.from":
      guard let id = ExternalCompactionId(typed: line["arg"]?.text ?? "") else { throw Refused() }
      return .string(id.description)
    case "ecomp.toJson":
      let job = ExternalCompaction(
        inputs: line["inputs"]?.strings ?? [], nextFiles: line["nextFiles"]?.strings ?? [],
        tmp: line["tmp"]?.text ?? "",
        compactor: line["compactor"]?.text ?? "", kind: CompactionKind(rawValue: line["kind"]?.text ?? "") ?? .chop,
        queue: line["executorId"]?.text ?? "", priority: line["priority"]?.int ?? 0,
        propagateDeletes: line["propDels"]?.bool ?? false, selectedAll: line["selectedAll"]?.bool ?? false,
        compactionId: line["compactionId"]?.int64)
      let text = try job.json()
      #expect(try ExternalCompaction(json: text) == job)
      return .string(text)
    case "ecomp.fromJson":
      let job = try ExternalCompaction(json: json)
      #expect(try ExternalCompaction(json: job.json()) == job)
      return .object([
        .init(name: "inputs", value: .array(job.inputs.map { .string($0) })),
        .init(name: "nextFiles", value: .array(job.nextFiles.map { .string($0) })),
        .init(name: "tmp", value: .string(job.tmp)),
        .init(name: "compactor", value: .string(job.compactor)), .init(name: "kind", value: .string(job.kind.rawValue)),
        .init(name: "executor", value: .string("e." + job.queue)),
        .init(name: "priority", value: .number("\(job.priority)")),
        .init(name: "propDels", value: .boolean(job.propagateDeletes)),
        .init(name: "selectedAll", value: .boolean(job.selectedAll)),
        .init(name: "compactionId", value: job.compactionId.map { .number("\($0)") } ?? .null),
      ])
    case "finalState.toJson":
      func row(_ name: String) -> [UInt8]? { line[name]?.text.map { Fixtures.hex($0) } }
      let state = ExternalFinalState(
        extent: KeyExtent(
          tableId: line["tableId"]?.text ?? "", prevEndRow: row("prevEndRowHex"), endRow: row("endRowHex")),
        state: CompactionResult.State(rawValue: line["state"]?.text ?? "") ?? .failed,
        fileSize: line["fileSize"]?.int64 ?? -1,
        entries: line["entries"]?.int64 ?? -1)
      #expect(try ExternalFinalState(json: state.json()) == state)
      let id = try #require(ExternalCompactionId(line["ecid"]?.text ?? ""))
      return .object([
        .init(name: "json", value: .string(state.json())),
        .init(name: "row", value: .string(ExternalFinalState.row(id))),
        .init(name: "cf", value: .string("")), .init(name: "cq", value: .string("")),
        .init(name: "value", value: .string(state.json())),
      ])
    case "finalState.fromJson":
      let state = try ExternalFinalState(json: json)
      return .object([
        .init(name: "extent", value: .string(state.extent.description)),
        .init(name: "state", value: .string(state.state.rawValue)),
        .init(name: "fileSize", value: state.state == .finished ? .number("\(state.fileSize)") : .null),
        .init(name: "json", value: .string(state.json())),
      ])
    default:
      Issue.record("unknown function in \(line)")
      return .null
    }
  }

  static let ecomp =
    #"{"inputs":["hdfs://nn1:8020/accumulo/tables/2/t-00000ur/A00001y9.rf"],"nextFiles":[],"#
    + #""tmp":"hdfs://nn1:8020/accumulo/tables/2/t-00000ur/C0000dqs.rf_tmp","compactor":"c:1","kind":"USER","#
    + #""executorId":"DCQ1","priority":"5","propDels":"TRUE","selectedAll":false,"compactionId":7.0}"#

  @Test("what Gson takes is taken, what the class refuses is refused")
  func refusals() throws {
    let job = try ExternalCompaction(json: Self.ecomp)
    #expect(job.priority == 5 && job.propagateDeletes && job.compactionId == 7 && job.queue == "DCQ1")
    #expect(try ExternalCompaction(json: Self.ecomp.replacing(#""executorId":"DCQ1","#, with: "")).queue == "null")
    for (text, replacement) in [
      (#""priority":"5""#, #""priority":40000"#), (#""propDels":"TRUE""#, #""propDels":false"#), ("USER", "user"),
      (#""compactor":"c:1","#, ""), (#""nextFiles":[],"#, ""), (#""nextFiles":[]"#, #""nextFiles":[null]"#),
      ("hdfs://nn1:8020/accumulo/tables/2/t-00000ur/A", "/accumulo/tables/2/t-00000ur/A"),
      ("/tables/2/", "/tablets/2/"),
      (#""propDels":"TRUE""#, #""propDels":1"#), ("7.0", "7.5"), ("}", ""),
    ] {
      #expect(throws: FieldError.self, "\(replacement)") {
        try ExternalCompaction(json: Self.ecomp.replacing(text, with: replacement))
      }
    }
  }

  @Test("a random id is a UUID of version 4")
  func randomId() throws {
    #expect(ExternalCompactionId(randomBits: (0, 0)).description == "ECID:00000000-0000-4000-8000-000000000000")
    #expect(ExternalCompactionId(randomBits: (.max, .max)).description == "ECID:ffffffff-ffff-4fff-bfff-ffffffffffff")
    #expect(ExternalCompactionId("ECID:1-1-1-1-1") != nil && ExternalCompactionId("ECID:1-1-1-1") == nil)
    #expect(ExternalCompactionId(typed: "ecid:1-1-1-1-1")?.description == "ECID:1-1-1-1-1")
  }

  @Test("base64 gives back every text of a few bytes, and refuses what is none")
  func base64() {
    for length in 0..<6 {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: 251 - $0 * 77) }
      let text = Base64.encode(bytes)
      #expect(text.utf8.count == (length + 2) / 3 * 4)
      #expect(Base64.decode(text) == bytes)
      #expect(Base64.decode(text.filter { $0 != "=" }) == bytes)
    }
    #expect(Base64.encode([0xFB, 0xFF]) == "+/8=" && Base64.decode("-_8=") == [0xFB, 0xFF])
    for text in ["a", "abcde", "ab=", "abc==", "abcd=", "=", "a b=", "ab==c"] {
      #expect(Base64.decode(text) == nil, "\(text)")
    }
  }

  @Test("mutations are read or refused, never a trap")
  func mutations() {
    var random = SplitMix64(seed: 11)
    var read = 0
    let final = #"{"extent":{"tableId":"2","er":"YQ\u003d\u003d","per":"IQ=="},"state":"FINISHED","fileSize":1.0}"#
    for _ in 0..<4000 {
      var text = Array((Bool.random(using: &random) ? Self.ecomp : final).utf8)
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        text[Int.random(in: 0..<text.count, using: &random)] = Array("{}[]\",:=/\\0a\u{1}".utf8).randomElement(
          using: &random)!
      }
      let string = String(decoding: text, as: UTF8.self)
      if (try? ExternalCompaction(json: string)) != nil || (try? ExternalFinalState(json: string)) != nil { read += 1 }
    }
    #expect(read > 100 && read < 4000)
  }
}
