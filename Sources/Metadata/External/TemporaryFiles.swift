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
  /// - Throws: `RecordError` for a line without a path, `NoTabletFiles`, what the source throws, and what `body` throws.
  package func forEachUnowned(
    in file: FileDescriptor, named source: String, isWanted: (_ tableId: String) -> Bool,
    _ body: (_ path: String) throws -> Void
  ) throws {
    var lines = LineReader(
      source: source, expecting: "a path", blockSize: 1 << 16, read: LineReader.reading(file, named: source))
    var isEmpty = true
    while let range = try lines.next() {
      let line = String(decoding: lines.buffer[range], as: UTF8.self)
      guard let path = Self.path(in: line) else { continue }
      guard path.contains("/") else {
        throw lines.error("expected a path, as hdfs dfs -ls -R prints them, found \"\(line.prefix(80))\"")
      }
      let parts = path.split(separator: "/").map(String.init)
      guard Self.isBelowTables(path, parts) else { continue }
      isEmpty = false
      let (table, directory, name) = (parts[parts.count - 3], parts[parts.count - 2], parts[parts.count - 1])
      guard isWanted(table), Self.isTemporary(name) else { continue }
      if !owned.contains(Self.key(table, directory, name)) { try body(String(path)) }
    }
    if isEmpty { throw NoTabletFiles(source: source) }
  }

  /// The path of a line: what stands behind the seven columns of `hdfs dfs -ls`, a whole line of `find`, or else the last
  /// word. Paths may have blanks.
  private static func path(in line: String) -> Substring? {
    let trimmed = line[...].drop { $0.isWhitespace }
    guard let end = trimmed.lastIndex(where: { !$0.isWhitespace }) else { return nil }
    let text = trimmed[...end]
    let words = text.split(maxSplits: 7, whereSeparator: \.isWhitespace)
    if words[0] == "Found" { return nil }
    if words.count == 8, words[0].count >= 10, words[0].allSatisfy({ "-dlrwxstST+@.".contains($0) }) {
      return words[7].drop { $0.isWhitespace }
    }
    return words[0].contains("/") ? text : text.split(whereSeparator: \.isWhitespace).last
  }

  /// `<volume>/tables/<id>/<directory>/<name>`, or seen from the directory `tables`.
  private static func isBelowTables(_ path: Substring, _ parts: [String]) -> Bool {
    if parts.count >= 4, parts[parts.count - 4] == "tables" { return true }
    return path.first != "/" && (parts.count == 3 || (parts.count == 4 && parts[0] == "."))
  }

  private static func isTemporary(_ name: String) -> Bool {
    (name.hasPrefix("A") || name.hasPrefix("C")) && (name.hasSuffix(".rf_tmp") || name.contains(".rf_tmp_ECID-"))
  }

  private static func key(_ table: String, _ directory: String, _ name: String) -> String {
    "\(table)/\(directory)/\(name)"
  }
}

/// A listing without a file of a tablet: it is one of another directory.
package struct NoTabletFiles: Error, Hashable, CustomStringConvertible {
  /// A path, or `standard input`.
  package var source: String

  package var description: String {
    "\(source): expected files such as tables/2/t-0001/F0001.rf, found none in the listing"
  }
}
