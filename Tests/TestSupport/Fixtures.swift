import CZlib
package import Entries
import FoundationEssentials

/// Where the test data is, found by walking up from this file.
package enum Fixtures {
  /// The top of the checkout.
  package static let root: String = {
    var path = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    path.removeLast(3)
    return path.joined(separator: "/")
  }()

  /// `Fixtures/accumulo`: files and answers of real Accumulo.
  package static var accumulo: String { root + "/Fixtures/accumulo" }

  /// The folder beside the checkout with more of them, or nil where it is absent.
  package static var shared: String? {
    let path = root + "/../shared"
    return FileManager.default.fileExists(atPath: path + "/rfiles") ? path : nil
  }

  /// Texts of this size (bytes) or more are stored compressed; smaller ones as they are, so their changes can be read.
  package static let compressedSize = 200_000

  /// The whole file. A text can be stored as it is or compressed, as `path.gz`.
  package static func bytes(_ path: String) throws -> [UInt8] {
    let plain = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
    if FileManager.default.fileExists(atPath: plain) { return [UInt8](try Data(contentsOf: URL(filePath: plain))) }
    guard let file = gzopen(plain + ".gz", "rb") else { throw FixtureError(path: plain) }
    defer { gzclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = gzread(file, &chunk, UInt32(chunk.count))
      guard count >= 0 else { throw FixtureError(path: path) }
      if count == 0 { return bytes }
      bytes += chunk[..<Int(count)]
    }
  }

  package static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

  /// The names of the texts in a folder, sorted, whether they are compressed or not.
  package static func names(in folder: String, suffix: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
      .map { $0.hasSuffix(".gz") ? String($0.dropLast(3)) : $0 }.filter { $0.hasSuffix(suffix) }.sorted()
  }

  /// The lines of a file of golden answers, such as `planner/planner.jsonl`.
  package static func goldenLines(_ name: String) throws -> [String] {
    try text(accumulo + "/golden/" + name).split(separator: "\n").map(String.init)
  }

  /// The lines of a file of answers of Accumulo 4.0, such as `planner4/planner4_edge.jsonl`.
  package static func golden4Lines(_ name: String) throws -> [String] {
    try text(accumulo + "/golden4/" + name).split(separator: "\n").map(String.init)
  }

  /// The entries of a dump: seven fields a line (row, family, qualifier, visibility in hex, timestamp, 0 or 1, value).
  package static func dump(_ path: String) throws -> [Entry] {
    try text(path).split(separator: "\n").map { line in
      let f = line.split(separator: " ", omittingEmptySubsequences: false)
      guard f.count == 7, let timestamp = Int64(f[4]) else { throw FixtureError(path: path) }
      return Entry(
        key: Key(
          row: hex(f[0]), family: hex(f[1]), qualifier: hex(f[2]), visibility: hex(f[3]), timestamp: timestamp,
          deleted: f[5] == "1"),
        value: hex(f[6]))
    }
  }

  package static func hex(_ text: some StringProtocol) -> [UInt8] {
    let digits = Array(text.utf8)
    return stride(from: 0, to: digits.count - 1, by: 2).map { value(digits[$0]) << 4 | value(digits[$0 + 1]) }
  }

  private static func value(_ digit: UInt8) -> UInt8 { digit < 58 ? digit - 48 : digit - 87 }
}

struct FixtureError: Error { var path: String }
