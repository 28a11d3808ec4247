/// A pattern as a tree. Captures and the order of preference decide what a group captured (`CapturePattern`), but not
/// whether a text matches.
indirect enum PatternNode: Sendable {
  case empty
  /// One code point from the set.
  case set(ScalarSet)
  case sequence([PatternNode])
  case choice([PatternNode])
  /// `most` is nil for no limit; a reluctant repetition tries to stop before it tries to go on.
  case repeated(PatternNode, least: Int, most: Int?, isReluctant: Bool)
  /// A group in plain or named parentheses.
  case capture(PatternNode)
  case assertion(PatternAssertion)

  var canBeEmpty: Bool {
    switch self {
    case .empty, .assertion: true
    case .set: false
    case .sequence(let nodes): nodes.allSatisfy(\.canBeEmpty)
    case .choice(let nodes): nodes.contains(where: \.canBeEmpty)
    case .repeated(let node, let least, _, _): least == 0 || node.canBeEmpty
    case .capture(let node): node.canBeEmpty
    }
  }

  var hasAssertion: Bool {
    switch self {
    case .empty, .set: false
    case .assertion: true
    case .sequence(let nodes), .choice(let nodes): nodes.contains(where: \.hasAssertion)
    case .repeated(let node, _, _, _), .capture(let node): node.hasAssertion
    }
  }
}

/// What holds at a position between two code points. The raw value is a bit, so that several combine into a set.
enum PatternAssertion: UInt8, Sendable {
  /// `^` and `\A`: the beginning of the text.
  case beginning = 1
  /// `$` and `\Z`: the end, or before a line terminator that ends the text.
  case endOfLastLine = 2
  /// `\z`
  case end = 4
}

/// A regular expression that is refused: either Java refuses it too, or it uses something that is not supported here.
///
/// Nothing is approximated: a filter that disagreed with Accumulo's would lose entries or keep too many.
package struct PatternError: Error, CustomStringConvertible, Equatable {
  /// Counted in code points from 0.
  package var offset: Int
  package var reason: String

  /// `at offset 3: a lookahead (?= is not supported`
  package var description: String { "at offset \(offset): \(reason)" }
}
