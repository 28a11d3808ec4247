extension PatternParser {
  mutating func quantified(_ atom: PatternNode) throws -> PatternNode {
    let start = position
    let least: Int
    let most: Int?
    switch peek.flatMap(Unicode.Scalar.init) {
    case "?": (least, most) = (0, 1)
    case "*": (least, most) = (0, nil)
    case "+": (least, most) = (1, nil)
    case "{":
      position += 1
      (least, most) = try counts(from: start)
      position -= 1
    default: return atom
    }
    position += 1
    let isReluctant = take("?")
    if peek == "+" { throw unsupported("a possessive quantifier", at: start) }
    try refuseQuantifier(after: "a quantifier", at: position)
    // Java ends a counted repetition at the first round that takes nothing. That makes no difference when the rounds
    // could come in any order, but a round that contains an assertion may be able to take nothing at one position only.
    if least >= 2, atom.canBeEmpty, atom.hasAssertion {
      throw unsupported("a count of 2 or more for what can be empty and has ^ $ \\A \\z or \\Z in it", at: start)
    }
    return .repeated(atom, least: least, most: most, isReluctant: isReluctant)
  }

  func refuseQuantifier(after what: String, at start: Int) throws {
    guard let scalar = peek, [42, 43, 63, 123].contains(scalar) else { return }
    throw error("a quantifier after \(what)", at: start)
  }

  /// `n}`, `n,}` or `n,m}`; stops after the brace.
  private mutating func counts(from start: Int) throws -> (Int, Int?) {
    guard let least = try count() else { throw error("{ that is no quantifier; a literal one is \\{", at: start) }
    var most: Int? = least
    if take(",") { most = peek == "}" ? nil : try count() ?? -1 }
    guard take("}") else { throw error("{ without }", at: start) }
    if let most, most < least { throw error("a quantifier whose most is less than its least", at: start) }
    return (least, most)
  }

  private mutating func count() throws -> Int? {
    var value: Int?
    while let scalar = peek, ScalarSet.digit.contains(scalar) {
      value = (value ?? 0) * 10 + Int(scalar - 48)
      guard value! <= Int(Int32.max) else { throw error("a count that is too large") }
      position += 1
    }
    return value
  }
}
