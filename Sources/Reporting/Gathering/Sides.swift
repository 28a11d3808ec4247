/// What one or two inputs say about the same thing: the second is laid over the first, as A and B.
struct Sides<Value> {
  struct Side {
    /// The number of the input.
    var source: Int
    var value: Value
  }

  /// Of the records, for messages.
  let type: String
  private(set) var all: [Side] = []

  init(_ type: String) { self.type = type }

  var isEmpty: Bool { all.isEmpty }
  var values: [Value] { all.map(\.value) }

  /// Changes what an input says.
  /// - Throws: `TooManyInputs` for the third input that says something.
  mutating func update(
    _ source: Int, orBegin begin: @autoclosure () -> Value, _ change: (inout Value) -> Void
  ) throws(TooManyInputs) {
    if let place = all.firstIndex(where: { $0.source == source }) { return change(&all[place].value) }
    guard all.count < 2 else { throw TooManyInputs(type: type) }
    all.append(Side(source: source, value: begin()))
    change(&all[all.count - 1].value)
  }
}

struct TooManyInputs: Error, CustomStringConvertible {
  var type: String

  var description: String {
    "this is the third input with \(type) records, and two can be compared: join those that belong together with cat"
  }
}
