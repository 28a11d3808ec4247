import Settings

/// A place where jobs wait and run: in 2.1 a pool of threads in the tablet server, or a queue that compactors outside
/// serve; in 4.0 a group of compactors.
package struct Executor: Hashable, Sendable {
  package enum Place: Hashable, Sendable {
    case threads(Int)
    case queue(String)
    case group
  }

  /// `i.<service>.<name>`, `e.<queue>`, or the name of a group.
  package var id: String
  /// Takes jobs of fewer bytes than this; nil for any size.
  package var maxSize: Int64?
  package var place: Place

  var isExternal: Bool { if case .queue = place { true } else { false } }
}

extension Executor {
  /// In ascending order of size, the one for all sizes last.
  /// - Throws: `PlanningError` when two have the same limit, or none.
  static func ascending(_ executors: [Executor], calledOne name: String) throws(PlanningError) -> [Executor] {
    let sizes = executors.compactMap(\.maxSize)
    guard sizes.count >= executors.count - 1 else { throw PlanningError("more than one \(name) has no maxSize") }
    guard Set(sizes).count == sizes.count else { throw PlanningError("two \(name)s have the same maxSize") }
    return executors.sorted {
      ($0.maxSize ?? .max, $0.maxSize == nil ? 1 : 0) < ($1.maxSize ?? .max, $1.maxSize == nil ? 1 : 0)
    }
  }

  /// The text of a `maxSize`, in bytes.
  static func maxSize(_ text: String) throws(PlanningError) -> Int64 {
    let size: Int64
    do throws(ConfigurationValueError) { size = try ConfigurationValue.size(text) } catch {
      throw PlanningError("maxSize: \(error)")
    }
    guard size > 0 else { throw PlanningError("maxSize: expected more than 0, found \(text)") }
    return size
  }
}
