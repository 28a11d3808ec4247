// Accumulo's names of data files: a letter for the origin of the file, 7 digits of base 36, `.rf`; `.rf_tmp` while it
// is written. Matches `FilePrefix` and `TabletNameGenerator`.
//
//     C0000dqs.rf
//     │└──┬──┘
//     │   └ unique in the whole instance
//     └ F flush, M merging flush, C compaction, A compaction of all files without deletes, I bulk import

/// Rules for the names that a tablet directory may hold. A name from a record or a manifest is checked against them
/// before it becomes part of a path.
package enum FileName {
  /// Why a data file exists.
  package enum Origin: Character, Sendable, CaseIterable {
    case flush = "F"
    case mergingFlush = "M"
    case compaction = "C"
    /// A compaction of all files of the tablet, with delete markers dropped.
    case fullCompaction = "A"
    case bulkImport = "I"
  }

  static let dataSuffix = ".rf"
  static let temporarySuffix = ".rf_tmp"

  /// `make(.compaction, 17_056)` is `C0000d5s.rf`; numbers beyond 7 digits wrap.
  package static func make(_ origin: Origin, _ number: UInt64) -> String {
    let digits = String(number % 78_364_164_096, radix: 36)
    return String(origin.rawValue) + String(repeating: "0", count: 7 - digits.count) + digits + dataSuffix
  }

  /// True for a plain name of a data file: letters, digits, `-`, `_` and `.`, no leading dot, ends in `.rf`.
  package static func isDataFile(_ name: String) -> Bool { isPlain(name) && name.hasSuffix(dataSuffix) }

  /// True for a name that Accumulo and this program give to what a compaction writes: C or A, and seven digits to base 36.
  package static func isOfCompaction(_ name: String) -> Bool {
    let written: [Origin] = [.compaction, .fullCompaction]
    guard name.utf8.count == 11, name.hasSuffix(dataSuffix), let letter = name.first else { return false }
    return written.contains { $0.rawValue == letter }
      && name.utf8.dropFirst().prefix(7).allSatisfy { (48...57).contains($0) || (97...122).contains($0) }
  }

  /// True for a plain name that ends in `.rf_tmp`.
  package static func isTemporary(_ name: String) -> Bool { isPlain(name) && name.hasSuffix(temporarySuffix) }

  /// True for a full URI whose last part is the name of a data file: `hdfs://nn1/accumulo/tables/2/t-1/F0001.rf`.
  package static func isDataFileURI(_ text: String) -> Bool {
    guard isURI(text), let name = lastPart(of: text) else { return false }
    return isDataFile(name) && !text.utf8.contains(0) && !text.split(separator: "/").contains("..")
  }

  /// True when the text starts with a scheme: `hdfs:`, `file:`.
  package static func isURI(_ text: String) -> Bool {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), colon != text.startIndex else { return false }
    return text.utf8[text.utf8.index(after: colon)...].first == UInt8(ascii: "/")
      && text.utf8[..<colon].allSatisfy { isLetterOrDigit($0) || $0 == 43 || $0 == 45 || $0 == 46 }
  }

  package static func lastPart(of text: String) -> String? {
    text.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init)
  }

  /// True for the name itself, and for a path that ends in it.
  package static func isLastPart(_ name: String, of text: String) -> Bool {
    let (name, text) = (name.utf8, text.utf8)
    guard text.count >= name.count, text.suffix(name.count).elementsEqual(name) else { return false }
    return text.count == name.count || text.dropLast(name.count).last == UInt8(ascii: "/")
  }

  private static func isPlain(_ name: String) -> Bool {
    name.utf8.count <= 200 && name.utf8.first != 46
      && name.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 45 || $0 == 46 || $0 == 95 }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }
}
