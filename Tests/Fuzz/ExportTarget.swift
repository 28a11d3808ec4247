import CZlib
import ExportedTable
import Files
import SystemPackage
import TabletStore

/// The archive of an exported table, as it is, or made of its three texts, with their checksums.
///
///     byte 0 | a zip archive
///     byte 1 | part: accumulo_export_info.txt | part: table_config.txt | metadata.bin
enum ExportTarget {
  static func read(_ bytes: [UInt8]) throws {
    var input = Input(bytes)
    var archive = Array(input.rest.dropFirst())
    if input.byte() & 1 == 1 {
      let names = ["accumulo_export_info.txt", "table_config.txt", "metadata.bin"]
      archive = StoredZip(names.map { (Array($0.utf8), $0 == names[2] ? Array(input.rest) : input.part()) }).bytes
    }
    _ = try Scratch.write(archive, "exportMetadata.zip")
    for importer in Importer.allCases {
      var check = ImportCheck([Scratch.directory], importer: importer)
      try check.run { finding in Oracle.isReadable(FuzzError(finding.problem)) }
    }
    let export = try ExportDirectory(Scratch.directory, map: FileMap())
    _ = export.properties
    let tablets = try export.tablets()
    while try tablets.next() != nil {}
  }
}

/// A zip archive whose entries are not compressed.
struct StoredZip {
  private(set) var bytes: [UInt8] = []

  init(_ entries: [(name: [UInt8], contents: [UInt8])]) {
    var directory: [UInt8] = []
    for (name, contents) in entries {
      let start = bytes.count
      // Version 2.0, no flags, stored, a time and a date.
      var common = Self.int16(20, 0, 0, 0, 0x21)
      common += Self.int32(Int(crc32(0, contents, UInt32(contents.count))), contents.count, contents.count)
      common += Self.int16(name.count, 0)
      bytes += Self.int32(0x0403_4b50) + common + name + contents
      directory += Self.int32(0x0201_4b50) + Self.int16(20) + common + Self.int16(0, 0, 0) + Self.int32(0, start)
      directory += name
    }
    let start = bytes.count
    bytes += directory + Self.int32(0x0605_4b50) + Self.int16(0, 0, entries.count, entries.count)
    bytes += Self.int32(directory.count, start) + Self.int16(0)
  }

  private static func int16(_ values: Int...) -> [UInt8] { values.flatMap { littleEndian($0, 2) } }
  private static func int32(_ values: Int...) -> [UInt8] { values.flatMap { littleEndian($0, 4) } }
  private static func littleEndian(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
