// Strings, white space and comments.

extension JSONParser {
  /// A string in quotes. `position` is at the opening quote.
  mutating func quoted(_ quote: UInt8) throws(JSONSyntaxError) -> String {
    position += 1
    let begin = position
    // Almost every string is plain: find its end, and copy once.
    while position < end, bytes[position] != quote, bytes[position] != UInt8(ascii: "\\"), bytes[position] >= 32 {
      position += 1
    }
    if position < end, bytes[position] == quote {
      position += 1
      return try text(bytes[begin..<position - 1], at: begin)
    }
    var text = Array(bytes[begin..<position])
    while position < end {
      let byte = bytes[position]
      if byte == quote {
        position += 1
        return try self.text(text[...], at: begin)
      }
      if byte == UInt8(ascii: "\\") {
        try escape(into: &text)
      } else {
        guard byte >= 32 || isLenient else { throw error("no control character in a string") }
        text.append(byte)
        position += 1
      }
    }
    throw error("the end of a string")
  }

  /// Bytes that are not UTF-8 are refused: a name with a replaced character would name something else.
  private func text(_ bytes: ArraySlice<UInt8>, at begin: Int) throws(JSONSyntaxError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw error("a string in UTF-8", at: begin) }
    return text
  }

  /// `\n`, `\u00e9`, a pair of surrogates. A lone surrogate is refused; in the lenient dialect it becomes U+FFFD.
  private mutating func escape(into text: inout [UInt8]) throws(JSONSyntaxError) {
    let begin = position
    position += 1
    guard position < end else { throw error("an escape", at: begin) }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "'") where isLenient, 0x0A where isLenient: text.append(byte)
    case UInt8(ascii: "u"):
      var unit = try codeUnit(begin)
      if unit & 0xFC00 == 0xD800, position + 1 < end, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      {
        let afterHigh = position
        position += 2
        let low = try codeUnit(afterHigh)
        if low & 0xFC00 == 0xDC00 {
          unit = 0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF
        } else {
          position = afterHigh
        }
      }
      guard let scalar = Unicode.Scalar(unit) ?? (isLenient ? "\u{FFFD}" : nil) else {
        throw error("a pair of surrogates", at: begin)
      }
      text.append(contentsOf: Character(scalar).utf8)
    default: throw error("an escape", at: begin)
    }
  }

  private mutating func codeUnit(_ begin: Int) throws(JSONSyntaxError) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard position < end, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
        throw error("four hexadecimal digits", at: begin)
      }
      unit = unit << 4 | UInt32(digit)
      position += 1
    }
    return unit
  }

  /// White space; in the lenient dialect also `# ..` and `// ..` to the end of the line, and `/* .. */`.
  mutating func skipSpace() throws(JSONSyntaxError) {
    while position < end {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      case UInt8(ascii: "#") where isLenient: skipLine()
      case UInt8(ascii: "/") where isLenient && position + 1 < end:
        switch bytes[position + 1] {
        case UInt8(ascii: "/"): skipLine()
        case UInt8(ascii: "*"): try skipComment()
        default: return
        }
      default: return
      }
    }
  }

  /// `)]}'` and a line feed, which some servers put before JSON so that no browser runs it.
  mutating func skipGuard() throws(JSONSyntaxError) {
    try skipSpace()
    if bytes[position..<end].starts(with: ")]}'\n".utf8) { position += 5 }
  }

  private mutating func skipLine() {
    while position < end, bytes[position] != 0x0A, bytes[position] != 0x0D { position += 1 }
  }

  private mutating func skipComment() throws(JSONSyntaxError) {
    let begin = position
    position += 2
    while position + 1 < end {
      if bytes[position] == UInt8(ascii: "*"), bytes[position + 1] == UInt8(ascii: "/") {
        position += 2
        return
      }
      position += 1
    }
    throw error("the end of the comment", at: begin)
  }
}
