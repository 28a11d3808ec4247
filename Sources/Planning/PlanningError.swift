/// A tablet or a configuration for which no plan can be made.
package struct PlanningError: Error, Hashable, CustomStringConvertible {
  /// One line.
  package var description: String

  package init(_ description: String) { self.description = description }
}
