/// A place where jobs wait and run: a pool of threads in the tablet server, or a queue that compactors outside serve.
public struct Executor: Hashable, Sendable {
  public enum Place: Hashable, Sendable {
    case threads(Int)
    case queue(String)
  }

  /// `i.<service>.<name>` or `e.<queue>`
  public var id: String
  /// Takes jobs of fewer bytes; nil: of any size.
  public var maxSize: Int64?
  public var place: Place

  public var isExternal: Bool { if case .queue = place { true } else { false } }
}
