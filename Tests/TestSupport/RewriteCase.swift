import FoundationEssentials
package import Records

/// A table's properties, some files, and what Accumulo's compactor made of them: a folder of `golden2`.
package struct RewriteCase: Sendable, CustomStringConvertible {
  package let folder: String
  /// `rewrite/bloom_001`
  package let name: String
  private let json: JSONValue

  package var description: String { name }
  package var properties: [String: String] { json["properties"]?.dictionary ?? [:] }
  package var propagateDeletes: Bool { json["propagateDeletes"]?.bool ?? true }
  package var inputs: [String] { (json["inputs"]?.strings ?? []).map { folder + "/" + $0 } }
  /// Inputs with their set times (ms since 1970; nil: none).
  package var timedInputs: [(path: String, time: Int64?)] {
    guard case .array(let inputs)? = json["inputs"] else { return [] }
    return inputs.map { input in
      let file = input["file"]?.text ?? input.text ?? ""
      // Negative ones are none.
      return (folder + "/" + file, input["time"]?.int.map { Int64($0) }.flatMap { $0 < 0 ? nil : $0 })
    }
  }
  /// Rows (prevEndRow, endRow] of the tablet; nil: unbounded.
  package var extent: (prevEndRow: [UInt8]?, endRow: [UInt8]?) {
    (json["prevEndRow"]?.text.map { Fixtures.hex($0) }, json["endRow"]?.text.map { Fixtures.hex($0) })
  }
  package var output: String { folder + "/out.rf" }
  /// Whether Accumulo threw something.
  package var fails: Bool { json["error"] != nil }
  /// Bytes, where it is not Accumulo's.
  package var sampleBufferSize: Int? { json["sampleBufferSize"]?.int }
  package var codec: String { properties["table.file.compress.type"] ?? "gz" }

  /// What is in the output, as Accumulo's classes tell it.
  package func contents() throws -> JSONValue {
    try JSONValue(parsing: Fixtures.bytes(folder + "/out.meta.json"))
  }

  /// Those of a folder (`rewrite`, `samplebuf`) whose codec was built in: of the fixtures, and of the folder beside the
  /// checkout where it is there.
  package static func all(in group: String) -> [RewriteCase] {
    let folders = [Fixtures.accumulo] + (Fixtures.shared.map { [$0] } ?? [])
    var cases: [String: RewriteCase] = [:]
    for top in folders {
      let folder = "\(top)/golden2/\(group)"
      for id in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where cases[id] == nil {
        guard let bytes = try? Fixtures.bytes("\(folder)/\(id)/case.json"), let json = try? JSONValue(parsing: bytes)
        else { continue }
        cases[id] = RewriteCase(folder: "\(folder)/\(id)", name: "\(group)/\(id)", json: json)
      }
    }
    return cases.values.filter { RFileFixture.codecs.contains($0.codec) }.sorted { $0.name < $1.name }
  }
}
