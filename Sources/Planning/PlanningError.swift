/// A tablet or a configuration that cannot be planned with.
package struct PlanningError: Error, Hashable, CustomStringConvertible {
  /// One line.
  package var description: String

  package init(_ description: String) { self.description = description }
}
