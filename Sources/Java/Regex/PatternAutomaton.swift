// A deterministic automaton for a program, built as it is used. A state is the set of steps that the program can be at
// after the text so far (those that take a code point, accept, or wait for a check). A state is made when it is first
// reached, and the transition to it is entered in the table. When there are too many states, all of them are dropped.
// So memory is bounded, and each code point costs at most one walk over the program.

/// The transition table and its states.
final class PatternAutomaton {
  typealias State = Int32

  /// The state from which nothing can match.
  static let dead: State = 0
  private static let unknown: State = -1
  private static let mostStates = 1024
  /// The most steps in all states together.
  private static let mostSteps = 1 << 20

  private let program: PatternProgram
  private let startsAnywhere: Bool
  private let members: [[Bool]]
  private let classStarts: [UInt32]
  private let classNumbers: [UInt16]
  /// Columns of the table: one for each class, then one for each set of marks.
  private let width: Int
  private let classCount: Int
  private let asciiClasses: UnsafeMutablePointer<UInt16>
  private let table: UnsafeMutablePointer<State>
  private let accepting: UnsafeMutablePointer<Bool>

  private var states: [[Int32]] = []
  private var numbers: [[Int32]: State] = [:]
  private var storedSteps = 0
  private var startState = unknown
  /// For each step, the last walk that visited it.
  private var visited: [Int]
  private var walk = 0

  init(_ program: PatternProgram, startsAnywhere: Bool) {
    self.program = program
    self.startsAnywhere = startsAnywhere
    let classes = program.classes
    members = classes.members
    classStarts = classes.starts
    classNumbers = classes.classes
    classCount = classes.members.count
    width = classCount + 8
    asciiClasses = .allocate(capacity: 128)
    table = .allocate(capacity: Self.mostStates * width)
    accepting = .allocate(capacity: Self.mostStates)
    visited = Array(repeating: 0, count: program.steps.count)
    for byte in 0..<128 { asciiClasses[byte] = classes.number(of: UInt32(byte)) }
    forget()
  }

  deinit {
    asciiClasses.deallocate()
    table.deallocate()
    accepting.deallocate()
  }

  /// The state before anything is read or checked.
  var start: State {
    if startState == Self.unknown {
      var steps: [Int32] = []
      walk += 1
      reach(program.start, marks: 0, &steps)
      startState = number(of: steps)
    }
    return startState
  }

  @inline(__always) func accepts(_ state: State) -> Bool { accepting[Int(state)] }

  @inline(__always) func step(_ state: State, asciiByte byte: UInt8) -> State {
    step(state, column: Int(asciiClasses[Int(byte)]))
  }

  func step(_ state: State, scalar: UInt32) -> State {
    var low = 0
    var high = classStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if scalar < classStarts[middle] { high = middle } else { low = middle }
    }
    return step(state, column: Int(classNumbers[low]))
  }

  @inline(__always) private func step(_ state: State, column: Int) -> State {
    let next = table[Int(state) * width + column]
    return next != Self.unknown ? next : makeStep(state, column)
  }

  /// The state after the checks that hold at a position with these `marks` (raw values of `PatternAssertion`).
  @inline(__always) func resolve(_ state: State, _ marks: UInt8) -> State {
    let next = table[Int(state) * width + classCount + Int(marks)]
    return next != Self.unknown ? next : makeResolved(state, marks)
  }

  @inline(never) private func makeStep(_ state: State, _ column: Int) -> State {
    var steps: [Int32] = []
    walk += 1
    for index in states[Int(state)] {
      if case .set(let set, let then) = program.steps[Int(index)], members[column][set] {
        reach(then, marks: 0, &steps)
      }
    }
    if startsAnywhere { reach(program.start, marks: 0, &steps) }
    return enter(steps, from: state, column)
  }

  @inline(never) private func makeResolved(_ state: State, _ marks: UInt8) -> State {
    var steps: [Int32] = []
    walk += 1
    for index in states[Int(state)] { reach(index, marks: marks, &steps) }
    return enter(steps, from: state, classCount + Int(marks))
  }

  private func enter(_ steps: [Int32], from state: State, _ column: Int) -> State {
    if states.count == Self.mostStates || storedSteps > Self.mostSteps {
      forget()
      return number(of: steps)
    }
    let next = number(of: steps)
    table[Int(state) * width + column] = next
    return next
  }

  /// Adds all steps reachable without taking a code point.
  private func reach(_ step: Int32, marks: UInt8, _ steps: inout [Int32]) {
    var pending = [step]
    while let step = pending.popLast() {
      guard visited[Int(step)] != walk else { continue }
      visited[Int(step)] = walk
      switch program.steps[Int(step)] {
      case .accept, .set: steps.append(step)
      case .check(let assertion, let then):
        steps.append(step)
        if marks & assertion.rawValue != 0 { pending.append(then) }
      case .mark(_, let then): pending.append(then)
      case .split(let a, let b):
        pending.append(a)
        pending.append(b)
      }
    }
  }

  private func number(of steps: [Int32]) -> State {
    let sorted = steps.sorted()
    if let number = numbers[sorted] { return number }
    let number = State(states.count)
    states.append(sorted)
    numbers[sorted] = number
    storedSteps += sorted.count
    (table + Int(number) * width).update(repeating: Self.unknown, count: width)
    accepting[Int(number)] = sorted.contains {
      if case .accept = program.steps[Int($0)] { true } else { false }
    }
    return number
  }

  private func forget() {
    states = []
    numbers = [:]
    storedSteps = 0
    startState = Self.unknown
    let dead = number(of: [])
    assert(dead == Self.dead)
  }
}
