/// What the inputs are called in pictures: nothing when there is one, its name when it is short, otherwise A and B.
struct SideLabels: Sendable {
  private let sources: [String]
  private static let longest = 10

  /// - Parameter sources: the names of all inputs.
  init(_ sources: [String]) { self.sources = sources }

  /// The labels of sides that are compared.
  func labels<Value>(of sides: Sides<Value>) -> [String] {
    guard sides.all.count > 1 else { return [""] }
    let names = sides.all.map { sources[$0.source] }
    return isShort(names) ? names : ["A", "B"]
  }

  /// `A is ratio-2-monday, B ratio-3-monday.`; empty where the labels say it.
  func legend<Value>(of sides: Sides<Value>) -> String {
    guard sides.all.count > 1 else { return "" }
    let names = sides.all.map { sources[$0.source] }
    return isShort(names) ? "" : "A is \(names[0]), B is \(names[1])."
  }

  private func isShort(_ names: [String]) -> Bool {
    Set(names).count == names.count && names.allSatisfy { !$0.isEmpty && $0.count <= Self.longest }
  }
}

extension String {
  /// Its beginning, for places with little room.
  func shortened(to length: Int) -> String { count <= length ? self : prefix(length - 1) + "…" }

  /// With another text behind it, and a blank if neither is empty.
  func followed(by text: String) -> String { isEmpty || text.isEmpty ? self + text : self + " " + text }
}
