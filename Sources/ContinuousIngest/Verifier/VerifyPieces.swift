internal import Entries
internal import Records

// Merges the records of all slices into those of one run. Slices are ranges of rows, so their undefined rows are
// concatenated. Corrupt entries are sorted by key in each piece, so they are merged:
//
//     piece 1/2      undefined 0a.. 3f..     corrupt 02.. 5e..     verify 1/2
//     piece 2/2      undefined 41..          corrupt 03..          verify 2/2
//     merged         undefined 0a.. 3f.. 41..    corrupt 02.. 03.. 5e..    verify
//
// Each piece is read three times, a line at a time: first to check that the pieces are whole and belong together, then
// for its undefined rows, and finally, side by side with the others, for its corrupt entries.

/// Why the pieces of a verification cannot be merged.
package struct PieceError: Error, Hashable, CustomStringConvertible {
  package var description: String
}

/// Records of `verify --partition`, one file for each slice.
package struct VerifyPieces: Sendable {
  private let paths: [String]
  private let lineLimit: Int

  /// Does not open the files yet.
  package init(_ paths: [String]) { self.init(paths, lineLimit: LineReader.lineLimit) }

  /// - Parameter lineLimit: the longest accepted line, in bytes.
  init(_ paths: [String], lineLimit: Int) { (self.paths, self.lineLimit) = (paths, lineLimit) }

  private struct Piece {
    var path: String
    var partition: VerifyPartition
    var counts: [String: Int64]
    var input: String
  }

  private static let sums = ["referenced", "unreferenced", "undefined", "corrupt", "entries"]
  private static let equals = ["tablets", "files"]

  /// The report of the whole run. Before, `tell` gets its other records in order, each with its line feed.
  /// - Throws: `PieceError` for pieces that do not belong together, before the first call of `tell` (unless files
  ///   change meanwhile); `RecordError`, `SystemError`, and the errors of `tell`.
  package func merge(_ tell: (ArraySlice<UInt8>) throws -> Void) throws -> VerifyReport {
    let pieces = try paths.map(look).sorted { $0.partition.number < $1.partition.number }
    try Self.check(pieces)
    for piece in pieces {
      var reader = try PieceReader(piece.path, lineLimit: lineLimit)
      while try reader.next(ofType: "undefined") { try tell(reader.text) }
    }
    try mergeCorrupt(pieces, tell)
    return try Self.report(of: pieces)
  }

  /// Merges the corrupt records: repeatedly takes the lowest of the pieces' next entries.
  private func mergeCorrupt(_ pieces: [Piece], _ tell: (ArraySlice<UInt8>) throws -> Void) throws {
    var sources = try pieces.map { try CorruptSource(PieceReader($0.path, lineLimit: lineLimit)) }
    while true {
      var least: Int?
      for i in sources.indices {
        guard let entry = sources[i].entry else { continue }
        if let best = least, let other = sources[best].entry, !(entry < other) { continue }
        least = i
      }
      guard let least else { return }
      try tell(sources[least].reader.text)
      try sources[least].advance()
    }
  }

  private static func report(of pieces: [Piece]) throws -> VerifyReport {
    var report = VerifyReport(
      tablets: Int(pieces[0].counts["tablets"] ?? 0), files: Int(pieces[0].counts["files"] ?? 0),
      partition: VerifyPartition(), inputDigest: 0)
    func sum(_ name: String) throws -> Int64 {
      try pieces.reduce(0) { sum, piece in
        let (next, overflow) = sum.addingReportingOverflow(piece.counts[name] ?? 0)
        guard !overflow else { throw PieceError(description: "\(piece.path): \(name) is too large to be added up") }
        return next
      }
    }
    report.referenced = try sum("referenced")
    report.unreferenced = try sum("unreferenced")
    report.undefined = try sum("undefined")
    report.corrupt = try sum("corrupt")
    report.entries = try sum("entries")
    return report
  }

  private static func check(_ pieces: [Piece]) throws {
    guard let first = pieces.first else {
      throw PieceError(description: "expected the records of all slices, found none")
    }
    for piece in pieces {
      guard piece.partition.count == first.partition.count else {
        throw PieceError(
          description:
            "\(piece.path) is slice \(piece.partition) and \(first.path) is \(first.partition): the row space was "
            + "cut differently; verify all slices with the same n")
      }
      guard piece.input == first.input, equals.allSatisfy({ piece.counts[$0] == first.counts[$0] }) else {
        throw PieceError(
          description:
            "\(piece.path) and \(first.path) are of different inputs: the table changed between them, or they are of "
            + "other tables; verify all slices again")
      }
    }
    for (a, b) in zip(pieces, pieces.dropFirst()) where a.partition == b.partition {
      throw PieceError(description: "\(a.path) and \(b.path) are both slice \(a.partition)")
    }
    let numbers = Set(pieces.map(\.partition.number))
    if let missing = (1...first.partition.count).first(where: { !numbers.contains($0) }) {
      throw PieceError(description: "slice \(missing)/\(first.partition.count) is missing")
    }
  }

  /// Reads the last record of a piece, and counts the others to check that the piece is whole.
  private func look(_ path: String) throws -> Piece {
    var found: [String: Int64] = [:]
    var piece: Piece?
    var reader = try PieceReader(path, lineLimit: lineLimit)
    while try reader.next() {
      guard let type = reader.string("type") else { continue }
      guard piece == nil else { throw PieceError(description: "\(path): found records after the verify record") }
      found[type, default: 0] += 1
      guard type == "verify" else { continue }
      guard let partition = reader.string("partition").flatMap({ VerifyPartition($0) }),
        let input = reader.string("input")
      else {
        throw PieceError(description: "\(path): expected records of verify --partition, found those of a whole run")
      }
      let counts = reader.integers
      for name in Self.sums + Self.equals where (counts[name] ?? -1) < 0 {
        throw PieceError(description: "\(path): verify record: expected a count as \(name)")
      }
      piece = Piece(path: path, partition: partition, counts: counts, input: input)
    }
    guard let piece else { throw PieceError(description: "\(path): expected a verify record at the end, found none") }
    for name in ["undefined", "corrupt"] where found[name] ?? 0 != piece.counts[name] {
      throw PieceError(
        description: "\(path): expected \(piece.counts[name] ?? 0) \(name) records, found \(found[name] ?? 0)")
    }
    return piece
  }
}

/// The next corrupt record of a piece, with its sort key.
private struct CorruptSource {
  var reader: PieceReader
  /// Nil at the end.
  private(set) var entry: Entry?

  struct Entry: Comparable {
    var key: Key
    var file: String
    var reason: String

    static func < (a: Self, b: Self) -> Bool {
      if a.key != b.key { return a.key < b.key }
      return a.file != b.file ? a.file < b.file : a.reason < b.reason
    }
  }

  init(_ reader: PieceReader) throws {
    self.reader = reader
    try advance()
  }

  mutating func advance() throws {
    let last = entry
    entry = try reader.next(ofType: "corrupt") ? try read() : nil
    if let last, let entry, entry < last {
      throw reader.error("expected corrupt records in the order of their keys, found one that belongs before the last")
    }
  }

  private func read() throws -> Entry {
    guard let key = reader.key, let file = reader.string("file"), let reason = reader.string("reason") else {
      throw PieceError(description: "\(reader.path): expected key, file and reason in a corrupt record")
    }
    return Entry(key: key, file: file, reason: reason)
  }
}
