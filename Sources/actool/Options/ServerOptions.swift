import ArgumentParser
import Records

/// The live tablet servers, where the records do not name them.
struct ServerOptions: ParsableArguments {
  @Option(
    name: .customLong("tservers"),
    help: ArgumentHelp("The live tablet servers: HOST:PORT or a tserver record on each line.", valueName: "FILE"))
  var file: String?

  /// Nil without the option.
  /// - Throws: `RecordError` for a line that is not a server.
  func listed() throws -> [String]? {
    guard let file else { return nil }
    let text = String(decoding: try FileText.bytes(file), as: UTF8.self)
    var servers: [String] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = line.filter { !$0.isWhitespace }
      if line.isEmpty || line.hasPrefix("#") { continue }
      func error(_ found: String) -> RecordError {
        RecordError(source: file, line: index + 1, problem: "expected a server, HOST:PORT, found \(found)")
      }
      if line.hasPrefix("{") {
        do {
          guard case .tserver(let server)? = try Record(parsing: Array(line.utf8)) else { continue }
          servers.append(server)
        } catch let problem { throw error("\(problem)") }
        continue
      }
      guard TabletServer.isServer(line) else { throw error("\"\(line.prefix(80))\"") }
      servers.append(line)
    }
    return servers
  }
}
