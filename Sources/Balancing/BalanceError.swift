/// Why a table cannot be balanced.
public struct BalanceError: Error, Hashable, CustomStringConvertible {
  public var description: String

  public init(_ description: String) { self.description = description }
}
