/// A tablet or a configuration that cannot be planned with.
public struct PlanningError: Error, Hashable, CustomStringConvertible {
  /// One line.
  public var description: String

  public init(_ description: String) { self.description = description }
}
