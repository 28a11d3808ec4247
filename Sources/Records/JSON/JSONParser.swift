extension JSONValue {
  /// One value with nothing but white space around it.
  package init(parsing bytes: [UInt8], _ dialect: Dialect = .strict) throws(JSONSyntaxError) {
    try self.init(parsing: bytes, in: 0..<bytes.count, dialect)
  }

  /// The object that fills this part of the bytes. Its arrays are checked but come out empty, so that a long list takes
  /// no memory.
  package init(fieldsOf bytes: [UInt8], in range: Range<Int>) throws(JSONSyntaxError) {
    var parser = JSONParser(
      bytes: bytes, start: range.lowerBound, end: range.upperBound, isLenient: false, keepsElements: false)
    self = try parser.wholeText()
  }

  /// The value that fills this part of the bytes.
  init(parsing bytes: [UInt8], in range: Range<Int>, _ dialect: Dialect = .strict) throws(JSONSyntaxError) {
    var parser = JSONParser(
      bytes: bytes, start: range.lowerBound, end: range.upperBound, isLenient: dialect == .lenient)
    self = try parser.wholeText()
  }
}

/// A recursive descent over bytes. Never reads at or after `end`; nesting is limited so that no text exhausts the
/// stack.
struct JSONParser {
  let bytes: [UInt8]
  let start: Int
  let end: Int
  let isLenient: Bool
  /// False: arrays are checked but come out empty.
  private let keepsElements: Bool
  var position: Int
  private var depth = 0

  private static let depthLimit = 200

  init(bytes: [UInt8], start: Int, end: Int, isLenient: Bool, keepsElements: Bool = true) {
    self.bytes = bytes
    self.start = start
    self.end = end
    self.isLenient = isLenient
    self.keepsElements = keepsElements
    position = start
  }

  mutating func wholeText() throws(JSONSyntaxError) -> JSONValue {
    if isLenient { try skipGuard() }
    let value = try self.value()
    // Gson is lenient within a value only.
    while position < end, isOneOf(bytes[position], " \n\r\t") { position += 1 }
    guard position == end else { throw error("the end of the text") }
    return value
  }

  private mutating func value() throws(JSONSyntaxError) -> JSONValue {
    try skipSpace()
    guard position < end else { throw error("a value") }
    switch bytes[position] {
    case UInt8(ascii: "{"): return try nested { (self) throws(JSONSyntaxError) in try self.object() }
    case UInt8(ascii: "["): return try nested { (self) throws(JSONSyntaxError) in try self.array() }
    case UInt8(ascii: "\""): return .string(try quoted(UInt8(ascii: "\"")))
    case UInt8(ascii: "'") where isLenient: return .string(try quoted(UInt8(ascii: "'")))
    default: return try literal()
    }
  }

  private mutating func nested(
    _ body: (inout JSONParser) throws(JSONSyntaxError) -> JSONValue
  ) throws(JSONSyntaxError) -> JSONValue {
    guard depth < Self.depthLimit else { throw error("at most \(Self.depthLimit) levels of nesting") }
    depth += 1
    position += 1
    let value = try body(&self)
    depth -= 1
    return value
  }

  private mutating func object() throws(JSONSyntaxError) -> JSONValue {
    var fields: [JSONValue.Field] = []
    try skipSpace()
    if take("}") { return .object(fields) }
    while true {
      try skipSpace()
      let name = try self.name()
      try skipSpace()
      if isLenient, take("=") {
        _ = take(">")
      } else if !take(":") {
        throw error("':'")
      }
      fields.append(JSONValue.Field(name: name, value: try value()))
      try skipSpace()
      if take("}") { return .object(fields) }
      guard takeComma() else { throw error("',' or '}'") }
    }
  }

  private mutating func array() throws(JSONSyntaxError) -> JSONValue {
    var elements: [JSONValue] = []
    try skipSpace()
    if take("]") { return .array(elements) }
    while true {
      try skipSpace()
      // Gson reads an empty place between two commas, or after the last one, as null.
      if isLenient, position < end, isOneOf(bytes[position], ",;]") {
        elements.append(.null)
      } else {
        let element = try value()
        if keepsElements { elements.append(element) }
      }
      try skipSpace()
      if take("]") { return .array(elements) }
      guard takeComma() else { throw error("',' or ']'") }
    }
  }

  private mutating func name() throws(JSONSyntaxError) -> String {
    guard position < end else { throw error("a field name") }
    switch bytes[position] {
    case UInt8(ascii: "\""): return try quoted(UInt8(ascii: "\""))
    case UInt8(ascii: "'") where isLenient: return try quoted(UInt8(ascii: "'"))
    default:
      let range = isLenient ? unquoted() : position..<position
      guard !range.isEmpty else { throw error("a field name") }
      return String(decoding: bytes[range], as: UTF8.self)
    }
  }

  /// true, false, null, a number; in the lenient dialect any other word is a string.
  private mutating func literal() throws(JSONSyntaxError) -> JSONValue {
    let begin = position
    let range = unquoted()
    let word = String(decoding: bytes[range], as: UTF8.self)
    switch isLenient ? word.lowercased() : word {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "null": return .null
    default: break
    }
    if isNumber(range) { return .number(word) }
    if isLenient, !range.isEmpty { return .string(word) }
    position = begin
    throw error("a value")
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
    while position < end, !isOneOf(bytes[position], "/\\;#={}[]:, \t\r\n\u{0C}\"'") || isQuoteInsideWord(begin) {
      position += 1
    }
    return begin..<position
  }

  /// Gson ends a bare word only at punctuation: a quote in the middle belongs to the word.
  private func isQuoteInsideWord(_ begin: Int) -> Bool {
    isLenient && position > begin && isOneOf(bytes[position], "\"'")
  }

  func isOneOf(_ byte: UInt8, _ set: StaticString) -> Bool {
    set.withUTF8Buffer { $0.contains(byte) }
  }

  mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard position < end, bytes[position] == UInt8(ascii: byte) else { return false }
    position += 1
    return true
  }

  private mutating func takeComma() -> Bool { take(",") || (isLenient && take(";")) }

  func error(_ expected: String, at place: Int? = nil) -> JSONSyntaxError {
    let place = place ?? position
    let found: String
    if place >= end {
      found = "the end of the text"
    } else {
      let byte = bytes[place]
      found = byte > 32 && byte < 127 ? "'\(Unicode.Scalar(byte))'" : "byte 0x\(String(byte, radix: 16))"
    }
    return JSONSyntaxError(offset: place - start, expected: expected, found: found)
  }
}
