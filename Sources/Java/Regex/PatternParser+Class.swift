extension PatternParser {
  /// What follows `[`: characters, ranges and class escapes, up to `]`.
  mutating func characterClass(from start: Int) throws -> ScalarSet {
    let isNegated = take("^")
    var ranges: [ClosedRange<UInt32>] = []
    var isFirst = true
    while true {
      guard let scalar = peek else { throw error("[ without ]", at: start) }
      if scalar == 93 {  // ]
        guard !isFirst else { throw error("] as the first of a class; write it \\]") }
        position += 1
        let set = ScalarSet(ranges)
        return isNegated ? set.complement : set
      }
      ranges += try member(isFirst: isFirst).ranges
      isFirst = false
    }
  }

  /// A character, a range, or a class escape.
  private mutating func member(isFirst: Bool) throws -> ScalarSet {
    let start = position
    switch peek.flatMap(Unicode.Scalar.init) {
    case "[": throw unsupported("a class within a class", at: start)
    case "&":
      position += 1
      if peek == "&" { throw unsupported("a class intersection &&", at: start) }
      position -= 1
    case "-":
      position += 1
      guard isFirst || peek == "]" else {
        throw error("a - that is neither a range nor first or last in its class; write it \\-", at: start)
      }
      if peek == "-" { throw error("a range that starts with -; write it \\-", at: start) }
      return ScalarSet(45)
    case "\\":
      position += 1
      if peek == "Q" { throw unsupported("\\Q in a class", at: start) }
      let isVertical = peek == "v"
      if let set = try classEscape(from: start) {
        // In a range, Java reads \v as the single character U+000B.
        if isVertical, peek == "-" { throw unsupported("\\v before a - in a class", at: start) }
        return set
      }
      position -= 1
    default: break
    }
    let low = try classCharacter()
    guard peek == "-", position + 1 < text.count, text[position + 1] != 93 else { return literal(low) }
    position += 1
    if peek == "[" { throw unsupported("a class within a class") }
    let end = position
    if take("\\") {
      if try classEscape(from: end) != nil { throw error("a range that ends with a class", at: end) }
      position = end
    }
    let high = try classCharacter()
    guard low <= high else { throw error("a range whose end is before its start", at: start) }
    let range = ScalarSet([low...high])
    return ignoresCase ? range.ignoringCase : range
  }

  private mutating func classCharacter() throws -> UInt32 {
    let start = position
    guard let scalar = next() else { throw error("[ without ]") }
    guard scalar == 92 else { return scalar }
    if peek == "Q" { throw unsupported("\\Q in a class", at: start) }
    return try character(from: start)
  }
}
