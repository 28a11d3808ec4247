package import Records

/// Migrations of the tablets of a placement, as numbers: each is made when it is asked for.
package struct Migrations: Sendable, RandomAccessCollection {
  struct Step: Sendable {
    var tablet: Int
    /// -1 for a tablet without a server.
    var from: Int32
    var to: Int32
  }

  private let steps: [Step]
  private let placement: TablePlacement
  private let perPass: Int?

  /// - Parameter perPass: how many are done in one pass; nil: they are assignments, which come before all passes.
  init(_ steps: [Step], of placement: TablePlacement, perPass: Int?) {
    (self.steps, self.placement, self.perPass) = (steps, placement, perPass)
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { steps.count }

  package subscript(place: Int) -> Migration {
    let step = steps[place]
    return Migration(
      extent: placement.sites.extent(step.tablet),
      group: placement.groups[Int(placement.groupOfTablet[step.tablet])],
      from: step.from < 0 ? nil : placement.servers[Int(step.from)], to: placement.servers[Int(step.to)],
      pass: perPass.map { place / $0 + 1 } ?? 0)
  }
}
