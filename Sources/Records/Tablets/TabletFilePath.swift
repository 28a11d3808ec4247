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

  /// - Throws: `TabletFilePathError` when it has no scheme, is not `<volume>/tables/<id>/<directory>/<name>`, or when
  ///   the name has characters that Accumulo refuses.
  package init(_ text: String) throws(TabletFilePathError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 5, parts[parts.count - 4] == "tables", Self.hasScheme(text),
      parts.suffix(3).allSatisfy({ !$0.allSatisfy(\.isWhitespace) })
    else { throw TabletFilePathError(text: text, expected: "a URI <volume>/tables/<table id>/<directory>/<file>") }
    name = String(parts[parts.count - 1])
    directory = String(parts[parts.count - 2])
    tableId = String(parts[parts.count - 3])
    volume = parts.dropLast(4).joined(separator: "/")
    guard Self.isName(name) else {
      throw TabletFilePathError(text: text, expected: "a file name of letters, digits, '.', '_' and '-'")
    }
  }

  /// Whether Accumulo accepts the text as the name of a file.
  package static func isName(_ text: some StringProtocol) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
      }
  }

  /// `letters:` before the first slash.
  private static func hasScheme(_ text: String) -> Bool {
    let scheme = text.utf8.prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "/") }
    guard let first = scheme.first, scheme.endIndex < text.utf8.endIndex,
      text.utf8[scheme.endIndex] == UInt8(ascii: ":")
    else {
      return false
    }
    return (65...90).contains(first & 0xDF)
  }
}

/// A text that is not the full name of a tablet's file.
package struct TabletFilePathError: Error, Hashable, CustomStringConvertible {
  package var text: String
  package var expected: String

  package var description: String { "expected \(expected), found \"\(text.prefix(200))\"" }
}
