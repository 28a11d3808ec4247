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

  /// How many names have the same letter: 7 digits of base 36.
  package static var numbers: UInt64 { 78_364_164_096 }

  /// `make(.compaction, 17_056)` is `C0000d5s.rf`; numbers beyond 7 digits wrap.
  package static func make(_ origin: Origin, _ number: UInt64) -> String {
    String(unsafeUninitializedCapacity: 11) { name in
      name[0] = origin.rawValue.asciiValue ?? 0
      var rest = number % numbers
      for place in (1...7).reversed() {
        let digit = UInt8(rest % 36)
        name[place] = digit < 10 ? 48 + digit : 87 + digit
        rest /= 36
      }
      _ = UnsafeMutableBufferPointer(rebasing: name[8...]).initialize(from: dataSuffix.utf8)
      return 11
    }
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
    var text = text
    return text.withUTF8 { utf8 in
      guard isURI(utf8), let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return false }
      let name = UnsafeBufferPointer(rebasing: utf8[(slash + 1)...])
      return isPlain(name) && isData(name) && !utf8.contains(0) && !climbs(utf8)
    }
  }

  /// Whether a name ends in `.rf`.
  private static func isData(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    name.count >= 3 && name[name.count - 3] == UInt8(ascii: ".") && name[name.count - 2] == UInt8(ascii: "r")
      && name[name.count - 1] == UInt8(ascii: "f")
  }

  /// True when the text starts with a scheme: `hdfs:`, `file:`.
  package static func isURI(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { isURI($0) }
  }

  private static func isURI(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > 0, colon + 1 < text.count else { return false }
    return text[colon + 1] == UInt8(ascii: "/")
      && text[..<colon].allSatisfy { isLetterOrDigit($0) || $0 == 43 || $0 == 45 || $0 == 46 }
  }

  /// True for the name itself, and for a path that ends in it.
  package static func isLastPart(_ name: String, of text: String) -> Bool {
    var (name, text) = (name, text)
    return name.withUTF8 { name in
      text.withUTF8 { text in
        guard text.count >= name.count, text.suffix(name.count).elementsEqual(name) else { return false }
        return text.count == name.count || text[text.count - name.count - 1] == UInt8(ascii: "/")
      }
    }
  }

  private static func isPlain(_ name: String) -> Bool {
    var name = name
    return name.withUTF8 { isPlain($0) }
  }

  private static func isPlain(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    name.count <= 200 && name.first != 46
      && name.allSatisfy { isLetterOrDigit($0) || $0 == 45 || $0 == 46 || $0 == 95 }
  }

  /// Whether a part of a path is `..`.
  private static func climbs(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
    let (dot, slash) = (UInt8(ascii: "."), UInt8(ascii: "/"))
    return path.indices.dropLast().contains { place in
      path[place] == dot && path[place + 1] == dot && (place == 0 || path[place - 1] == slash)
        && (place + 2 == path.count || path[place + 2] == slash)
    }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }
}

extension String {
  /// What follows the last slash; all of it where there is none.
  package var lastPart: Substring {
    guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return self[...] }
    return self[utf8.index(after: slash)...]
  }
}
