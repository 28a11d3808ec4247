// Strings, white space and comments.

extension JSONParser {
  /// A string in quotes. `position` is at the opening quote.
  mutating func quoted(_ quote: UInt8) throws(JSONSyntaxError) {
    position += 1
    let begin = position
    var isASCII = true
    skipPlain(quote, &isASCII)
    // Escapes are replaced where they stand: what they stand for is never longer.
    var written = position
    while true {
      guard position < end else { throw error("the end of a string") }
      let byte = bytes[position]
      if byte == quote { break }
      if byte == UInt8(ascii: "\\") {
        let scalar = try escape()
        for unit in UTF8.encode(scalar)! {
          bytes[written] = unit
          written += 1
        }
      } else {
        guard byte >= 32 || isLenient else { throw error("no control character in a string") }
        if byte >= 0x80 { isASCII = false }
        bytes[written] = byte
        position += 1
        written += 1
      }
    }
    position += 1
    if !isASCII { try checkUTF8(begin..<written) }
    text.append(.string, begin, written)
  }

  /// Moves to the next quote, backslash, control character or the end: nearly every string is plain, and is passed
  /// over eight bytes at a time.
  private mutating func skipPlain(_ quote: UInt8, _ isASCII: inout Bool) {
    let (ones, tops): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    let quotes = ones &* UInt64(quote)
    let slashes = ones &* UInt64(UInt8(ascii: "\\"))
    var seen: UInt64 = 0
    // Eight bytes at the end of the text reach into the zeros after it, which end a string as control characters.
    while position < end {
      let word = UnsafeRawPointer(bytes + position).loadUnaligned(as: UInt64.self)
      let (q, s) = (word ^ quotes, word ^ slashes)
      // The lowest marked byte is exact, and it is the only one looked at.
      let marks = (((q &- ones) & ~q) | ((s &- ones) & ~s) | ((word &- ones &* 32) & ~word)) & tops
      if marks == 0 {
        seen |= word
        position += 8
        continue
      }
      let count = marks.trailingZeroBitCount / 8
      if count > 0 { seen |= word & (~0 >> UInt64(64 - count * 8)) }
      position += count
      break
    }
    if seen & tops != 0 { isASCII = false }
    position = min(position, end)
  }

  /// Bytes that are not UTF-8 are refused: a name with a replaced character would name something else.
  private func checkUTF8(_ range: Range<Int>) throws(JSONSyntaxError) {
    let string = UnsafeBufferPointer(start: bytes + range.lowerBound, count: range.count)
    guard String(validating: string, as: UTF8.self) != nil else {
      throw error("a string in UTF-8", at: range.lowerBound)
    }
  }

  /// `\n`, `\u00e9`, a pair of surrogates. A lone surrogate is refused; in the lenient dialect it becomes U+FFFD.
  private mutating func escape() throws(JSONSyntaxError) -> Unicode.Scalar {
    let begin = position
    position += 1
    guard position < end else { throw error("an escape", at: begin) }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "'") where isLenient, 0x0A where isLenient: return Unicode.Scalar(byte)
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
      return scalar
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
    // Most often there is none.
    if bytes[position] > UInt8(ascii: "/") || bytes[position] == UInt8(ascii: "\"") { return }
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
    if UnsafeBufferPointer(start: bytes + position, count: end - position).starts(with: ")]}'\n".utf8) { position += 5 }
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
