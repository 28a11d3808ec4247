// The supported syntax of java.util.regex.Pattern:
//
//     choice    = sequence { "|" sequence }
//     sequence  = { atom [ quantifier ] | "^" | "$" | "\A" | "\z" | "\Z" | "(?i)" ... }
//     atom      = literal | "." | class | escape | group
//     quantifier = "?" | "*" | "+" | "{n}" | "{n,}" | "{n,m}", each optionally followed by "?"
//     group     = "(" | "(?:" | "(?<name>" | "(?is-is:"  choice ")"
//
// Everything else is refused by name: possessive quantifiers, atomic groups, lookaround, back references, \b (Java's
// own releases differ on it), \R, \X, \G, \N, Unicode properties (they depend on Java's Unicode version), class
// intersections and nested classes, and the flags m, d, u, x, U, c.

/// Reads one pattern. Use `PatternParser.parse`.
struct PatternParser {
  let text: [UInt32]
  var position = 0
  var ignoresCase = false
  var dotMatchesAll = false
  private var depth = 0
  private var names: Set<[UInt32]> = []

  private static let deepest = 200

  /// - Throws: `PatternError`
  static func parse(_ text: String) throws -> PatternNode {
    var parser = PatternParser(text: text.unicodeScalars.map(\.value))
    let node = try parser.choice()
    guard parser.peek == nil else { throw parser.error("unmatched )") }
    return node
  }

  private init(text: [UInt32]) { self.text = text }

  var peek: UInt32? { position < text.count ? text[position] : nil }

  mutating func next() -> UInt32? {
    guard let scalar = peek else { return nil }
    position += 1
    return scalar
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == character.value else { return false }
    position += 1
    return true
  }

  func error(_ reason: String, at offset: Int? = nil) -> PatternError {
    PatternError(offset: offset ?? position, reason: reason)
  }

  func unsupported(_ construct: String, at offset: Int? = nil) -> PatternError {
    error(construct + " is not supported", at: offset)
  }

  private mutating func choice() throws -> PatternNode {
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence() throws -> PatternNode {
    var nodes: [PatternNode] = []
    while let scalar = peek, scalar != "|", scalar != ")" {
      let start = position
      let atoms = try self.atoms()
      guard let last = atoms.last else {
        try refuseQuantifier(after: "a flag or an empty \\Q\\E", at: start)
        continue
      }
      nodes += atoms.dropLast()
      if case .assertion = last {
        nodes.append(last)
        try refuseQuantifier(after: "a position (^ $ \\A \\z \\Z)", at: start)
      } else {
        nodes.append(try quantified(last))
      }
    }
    return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
  }

  /// One atom; several for `\Q...\E`, none for a flag.
  private mutating func atoms() throws -> [PatternNode] {
    let start = position
    guard let scalar = next() else { return [] }
    switch Unicode.Scalar(scalar) {
    case "(": return try group(from: start).map { [$0] } ?? []
    case "[": return [.set(try characterClass(from: start))]
    case ".": return [.set(dotMatchesAll ? .all : ScalarSet.lineTerminators.complement)]
    case "^": return [.assertion(.beginning)]
    case "$": return [.assertion(.endOfLastLine)]
    case "*", "+", "?": throw error("a quantifier with nothing before it", at: start)
    case "{": throw error("{ that is no quantifier; a literal one is \\{", at: start)
    case "\\": return try escape(from: start)
    default: return [.set(literal(scalar))]
    }
  }

  func literal(_ scalar: UInt32) -> ScalarSet {
    ignoresCase ? ScalarSet(scalar).ignoringCase : ScalarSet(scalar)
  }

  /// Returns nil for flags alone, which hold to the end of the enclosing group.
  private mutating func group(from start: Int) throws -> PatternNode? {
    let flags = (ignoresCase, dotMatchesAll)
    var captures = true
    if take("?") {
      switch next().flatMap(Unicode.Scalar.init) {
      case ":": captures = false
      case "=": throw unsupported("a lookahead (?=", at: start)
      case "!": throw unsupported("a lookahead (?!", at: start)
      case ">": throw unsupported("an atomic group (?>", at: start)
      case "<": try groupName(from: start)
      default:
        position -= 1
        captures = false
        if try !inlineFlags(from: start) { return nil }
      }
    }
    depth += 1
    guard depth <= Self.deepest else { throw error("groups nested more than \(Self.deepest) deep", at: start) }
    let node = try choice()
    depth -= 1
    guard take(")") else { throw error("( without )", at: start) }
    (ignoresCase, dotMatchesAll) = flags
    if captures { return .capture(node) }
    // Wrapped, so that a quantifier after a group with only an assertion in it is seen as applying to a group.
    if case .assertion = node { return .sequence([node]) }
    return node
  }

  private mutating func groupName(from start: Int) throws {
    if peek == "=" || peek == "!" { throw unsupported("a lookbehind (?<", at: start) }
    var name: [UInt32] = []
    while let scalar = peek, name.isEmpty ? ScalarSet.alpha.contains(scalar) : ScalarSet.alnum.contains(scalar) {
      name.append(scalar)
      position += 1
    }
    guard !name.isEmpty, take(">") else { throw error("a group name must be letters and digits and end with >") }
    guard names.insert(name).inserted else { throw error("a group name that is used twice", at: start) }
  }

  /// `is-is`, then `)` or `:`; returns true for `:`.
  private mutating func inlineFlags(from start: Int) throws -> Bool {
    var value = true
    var count = 0
    while let scalar = next() {
      switch Unicode.Scalar(scalar) {
      case "i": ignoresCase = value
      case "s": dotMatchesAll = value
      case "-" where value: value = false
      case ")" where count > 0: return false
      case ":" where count > 0: return true
      case let flag?:
        guard "mduxUc".unicodeScalars.contains(flag) else { throw error("an unknown group (?", at: start) }
        throw unsupported("the flag (?\(flag))", at: start)
      case nil: throw error("an unknown group (?", at: start)
      }
      count += 1
    }
    throw error("( without )", at: start)
  }
}

/// Let the parser compare code points with characters.
func == (a: UInt32?, b: Unicode.Scalar) -> Bool { a == b.value }
func != (a: UInt32, b: Unicode.Scalar) -> Bool { a != b.value }
