// Outputs that were never finished, in a listing of the tablets' directories:
//
//     /accumulo/tables/2/t-0001/C0000dqs.rf_tmp                          2.1
//     /accumulo/tables/2a/t-0001/A0000dqs.rf_tmp_ECID-<uuid>             4.0
//
// Somebody owns such a file when a compaction of the metadata writes it. Names are unique in a whole instance, so paths
// are compared from the table's id on, whatever volume and scheme stand before it. Only names that compactions give count
// (A and C): flushes have temporary files, too, and those are the tablet servers' own. In 2.1 this is so for compactions
// inside tablet servers, as well: a file that is new may be one of theirs.

package import Records
package import SystemPackage

package struct TemporaryFiles {
  /// From the table's id on.
  private var owned: Set<String> = []

  package init() {}

  /// The file that a compaction writes has an owner.
  package mutating func add(_ job: ExternalJob) {
    if let path = try? TabletFilePath(job.tmp) { owned.insert(Self.key(path.tableId, path.directory, path.name)) }
  }

  /// Calls for every temporary file of a listing that nobody owns, with its path as it is listed.
  /// - Parameters:
  ///   - file: lines that end in a path, as `hdfs dfs -ls -R` and `find` print them. It stays the caller's.
  ///   - source: what errors call it.
  ///   - isWanted: files of other tables are passed over.
  /// - Throws: `RecordError` for a line without a path, what the source throws, and what `body` throws.
  package func forEachUnowned(
    in file: FileDescriptor, named source: String, isWanted: (_ tableId: String) -> Bool,
    _ body: (_ path: String) throws -> Void
  ) throws {
    var lines = LineReader(
      source: source, expecting: "a path", blockSize: 1 << 16, read: LineReader.reading(file, named: source))
    while let range = try lines.next() {
      let line = String(decoding: lines.buffer[range], as: UTF8.self)
      let words = line.split(whereSeparator: \.isWhitespace)
      guard let path = words.last, words.first != "Found" else { continue }
      guard path.contains("/") else {
        throw lines.error("expected a path, as hdfs dfs -ls -R prints them, found \"\(line.prefix(80))\"")
      }
      let parts = path.split(separator: "/").suffix(4).map(String.init)
      guard parts.count == 4, parts[0] == "tables", isWanted(parts[1]), Self.isTemporary(parts[3]) else { continue }
      if !owned.contains(Self.key(parts[1], parts[2], parts[3])) { try body(String(path)) }
    }
  }

  private static func isTemporary(_ name: String) -> Bool {
    (name.hasPrefix("A") || name.hasPrefix("C")) && (name.hasSuffix(".rf_tmp") || name.contains(".rf_tmp_ECID-"))
  }

  private static func key(_ table: String, _ directory: String, _ name: String) -> String {
    "\(table)/\(directory)/\(name)"
  }
}
