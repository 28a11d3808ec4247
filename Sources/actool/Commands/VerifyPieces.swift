import ContinuousIngest
import Entries
import Files
import Records
import SystemPackage

// `verify --merge`: the records of all slices become those of one run. Slices are ranges of rows, so undefined rows follow on
// one another; corrupt entries are sorted by key in each piece and are merged. Each piece is read three times and not held
// in memory, but for corrupt entries: first its last record, to see that the pieces belong together.

/// The pieces of a verification do not add up.
struct PieceError: Error, CustomStringConvertible {
  var description: String
}

/// Records of `verify --partition`, one file for each slice.
struct VerifyPieces {
  private let paths: [String]

  init(_ paths: [String]) { self.paths = paths }

  private struct Piece {
    var path: String
    var partition: VerifyPartition
    var counts: [String: Int64]
    var input: String
  }

  private static let sums = ["referenced", "unreferenced", "undefined", "corrupt", "entries"]
  private static let equals = ["tablets", "files"]

  /// Writes the records of the whole run.
  func merge(into output: StandardOutput) throws -> VerifyReport {
    let pieces = try paths.map(Self.look).sorted { $0.partition.number < $1.partition.number }
    try Self.check(pieces)
    for piece in pieces {
      try Self.forEachLine(piece.path) { line, json in
        if json["type"] == .string("undefined") { try output.write(line) }
      }
    }
    var corrupt: [(entry: CorruptLine, piece: Int)] = []
    for (i, piece) in pieces.enumerated() {
      try Self.forEachLine(piece.path) { line, json in
        if json["type"] == .string("corrupt") { corrupt.append((try CorruptLine(line, json, piece.path), i)) }
      }
    }
    corrupt.sort { $0.entry != $1.entry ? $0.entry < $1.entry : $0.piece < $1.piece }
    for (entry, _) in corrupt { try output.write(entry.line) }
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
    var line = JSONLine()
    report.write(to: &line)
    try output.write(line.bytes)
    try output.flush()
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

  /// Reads the last record of a piece, and counts the others to see that the piece is whole.
  private static func look(_ path: String) throws -> Piece {
    var found: [String: Int64] = [:]
    var piece: Piece?
    try forEachLine(path) { _, json in
      guard case .string(let type) = json["type"] else { return }
      guard piece == nil else { throw PieceError(description: "\(path): found records after the verify record") }
      found[type, default: 0] += 1
      guard type == "verify" else { return }
      guard case .string(let text) = json["partition"], let partition = VerifyPartition(text),
        case .string(let input) = json["input"]
      else {
        throw PieceError(description: "\(path): expected records of verify --partition, found those of a whole run")
      }
      var counts: [String: Int64] = [:]
      for name in sums + equals {
        guard case .number(let digits) = json[name], let number = Int64(digits), number >= 0 else {
          throw PieceError(description: "\(path): verify record: expected a count as \(name)")
        }
        counts[name] = number
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

  /// Calls `body` with each line that is not empty, line feed included.
  private static func forEachLine(_ path: String, _ body: (ArraySlice<UInt8>, JSONValue) throws -> Void) throws {
    let file: FileDescriptor
    do { file = try FileDescriptor.open(FilePath(path), .readOnly) } catch let error as Errno {
      throw SystemError("open", path, error)
    }
    try file.closeAfter {
      var number = 0
      var buffer: [UInt8] = []
      var start = 0
      while true {
        if let end = buffer[start...].firstIndex(of: 10) {
          number += 1
          let line = buffer[start...end]
          start = end + 1
          guard line.count > 1 else { continue }
          do { try body(line, try JSONValue(parsing: Array(line.dropLast()))) } catch let error as JSONSyntaxError {
            throw PieceError(description: "\(path), line \(number): \(error)")
          }
          continue
        }
        buffer.removeFirst(start)
        start = 0
        let block = try [UInt8](unsafeUninitializedCapacity: 1 << 18) { memory, count in
          do { count = try file.read(into: UnsafeMutableRawBufferPointer(memory)) } catch let error as Errno {
            throw SystemError("read", path, error)
          }
        }
        guard !block.isEmpty else {
          guard buffer.isEmpty else { throw PieceError(description: "\(path): the last line is cut off") }
          return
        }
        buffer += block
      }
    }
  }
}

/// A corrupt record with what it is sorted by.
private struct CorruptLine: Comparable {
  let line: [UInt8]
  private let key: Key
  private let file: String
  private let reason: String

  init(_ line: ArraySlice<UInt8>, _ json: JSONValue, _ path: String) throws {
    self.line = Array(line)
    func text(_ name: String) -> String? { if case .string(let text) = json[name] { text } else { nil } }
    guard let key = try? Key(RecordFields(json)), let file = text("file"), let reason = text("reason") else {
      throw PieceError(description: "\(path): expected key, file and reason in a corrupt record")
    }
    self.key = key
    self.file = file
    self.reason = reason
  }

  static func < (a: Self, b: Self) -> Bool {
    if a.key != b.key { return a.key < b.key }
    return a.file != b.file ? a.file < b.file : a.reason < b.reason
  }
}
