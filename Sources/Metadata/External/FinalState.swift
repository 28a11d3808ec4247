// The end of a compaction that waits until its tablet hears of it: a row `~ecomp` of 2.1; 4.0 has none. The `final` record:
//
//     {"type":"final","ecid":"ECID:<uuid>","extent":{..},"state":"FINISHED","fileSize":12354,"entries":100000,
//      "problems":["the tablet is gone: merged into 2;m;a"]}

package import Records

package struct FinalState: Hashable, Sendable {
  package var ecid: String
  package var state: ExternalFinalState

  /// Appends the record and a line feed.
  package func write(problems: [String], to line: inout JSONLine) {
    line.record("final") { line in
      line.field("ecid", ecid)
      state.extent.write(to: &line)
      line.field("state", state.state.rawValue)
      line.field("fileSize", state.fileSize)
      line.field("entries", state.entries)
      if !problems.isEmpty { line.field("problems", problems) }
    }
  }
}

extension FinalState {
  /// Reads an entry of the row.
  /// - Parameter row: `~ecompECID:<uuid>`.
  init(row: String, json: String) throws(FieldError) {
    let id = row.trimmingPrefix("~ecomp")
    guard let id = ExternalCompactionId(String(id)) else {
      throw FieldError("", expected: "the row ~ecompECID: and a UUID", found: "\"\(row.prefix(80))\"")
    }
    self.init(ecid: id.description, state: try ExternalFinalState(json: json))
  }
}
