extension PatternParser {
  /// What follows a backslash outside a class.
  mutating func escape(from start: Int) throws -> [PatternNode] {
    guard let scalar = peek else { throw error("a \\ at the end", at: start) }
    switch Unicode.Scalar(scalar) {
    case "A": return assertion(.beginning)
    case "z": return assertion(.end)
    case "Z": return assertion(.endOfLastLine)
    case "Q":
      position += 1
      return quotation()
    case "b", "B": throw unsupported("the word boundary \\b or \\B", at: start)
    case "G", "N", "R", "X": throw unsupported("\\\(Unicode.Scalar(scalar)!)", at: start)
    case "k", "1", "2", "3", "4", "5", "6", "7", "8", "9": throw unsupported("a back reference", at: start)
    default:
      if let set = try classEscape(from: start) { return [.set(set)] }
      return [.set(literal(try character(from: start)))]
    }
  }

  private mutating func assertion(_ assertion: PatternAssertion) -> [PatternNode] {
    position += 1
    return [.assertion(assertion)]
  }

  /// The characters up to `\E` or the end, taken literally.
  private mutating func quotation() -> [PatternNode] {
    var nodes: [PatternNode] = []
    while let scalar = next() {
      if scalar == 92, take("E") { return nodes }
      nodes.append(.set(literal(scalar)))
    }
    return nodes
  }

  /// `\d` and the like, after the backslash; nil when something else follows it.
  mutating func classEscape(from start: Int) throws -> ScalarSet? {
    guard let name = peek.flatMap(Unicode.Scalar.init) else { return nil }
    let set: ScalarSet
    switch name {
    case "d", "D": set = .digit
    case "w", "W": set = .word
    case "s", "S": set = .space
    case "h", "H": set = .horizontalSpace
    case "v", "V": set = .verticalSpace
    case "p", "P":
      position += 1
      set = try property(from: start)
      position -= 1
    default: return nil
    }
    position += 1
    return ("A"..."Z").contains(name) ? set.complement : set
  }

  /// `{name}` after `\p`.
  private mutating func property(from start: Int) throws -> ScalarSet {
    guard take("{") else { throw unsupported("a Unicode category \\p", at: start) }
    var name = ""
    while let scalar = next().flatMap(Unicode.Scalar.init) {
      guard scalar != "}" else {
        guard let set = ScalarSet.posix[name] else {
          let known = ScalarSet.posix.keys.sorted().joined(separator: ", ")
          throw unsupported("the character property \\p{\(name)} (only \(known))", at: start)
        }
        // Java's releases differ on whether CASE_INSENSITIVE widens these two.
        if ignoresCase, name == "Lower" || name == "Upper" {
          throw unsupported("\\p{\(name)} together with the flag (?i)", at: start)
        }
        return set
      }
      name.unicodeScalars.append(scalar)
    }
    throw error("\\p{ without }", at: start)
  }

  /// The single character that an escape stands for, after the backslash.
  mutating func character(from start: Int) throws -> UInt32 {
    guard let scalar = next() else { throw error("a \\ at the end", at: start) }
    switch Unicode.Scalar(scalar) {
    case "t": return 9
    case "n": return 10
    case "r": return 13
    case "f": return 12
    case "a": return 7
    case "e": return 27
    case "0": return try octal(from: start)
    case "x": return try hexadecimal(from: start)
    case "u": return try scalarValue(try digits(4, from: start), from: start)
    case "c":
      guard let control = next(), (32...126).contains(control) else {
        throw error("\\c without a character of printable ASCII", at: start)
      }
      return control ^ 64
    default:
      if ScalarSet.alnum.contains(scalar) { throw error("an unknown escape \\\(Unicode.Scalar(scalar)!)", at: start) }
      return scalar
    }
  }

  /// `\0n`, `\0nn` or `\0mnn` with m at most 3.
  private mutating func octal(from start: Int) throws -> UInt32 {
    var value: UInt32?
    for _ in 0..<3 {
      guard let digit = peek, (48...55).contains(digit), (value ?? 0) < 32 else { break }
      value = (value ?? 0) * 8 + digit - 48
      position += 1
    }
    guard let value else { throw error("\\0 without an octal number", at: start) }
    return value
  }

  /// `\xhh` or `\x{h...h}`
  private mutating func hexadecimal(from start: Int) throws -> UInt32 {
    guard take("{") else { return try digits(2, from: start) }
    var value: UInt32?
    while let digit = peek.flatMap(Self.hexValue) {
      value = (value ?? 0) * 16 + digit
      guard value! <= ScalarSet.last else { throw error("a code point beyond U+10FFFF", at: start) }
      position += 1
    }
    guard let value, take("}") else { throw error("\\x{ without a hexadecimal number and }", at: start) }
    return try scalarValue(value, from: start)
  }

  private mutating func digits(_ count: Int, from start: Int) throws -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let digit = peek.flatMap(Self.hexValue) else {
        throw error("an escape with fewer than \(count) hexadecimal digits", at: start)
      }
      value = value * 16 + digit
      position += 1
    }
    return value
  }

  private func scalarValue(_ value: UInt32, from start: Int) throws -> UInt32 {
    guard !(0xd800...0xdfff).contains(value) else {
      throw unsupported("a surrogate as a character", at: start)
    }
    return value
  }

  private static func hexValue(_ digit: UInt32) -> UInt32? {
    switch digit {
    case 48...57: digit - 48
    case 65...70: digit - 55
    case 97...102: digit - 87
    default: nil
    }
  }
}
