/// A regular expression of java.util.regex that answers whether a text matches.
///
/// It either answers as Java does or refuses the pattern. It does not try out ways through the pattern, but runs an
/// automaton that reads each byte of the text once, so no pattern can make it hang.
package struct JavaPattern: Sendable {
  /// How much of a text must match: `Matcher.matches()` or `Matcher.find()`.
  package enum Extent: Sendable {
    case whole
    case substring
  }

  package let text: String
  package let extent: Extent
  let program: PatternProgram

  /// - Throws: `PatternError`
  package init(_ text: String, extent: Extent = .whole) throws {
    self.text = text
    self.extent = extent
    program = try PatternProgram(PatternParser.parse(text))
    // Java's find() also starts in the middle of a surrogate pair, where only a class with low surrogates can match.
    let hasHalves = program.sets.contains {
      $0.intersects(0xdc00...0xdfff) && !$0.isSuperset(of: 0x10000...ScalarSet.last)
    }
    if extent == .substring, hasHalves {
      throw PatternError(
        offset: 0,
        reason: "a class with surrogates in it is not supported for substrings; leave U+D800 to U+DFFF out of it")
    }
  }

  /// A matcher for texts of one encoding. It builds its automaton as it runs, so keep it and use it for all texts.
  package func matcher(encoding: JavaCharset = .utf8) -> PatternMatcher { PatternMatcher(self, encoding: encoding) }
}
