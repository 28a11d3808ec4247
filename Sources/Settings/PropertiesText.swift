// A Java properties file, such as `accumulo.properties`:
//
//     # a comment            ! another one
//     key=value              key : value            key value
//     long = first \
//            second          a line break after a backslash is ignored, and so are the blanks after it
//     tab\ in\ key=a\tb \u00e9

/// A properties file or shell listing that cannot be read.
struct ConfigurationTextError: Error, Hashable, CustomStringConvertible {
  /// From 1.
  var line: Int
  var problem: String

  var description: String { "line \(line): \(problem)" }
}

/// Java's `Properties.load`, for UTF-8.
enum PropertiesText {
  /// Keys and values in the order of the text; a key may occur twice.
  static func parse(_ text: [UInt8]) throws(ConfigurationTextError) -> [(key: String, value: String)] {
    var settings: [(key: String, value: String)] = []
    var lines = LogicalLines(text: text)
    while let line = lines.next() {
      let (key, value) = split(line)
      settings.append((try unescape(key, in: lines.number), try unescape(value, in: lines.number)))
    }
    return settings
  }

  /// Splits at the first `=`, `:` or blank that is not escaped. The blanks around it belong to neither side.
  private static func split(_ line: [UInt8]) -> (key: ArraySlice<UInt8>, value: ArraySlice<UInt8>) {
    var end = 0
    while end < line.count, !isBlank(line[end]), line[end] != UInt8(ascii: "="), line[end] != UInt8(ascii: ":") {
      end += line[end] == UInt8(ascii: "\\") ? 2 : 1
    }
    end = min(end, line.count)
    var value = line[end...].drop(while: isBlank)
    if let first = value.first, first == UInt8(ascii: "=") || first == UInt8(ascii: ":") {
      value = value.dropFirst().drop(while: isBlank)
    }
    return (line[..<end], value)
  }

  private static func unescape(_ text: ArraySlice<UInt8>, in line: Int) throws(ConfigurationTextError) -> String {
    guard text.contains(UInt8(ascii: "\\")) else { return String(decoding: text, as: UTF8.self) }
    var result: [UInt8] = []
    var units: [UInt16] = []
    var rest = text
    func flush() {
      result += String(decoding: units, as: UTF16.self).utf8
      units = []
    }
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() else {
        flush()
        if byte != UInt8(ascii: "\\") { result.append(byte) }
        continue
      }
      if escaped == UInt8(ascii: "u") {
        guard rest.count >= 4, let unit = UInt16(String(decoding: rest.prefix(4), as: UTF8.self), radix: 16),
          rest.first != UInt8(ascii: "+")
        else { throw ConfigurationTextError(line: line, problem: "expected four hexadecimal digits behind \\u") }
        units.append(unit)  // a surrogate pair is two escapes
        rest = rest.dropFirst(4)
        continue
      }
      flush()
      switch escaped {
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "f"): result.append(0x0C)
      default: result.append(escaped)
      }
    }
    flush()
    return String(decoding: result, as: UTF8.self)
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0C }
}

/// The lines of the text without comments and empty lines, with continued lines joined.
private struct LogicalLines {
  let text: [UInt8]
  /// The number of the first natural line of the last logical line, from 1.
  private(set) var number = 0
  private var position = 0
  private var natural = 0

  init(text: [UInt8]) { self.text = text }

  mutating func next() -> [UInt8]? {
    while var line = naturalLine() {
      guard let first = line.first, first != UInt8(ascii: "#"), first != UInt8(ascii: "!") else { continue }
      number = natural
      while isContinued(line) {
        line.removeLast()
        guard let more = naturalLine() else { break }
        line += more
      }
      return Array(line)
    }
    return nil
  }

  /// A line is continued when it ends in an odd number of backslashes.
  private func isContinued(_ line: ArraySlice<UInt8>) -> Bool {
    line.reversed().prefix { $0 == UInt8(ascii: "\\") }.count % 2 == 1
  }

  /// The text up to the next line end (LF, CR or both), without leading blanks.
  private mutating func naturalLine() -> ArraySlice<UInt8>? {
    guard position < text.count else { return nil }
    natural += 1
    let end = text[position...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? text.count
    let line = text[position..<end].drop(while: PropertiesText.isBlank)
    position = end + 1
    if end + 1 < text.count, text[end] == 0x0D, text[end + 1] == 0x0A { position += 1 }
    return line
  }
}
