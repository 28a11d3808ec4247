/// A recursive descent over the bytes of a text, which it fills with values. Never reads at or after the end; nesting
/// is limited so that no text exhausts the stack.
struct JSONParser {
  let text: JSONText
  let bytes: UnsafeMutablePointer<UInt8>
  let end: Int
  let isLenient: Bool
  var position = 0
  private var depth = 0

  private static let depthLimit = 200

  init(_ text: JSONText, isLenient: Bool) {
    self.text = text
    bytes = text.bytes
    end = text.count
    self.isLenient = isLenient
  }

  mutating func wholeText() throws(JSONSyntaxError) {
    if isLenient { try skipGuard() }
    try value()
    // Gson is lenient within a value only.
    while position < end, Self.isSpace(bytes[position]) { position += 1 }
    guard position == end else { throw error("the end of the text") }
  }

  private mutating func value() throws(JSONSyntaxError) {
    try skipSpace()
    guard position < end else { throw error("a value") }
    switch bytes[position] {
    case UInt8(ascii: "{"):
      try enter()
      try object()
      depth -= 1
    case UInt8(ascii: "["):
      try enter()
      try array()
      depth -= 1
    case UInt8(ascii: "\""): try quoted(UInt8(ascii: "\""))
    case UInt8(ascii: "'") where isLenient: try quoted(UInt8(ascii: "'"))
    default: try literal()
    }
  }

  private mutating func enter() throws(JSONSyntaxError) {
    guard depth < Self.depthLimit else { throw error("at most \(Self.depthLimit) levels of nesting") }
    depth += 1
    position += 1
  }

  private mutating func object() throws(JSONSyntaxError) {
    let index = text.valueCount
    text.append(.object, position, position)
    try skipSpace()
    if take(UInt8(ascii: "}")) { return }
    while true {
      try skipSpace()
      try name()
      try skipSpace()
      if isLenient, take(UInt8(ascii: "=")) {
        _ = take(UInt8(ascii: ">"))
      } else if !take(UInt8(ascii: ":")) {
        throw error("':'")
      }
      try value()
      try skipSpace()
      if take(UInt8(ascii: "}")) { break }
      guard takeComma() else { throw error("',' or '}'") }
    }
    text.close(index)
  }

  private mutating func array() throws(JSONSyntaxError) {
    let index = text.valueCount
    text.append(.array, position, position)
    try skipSpace()
    if take(UInt8(ascii: "]")) { return }
    while true {
      try skipSpace()
      // Gson reads an empty place between two commas, or after the last one, as null.
      if isLenient, position < end, Self.isOneOf(bytes[position], ",;]") {
        text.append(.null, position, position)
      } else {
        try value()
      }
      try skipSpace()
      if take(UInt8(ascii: "]")) { break }
      guard takeComma() else { throw error("',' or ']'") }
    }
    text.close(index)
  }

  private mutating func name() throws(JSONSyntaxError) {
    guard position < end else { throw error("a field name") }
    switch bytes[position] {
    case UInt8(ascii: "\""): try quoted(UInt8(ascii: "\""))
    case UInt8(ascii: "'") where isLenient: try quoted(UInt8(ascii: "'"))
    default:
      let range = isLenient ? unquoted() : position..<position
      guard !range.isEmpty else { throw error("a field name") }
      text.append(.string, range.lowerBound, range.upperBound)
    }
  }

  /// true, false, null, a number; in the lenient dialect any other word is a string.
  private mutating func literal() throws(JSONSyntaxError) {
    let begin = position
    let range = unquoted()
    let kind: JSONText.Kind
    if isNumber(range) {
      kind = .number
    } else if isWord(range, "true") {
      kind = .yes
    } else if isWord(range, "false") {
      kind = .no
    } else if isWord(range, "null") {
      kind = .null
    } else if isLenient, !range.isEmpty {
      kind = .string
    } else {
      position = begin
      throw error("a value")
    }
    text.append(kind, range.lowerBound, range.upperBound)
  }

  /// In any case of letters where lenient.
  private func isWord(_ range: Range<Int>, _ word: StaticString) -> Bool {
    guard range.count == word.utf8CodeUnitCount else { return false }
    let mask: UInt8 = isLenient ? 0x20 : 0
    return range.indices.allSatisfy { bytes[$0] | mask == word.utf8Start[$0 - range.lowerBound] }
  }

  /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
  private func isNumber(_ range: Range<Int>) -> Bool {
    var p = range.lowerBound
    func digits() -> Int {
      var q = p
      while q < range.upperBound, bytes[q] >= 48, bytes[q] <= 57 { q += 1 }
      return q - p
    }
    if p < range.upperBound, bytes[p] == UInt8(ascii: "-") { p += 1 }
    let whole = digits()
    guard whole > 0, whole == 1 || bytes[p] != UInt8(ascii: "0") else { return false }
    p += whole
    if p < range.upperBound, bytes[p] == UInt8(ascii: ".") {
      p += 1
      guard digits() > 0 else { return false }
      p += digits()
    }
    if p < range.upperBound, bytes[p] | 0x20 == UInt8(ascii: "e") {
      p += 1
      if p < range.upperBound, bytes[p] == UInt8(ascii: "+") || bytes[p] == UInt8(ascii: "-") { p += 1 }
      guard digits() > 0 else { return false }
      p += digits()
    }
    return p == range.upperBound
  }

  /// Reads up to the next byte that has a meaning in JSON or in Gson's extensions.
  private mutating func unquoted() -> Range<Int> {
    let begin = position
    while position < end, !Self.endsWord(bytes[position]) || isQuoteInsideWord(begin) { position += 1 }
    return begin..<position
  }

  private static func endsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 97...122: false
    default: isOneOf(byte, "/\\;#={}[]:, \t\r\n\u{0C}\"'")
    }
  }

  /// Gson ends a bare word only at punctuation: a quote in the middle belongs to the word.
  private func isQuoteInsideWord(_ begin: Int) -> Bool {
    isLenient && position > begin && Self.isOneOf(bytes[position], "\"'")
  }

  static func isOneOf(_ byte: UInt8, _ set: StaticString) -> Bool {
    set.withUTF8Buffer { $0.contains(byte) }
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < end, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func takeComma() -> Bool {
    take(UInt8(ascii: ",")) || (isLenient && take(UInt8(ascii: ";")))
  }

  func error(_ expected: String, at place: Int? = nil) -> JSONSyntaxError {
    let place = place ?? position
    let found: String
    if place >= end {
      found = "the end of the text"
    } else {
      let byte = bytes[place]
      found = byte > 32 && byte < 127 ? "'\(Unicode.Scalar(byte))'" : "byte 0x\(String(byte, radix: 16))"
    }
    return JSONSyntaxError(offset: place, expected: expected, found: found)
  }
}
