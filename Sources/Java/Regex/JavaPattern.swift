/// A regular expression of java.util.regex, for the question whether it matches.
///
/// It answers as Java does or refuses the pattern: it is not run by trying out ways through the pattern but by an
/// automaton that takes each byte of the text once, so no pattern can make it hang.
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
    // Java's find() also starts in the middle of a surrogate pair, where only such a class sees what is there.
    let hasHalves = program.sets.contains {
      $0.intersects(0xdc00...0xdfff) && !$0.isSuperset(of: 0x10000...ScalarSet.last)
    }
    if extent == .substring, hasHalves {
      throw PatternError(
        offset: 0,
        reason: "a class with surrogates in it is not supported for substrings; leave U+D800 to U+DFFF out of it")
    }
  }

  /// A matcher for texts of one encoding. It learns while it runs, so it is kept and used for all.
  package func matcher(encoding: JavaCharset = .utf8) -> PatternMatcher { PatternMatcher(self, encoding: encoding) }
}
