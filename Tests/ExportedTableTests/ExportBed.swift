import CZlib
import Files
import Records
import SystemPackage
import TabletStore
import TestSupport

@testable import ExportedTable

/// An exported table made byte by byte.
struct ExportBed {
  let scratch = ScratchDirectory()
  var path: FilePath { FilePath(scratch.path) }

  static let info = Array("exportVersion:1\nsrcDataVersion:10\n".utf8)

  /// Stored entries, sizes and checksums in front.
  static func zip(_ entries: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    func number(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var (zip, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, bytes) in entries {
      let sum = bytes.isEmpty ? 0 : Int(bytes.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) })
      let common =
        number(20, 2) + number(0, 8) + number(sum, 4) + number(bytes.count, 4) + number(bytes.count, 4)
        + number(name.utf8.count, 2) + number(0, 2)
      directory +=
        number(0x0201_4B50, 4) + number(20, 2) + common + number(0, 10) + number(zip.count, 4) + Array(name.utf8)
      zip += number(0x0403_4B50, 4) + common + Array(name.utf8) + bytes
    }
    let end =
      number(0x0605_4B50, 4) + number(0, 4) + number(entries.count, 2) + number(entries.count, 2)
      + number(directory.count, 4) + number(zip.count, 4) + number(0, 2)
    return zip + directory + end
  }

  /// An entry of metadata.bin with short parts.
  static func entry(_ row: String, _ family: String, _ qualifier: String, _ value: [UInt8]) -> [UInt8] {
    let parts = [row, family, qualifier].map { Array($0.utf8) }
    var (ends, total): ([UInt8], Int) = ([], 0)
    for count in parts.map(\.count) + [0] {
      total += count
      ends += total < 128 ? [UInt8(total)] : [0x8F, UInt8(total)]
    }
    return ends + parts.flatMap { $0 } + [0, 0, 0, 0, 0, UInt8(value.count)] + value
  }

  /// A table of one tablet with one file.
  static func metadata(file: String, value: String = "10,1") -> [UInt8] {
    entry("2<", "file", file, Array(value.utf8)) + entry("2<", "srv", "time", Array("M1".utf8))
      + entry("2<", "~tab", "~pr", [0])
  }

  func write(_ entries: [(name: String, bytes: [UInt8])]) { scratch.write("exportMetadata.zip", Self.zip(entries)) }

  func write(config: String = "", metadata: [UInt8]) {
    write([
      ("accumulo_export_info.txt", Self.info), ("table_config.txt", Array(config.utf8)), ("metadata.bin", metadata),
    ])
  }

  /// The tablets and properties, read to the end.
  func read() throws -> (tablets: [ExportedTablet], properties: [String: String]) {
    let export = try ExportDirectory(path, map: FileMap())
    let tablets = try export.tablets()
    var all: [ExportedTablet] = []
    while let tablet = try tablets.next() { all.append(tablet) }
    return (all, export.config.properties)
  }

  /// What is said of it.
  func problem() -> String {
    do {
      _ = try read()
      return ""
    } catch { return "\(error)".replacing(scratch.path + "/", with: "") }
  }
}
