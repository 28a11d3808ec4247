// Runs the automaton over one text: one table lookup per code point.
//
// Only three kinds of position can satisfy `^`, `$` and the like: the beginning, the end, and the place before a line
// terminator that ends the text. Everywhere else a state leads straight to the next. At those three it is first
// resolved, that is, taken through the checks that hold there.

package import Entries

/// Runs a `JavaPattern` over bytes.
package final class PatternMatcher {
  private let automaton: PatternAutomaton
  private let finds: Bool
  private let encoding: JavaCharset

  init(_ pattern: JavaPattern, encoding: JavaCharset) {
    automaton = PatternAutomaton(pattern.program, startsAnywhere: pattern.extent == .substring)
    finds = pattern.extent == .substring
    self.encoding = encoding
  }

  package func matches(_ text: ByteView) -> Bool {
    let bytes = text.start
    let count = text.count
    let lastLine = Self.endOfLastLine(bytes, count, encoding)
    var position = 0
    var state = automaton.resolve(automaton.start, marks(at: 0, lastLine, count) | PatternAssertion.beginning.rawValue)
    if finds, automaton.accepts(state) { return true }
    while position < count {
      let byte = bytes[position]
      position += 1
      if byte < 0x80 {
        state = automaton.step(state, asciiByte: byte)
      } else {
        var scalar = JavaUTF8.replacement
        switch encoding {
        case .utf8: scalar = JavaUTF8.rest(byte, bytes, count, &position)
        case .latin1: scalar = UInt32(byte)
        case .ascii: break
        }
        state = automaton.step(state, scalar: scalar)
      }
      if position >= lastLine { state = automaton.resolve(state, marks(at: position, lastLine, count)) }
      if finds {
        if automaton.accepts(state) { return true }
      } else if state == PatternAutomaton.dead {
        return false
      }
    }
    return automaton.accepts(state)
  }

  @inline(__always) private func marks(at position: Int, _ lastLine: Int, _ count: Int) -> UInt8 {
    if position == count { return PatternAssertion.end.rawValue | PatternAssertion.endOfLastLine.rawValue }
    return position == lastLine ? PatternAssertion.endOfLastLine.rawValue : 0
  }

  /// Where the line terminator that ends the text begins; `count` when there is none.
  @inline(__always) static func endOfLastLine(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ encoding: JavaCharset
  ) -> Int {
    guard count > 0 else { return 0 }
    let last = bytes[count - 1]
    if last == 10 { return count >= 2 && bytes[count - 2] == 13 ? count - 2 : count - 1 }
    if last == 13 { return count - 1 }
    if last < 0x80 { return count }
    switch encoding {
    case .utf8:
      if count >= 2, last == 0x85, bytes[count - 2] == 0xc2 { return count - 2 }
      if count >= 3, last == 0xa8 || last == 0xa9, bytes[count - 2] == 0x80, bytes[count - 3] == 0xe2 {
        return count - 3
      }
      return count
    case .latin1: return last == 0x85 ? count - 1 : count
    case .ascii: return count
    }
  }
}
