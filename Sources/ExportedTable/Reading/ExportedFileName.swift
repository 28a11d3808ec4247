// The qualifier of a file:
//
//     hdfs://nn1:8020/accumulo/tables/2a/t-1/F0001.rf                      up to 3.0
//     {"path":"hdfs://..","startRow":"<base64>","endRow":"<base64>"}       4.0: with the rows of a part
//
// The importer of 2.1 looks at the last component only, so a bare name works there. That component becomes part of a path
// here, so it must be the plain name of an RFile.

import Entries
import Records

enum ExportedFileName {
  /// The file without its size.
  /// - Throws: `FieldError` for a name that is no RFile's, or that leads elsewhere.
  static func file(_ qualifier: ByteView, isVersion4: Bool) throws(FieldError) -> TabletFile {
    if isVersion4 {
      let stored = try StoredTabletFile(json: String(decoding: qualifier.bytes, as: UTF8.self))
      guard FileName.isDataFile(String(stored.path.lastPart)) else { throw problem(qualifier) }
      return TabletFile(file: stored.path, size: 0, range: stored.range)
    }
    guard isFile(qualifier) else { throw problem(qualifier) }
    return TabletFile(file: String(decoding: qualifier.bytes, as: UTF8.self), size: 0)
  }

  /// A plain name that ends in `.rf`, alone or behind a URI of printable ASCII without `..`: in one pass, since a table has
  /// millions.
  private static func isFile(_ text: ByteView) -> Bool {
    let bytes = text.bytes
    var (name, dots, isPlain) = (0, 0, true)
    for (place, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "/"):
        if dots == 2, place - name == 2 { return false }
        (name, dots, isPlain) = (place + 1, 0, true)
      case UInt8(ascii: "."): dots += 1
      case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"): break
      case 0x21...0x7E: isPlain = false
      default: return false
      }
    }
    let count = bytes.count - name
    guard isPlain, count > 3, count <= 200, bytes[name] != UInt8(ascii: "."),
      bytes[bytes.count - 1] == UInt8(ascii: "f"), bytes[bytes.count - 2] == UInt8(ascii: "r"),
      bytes[bytes.count - 3] == UInt8(ascii: ".")
    else { return false }
    return name == 0 || bytes.prefix(name).contains(UInt8(ascii: ":"))
  }

  private static func problem(_ qualifier: ByteView) -> FieldError {
    FieldError(
      "", expected: "the URI of an .rf file, or its bare name, of letters, digits, '.', '_' and '-'",
      found: "\"\(ByteText.encode(qualifier.bytes.prefix(200)))\"")
  }
}
