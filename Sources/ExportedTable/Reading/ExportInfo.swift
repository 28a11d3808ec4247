// accumulo_export_info.txt: a line for each field, name and value split at the first colon, nothing trimmed:
//
//     exportVersion:1                the importer's own at most: 1 up to 3.0, 2 in 4.0
//     srcInstanceName:acc            text, as all that follows
//     srcTableName:ns1.orders
//     srcTableID:2a
//     srcDataVersion:10              the importer's own at most: 10 in 2.1, 11 in 3.0, 12 in 4.0
//     srcCodeVersion:2.1.6
//
// An importer reads the two versions only. Accumulo: `ExportTable.exportInfo`, `ImportTable.parseExportFile`.

internal import Java

/// What an export says about itself.
package struct ExportInfo: Hashable, Sendable {
  package var exportVersion: Int32
  package var dataVersion: Int32
  /// With its namespace; empty when it is not told.
  package var tableName = ""

  static let fileName = "accumulo_export_info.txt"

  /// The versions that this program reads.
  private static let newest = (export: 2, data: 12)

  /// - Throws: `ExportError` for a text without the versions, and for versions that are not known yet.
  init(_ text: [UInt8], place: String) throws {
    var values: [String: String] = [:]
    for line in javaLines(text) {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
    }
    func version(_ name: String, atMost newest: Int) throws -> Int32 {
      let found = values[name]
      guard let number = found.flatMap({ JavaNumber.int($0) }) else {
        throw ExportError(
          place: place,
          problem: "expected \(name): and a whole number, found \(found.map { "\"\($0.prefix(40))\"" } ?? "none")")
      }
      guard number <= newest else {
        throw ExportError(
          place: place, problem: "\(name) is \(number), and the newest that is known here is \(newest) (Accumulo 4.0)")
      }
      return number
    }
    exportVersion = try version("exportVersion", atMost: Self.newest.export)
    dataVersion = try version("srcDataVersion", atMost: Self.newest.data)
    tableName = values["srcTableName"] ?? ""
  }
}

/// The lines as Java's `BufferedReader` cuts them: at LF, CR, and both; bytes that are not UTF-8 are U+FFFD.
func javaLines(_ text: [UInt8]) -> [String] {
  var lines: [String] = []
  var start = 0
  while start < text.count {
    let end = text[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? text.count
    lines.append(String(decoding: text[start..<end], as: UTF8.self))
    start = end + 1
    if end + 1 < text.count, text[end] == 0x0D, text[end + 1] == 0x0A { start += 1 }
  }
  return lines
}
