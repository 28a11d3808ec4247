/// A place where jobs wait and run: a pool of threads in the tablet server, or a queue that external compactors serve.
package struct Executor: Hashable, Sendable {
  package enum Place: Hashable, Sendable {
    case threads(Int)
    case queue(String)
  }

  /// `i.<service>.<name>` or `e.<queue>`
  package var id: String
  /// Takes jobs of fewer bytes than this; nil for any size.
  package var maxSize: Int64?
  package var place: Place

  var isExternal: Bool { if case .queue = place { true } else { false } }
}
