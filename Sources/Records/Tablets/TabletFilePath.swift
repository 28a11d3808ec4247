// The full name of a tablet's file, as Accumulo stores it in its metadata:
//
//     hdfs://nn1:8020/accumulo/tables/2a/t-0003/C0004.rf
//     └──────volume──────────┘        │  │      └name
//                             tableId ┘  └directory
//
// Accumulo: `org.apache.accumulo.core.metadata.TabletFile`, `ValidationUtil`.

package struct TabletFilePath: Hashable, Sendable {
  package var volume: String
  package var tableId: String
  package var directory: String
  package var name: String

  /// - Throws: as `check`.
  package init(_ text: String) throws(TabletFilePathError) {
    try Self.check(text)
    var parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).suffix(4)
    volume = String(text.utf8.prefix(upTo: parts.removeFirst().startIndex).dropLast())!
    tableId = String(parts.removeFirst())!
    directory = String(parts.removeFirst())!
    name = String(parts.removeFirst())!
  }

  /// - Throws: `TabletFilePathError` when it has no scheme, is not `<volume>/tables/<id>/<directory>/<name>`, or when
  ///   the name has characters that Accumulo refuses.
  package static func check(_ text: String) throws(TabletFilePathError) {
    var utf8 = text
    let (isPath, hasName) = utf8.withUTF8 { utf8 in
      var volume = utf8
      guard let name = cut(&volume), let directory = cut(&volume), let tableId = cut(&volume),
        let tables = cut(&volume), tables.elementsEqual("tables".utf8), hasScheme(volume),
        !isBlank(name), !isBlank(directory), !isBlank(tableId)
      else { return (false, false) }
      return (true, name.allSatisfy(isNameByte))
    }
    guard isPath else {
      throw TabletFilePathError(text: text, expected: "a URI <volume>/tables/<table id>/<directory>/<file>")
    }
    guard hasName else {
      throw TabletFilePathError(text: text, expected: "a file name of letters, digits, '.', '_' and '-'")
    }
  }

  /// Cuts off what follows the last slash, and the slash; nil when there is none.
  private static func cut(_ path: inout UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return nil }
    defer { path = UnsafeBufferPointer(rebasing: path[..<slash]) }
    return UnsafeBufferPointer(rebasing: path[(slash + 1)...])
  }

  /// Empty, or white space only.
  private static func isBlank(_ part: UnsafeBufferPointer<UInt8>) -> Bool {
    !part.contains { (33...126).contains($0) } && String(decoding: part, as: UTF8.self).allSatisfy(\.isWhitespace)
  }

  /// `letters:` before the first slash.
  private static func hasScheme(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let end = text.firstIndex(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }) else { return false }
    return end > 0 && text[end] == UInt8(ascii: ":") && (65...90).contains(text[0] & 0xDF)
  }

  /// Whether Accumulo accepts the text as the name of a file.
  package static func isName(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { !$0.isEmpty && $0.allSatisfy(isNameByte) }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
}

/// A text that is not the full name of a tablet's file.
package struct TabletFilePathError: Error, Hashable, CustomStringConvertible {
  package var text: String
  package var expected: String

  package var description: String { "expected \(expected), found \"\(text.prefix(200))\"" }
}
