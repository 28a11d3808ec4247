// A tree compiled into a machine of small steps (Thompson's construction). It is built from its end to its beginning,
// so that each part knows which step follows it. `a*b`:
//
//     3 split -> 2, 1        start: 3
//     2 set a -> 3
//     1 set b -> 0
//     0 accept

/// The steps, and the code points grouped into classes whose members no set of the pattern tells apart.
struct PatternProgram: Sendable {
  enum Step: Sendable {
    case accept
    /// Takes one code point of the set.
    case set(Int, then: Int32)
    /// Goes on if the assertion holds at this position.
    case check(PatternAssertion, then: Int32)
    /// Goes on at either step; the first is preferred.
    case split(Int32, Int32)
    /// The captured text begins here (0) or ends (1).
    case mark(Int, then: Int32)
  }

  let steps: [Step]
  let start: Int32
  let sets: [ScalarSet]
  let classes: ScalarClasses

  /// - Throws: `PatternError` for a pattern that is too large.
  init(_ node: PatternNode, marksCaptures: Bool = false) throws {
    var builder = PatternBuilder(marksCaptures: marksCaptures)
    let accept = try builder.add(.accept)
    start = try builder.compile(node, then: accept)
    steps = builder.steps
    sets = builder.sets
    classes = ScalarClasses(sets)
  }
}

private struct PatternBuilder {
  typealias Step = PatternProgram.Step

  let marksCaptures: Bool
  var steps: [Step] = []
  var sets: [ScalarSet] = []
  private var setNumbers: [ScalarSet: Int] = [:]

  /// More than any pattern written by hand needs; `(x{1000}){1000}` exceeds it.
  private static let mostSteps = 20_000
  private static let mostSets = 500
  /// Ranges in all sets together. There are at most twice as many classes, and a column of the automaton's table for each.
  private static let mostRanges = 4000
  private var rangeCount = 0

  init(marksCaptures: Bool) { self.marksCaptures = marksCaptures }

  mutating func compile(_ node: PatternNode, then next: Int32) throws -> Int32 {
    switch node {
    case .empty: return next
    case .set(let set): return try add(.set(try number(set), then: next))
    case .assertion(let assertion): return try add(.check(assertion, then: next))
    case .sequence(let nodes): return try nodes.reversed().reduce(next) { try compile($1, then: $0) }
    case .choice(let branches):
      let starts = try branches.map { try compile($0, then: next) }
      return try starts.dropLast().reversed().reduce(starts.last!) { try add(.split($1, $0)) }
    case .capture(let body):
      guard marksCaptures else { return try compile(body, then: next) }
      let end = try add(.mark(1, then: next))
      return try add(.mark(0, then: compile(body, then: end)))
    case .repeated(let body, let least, let most, let isReluctant):
      var target = next
      if let most {
        for _ in least..<most { target = try add(round(try compile(body, then: target), next, isReluctant)) }
      } else {
        target = try add(.split(next, next))
        steps[Int(target)] = round(try compile(body, then: target), next, isReluctant)
      }
      for _ in 0..<least {
        let before = steps.count
        target = try compile(body, then: target)
        if steps.count == before { break }  // the body is empty, so repeating it changes nothing
      }
      return target
    }
  }

  private func round(_ body: Int32, _ next: Int32, _ isReluctant: Bool) -> Step {
    isReluctant ? .split(next, body) : .split(body, next)
  }

  mutating func add(_ step: Step) throws -> Int32 {
    guard steps.count < Self.mostSteps else {
      throw PatternError(offset: 0, reason: "a pattern of more than \(Self.mostSteps) steps is not supported")
    }
    steps.append(step)
    return Int32(steps.count - 1)
  }

  private mutating func number(_ set: ScalarSet) throws -> Int {
    if let number = setNumbers[set] { return number }
    guard sets.count < Self.mostSets else {
      throw PatternError(offset: 0, reason: "a pattern of more than \(Self.mostSets) different sets is not supported")
    }
    rangeCount += set.ranges.count
    guard rangeCount <= Self.mostRanges else {
      throw PatternError(
        offset: 0, reason: "a pattern whose sets have more than \(Self.mostRanges) ranges is not supported")
    }
    sets.append(set)
    setNumbers[set] = sets.count - 1
    return sets.count - 1
  }
}

/// The code points in classes: two are in the same class when every set of the program contains both or neither.
struct ScalarClasses: Sendable {
  /// The starts of the intervals in order, beginning with 0, and the class of each interval.
  private(set) var starts: [UInt32] = []
  private(set) var classes: [UInt16] = []
  /// For each class, whether each set contains it.
  private(set) var members: [[Bool]] = []

  init(_ sets: [ScalarSet]) {
    var borders: Set<UInt32> = [0]
    for range in sets.flatMap(\.ranges) {
      borders.insert(range.lowerBound)
      if range.upperBound < ScalarSet.last { borders.insert(range.upperBound + 1) }
    }
    var numbers: [[Bool]: UInt16] = [:]
    for start in borders.sorted() {
      let membership = sets.map { $0.contains(start) }
      let number = numbers[membership] ?? UInt16(members.count)
      if numbers.updateValue(number, forKey: membership) == nil { members.append(membership) }
      starts.append(start)
      classes.append(number)
    }
  }

  func number(of scalar: UInt32) -> UInt16 {
    classes[(starts.firstIndex { $0 > scalar } ?? starts.count) - 1]
  }
}
