/// Why a table cannot be balanced.
package struct BalanceError: Error, Hashable, CustomStringConvertible {
  package var description: String

  package init(_ description: String) { self.description = description }
}
