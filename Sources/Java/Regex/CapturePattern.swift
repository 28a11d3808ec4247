// Finds what a group captured. Java tries the ways through a pattern in order of preference and takes the first that
// fits. This does the same, but never tries the same step at the same position twice: what failed there once would fail
// again, because nothing in a supported pattern depends on how a position was reached. So the work is at most the
// number of steps times the length of the text.

/// A pattern with captures, matched against whole texts in UTF-8.
package final class CapturePattern {
  package enum Outcome: Equatable {
    case noMatch
    /// The pattern matches, but the group took no part in the match.
    case absent
    /// The range of bytes that the group captured.
    case captured(Range<Int>)
  }

  /// Groups in plain or named parentheses.
  package let groupCount: Int
  /// Steps of the compiled pattern. Matching a text takes at most this number times the length of the text.
  package var stepCount: Int { program.steps.count }
  /// The length of the shortest matching text, in code points.
  package let shortest: Int
  private let program: PatternProgram
  /// For each set, its ASCII characters as bits.
  private let ascii: [(low: UInt64, high: UInt64)]
  private var visited: [UInt64] = []
  private var pending: [Attempt] = []

  private struct Attempt {
    var step: Int32
    var position: Int
    var start: Int
    var range: Range<Int>?
  }

  /// - Throws: `PatternError`
  package init(_ text: String) throws {
    let node = try PatternParser.parse(text)
    groupCount = node.captures
    shortest = node.shortest
    if groupCount == 1, node.repeatsEmpty {
      throw PatternError(
        offset: 0, reason: "a group repeated with * + or {} that can be empty is not supported beside a capture group")
    }
    program = try PatternProgram(node, marksCaptures: groupCount == 1)
    ascii = program.sets.map { set in
      var bits: (low: UInt64, high: UInt64) = (0, 0)
      for scalar in UInt32(0)..<128 where set.contains(scalar) {
        if scalar < 64 { bits.low |= 1 << UInt64(scalar) } else { bits.high |= 1 << UInt64(scalar - 64) }
      }
      return bits
    }
  }

  /// What the pattern's only group captures in a match of the whole text; `absent` for patterns with no group or
  /// several.
  package func match(_ text: UnsafeBufferPointer<UInt8>) -> Outcome {
    guard let start = text.baseAddress else {
      var empty: UInt8 = 0
      return match(&empty, 0)
    }
    return match(start, text.count)
  }

  package func match(_ text: [UInt8]) -> Outcome { text.withUnsafeBufferPointer { match($0) } }

  private func match(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Outcome {
    let lastLine = PatternMatcher.endOfLastLine(bytes, count, .utf8)
    let stepCount = program.steps.count
    let words = (stepCount * (count + 1) + 63) / 64
    // Moved to local variables for the run, because each use of a stored property of a class is checked.
    var visited = self.visited
    var pending = self.pending
    (self.visited, self.pending) = ([], [])
    defer { (self.visited, self.pending) = (visited, pending) }
    visited.removeAll(keepingCapacity: words <= 1 << 16)
    visited.append(contentsOf: repeatElement(0, count: words))
    pending.removeAll(keepingCapacity: true)
    pending.append(Attempt(step: program.start, position: 0, start: 0, range: nil))
    while var attempt = pending.popLast() {
      trial: while true {
        let place = attempt.position * stepCount + Int(attempt.step)
        let bit: UInt64 = 1 << UInt64(place & 63)
        if visited[place >> 6] & bit != 0 { break }
        visited[place >> 6] |= bit
        switch program.steps[Int(attempt.step)] {
        case .accept:
          if attempt.position == count { return attempt.range.map { .captured($0) } ?? .absent }
          break trial
        case .set(let set, let then):
          guard attempt.position < count, takes(set, bytes, count, &attempt.position) else { break trial }
          attempt.step = then
        case .check(let assertion, let then):
          guard holds(assertion, at: attempt.position, lastLine, count) else { break trial }
          attempt.step = then
        case .split(let first, let second):
          pending.append(
            Attempt(step: second, position: attempt.position, start: attempt.start, range: attempt.range))
          attempt.step = first
        case .mark(let side, let then):
          if side == 0 { attempt.start = attempt.position } else { attempt.range = attempt.start..<attempt.position }
          attempt.step = then
        }
      }
    }
    return .noMatch
  }

  private func takes(_ set: Int, _ bytes: UnsafePointer<UInt8>, _ count: Int, _ position: inout Int) -> Bool {
    let scalar = JavaUTF8.next(bytes, count, &position)
    if scalar < 64 { return ascii[set].low >> UInt64(scalar) & 1 != 0 }
    if scalar < 128 { return ascii[set].high >> UInt64(scalar - 64) & 1 != 0 }
    return program.sets[set].contains(scalar)
  }

  private func holds(_ assertion: PatternAssertion, at position: Int, _ lastLine: Int, _ count: Int) -> Bool {
    switch assertion {
    case .beginning: position == 0
    case .end: position == count
    case .endOfLastLine: position == count || position == lastLine
    }
  }
}

extension PatternNode {
  fileprivate var captures: Int {
    switch self {
    case .empty, .set, .assertion: 0
    case .sequence(let nodes), .choice(let nodes): nodes.reduce(0) { $0 + $1.captures }
    case .repeated(let node, _, _, _): node.captures
    case .capture(let node): 1 + node.captures
    }
  }

  /// In code points; counts above a million stop there.
  fileprivate var shortest: Int {
    let length: Int =
      switch self {
      case .empty, .assertion: 0
      case .set: 1
      case .sequence(let nodes): nodes.reduce(0) { $0 + $1.shortest }
      case .choice(let nodes): nodes.map(\.shortest).min() ?? 0
      case .repeated(let node, let least, _, _): node.shortest * min(least, 1_000_000)
      case .capture(let node): node.shortest
      }
    return min(length, 1_000_000)
  }

  /// Whether something that can be empty is repeated: then Java's rule for when to stop decides what is captured.
  fileprivate var repeatsEmpty: Bool {
    switch self {
    case .empty, .set, .assertion: false
    case .sequence(let nodes), .choice(let nodes): nodes.contains(where: \.repeatsEmpty)
    case .repeated(let node, _, let most, _): (node.canBeEmpty && (most ?? 2) > 1) || node.repeatsEmpty
    case .capture(let node): node.repeatsEmpty
    }
  }
}
