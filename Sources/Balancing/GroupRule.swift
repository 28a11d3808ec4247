internal import Java
internal import Records

/// Which group a tablet belongs to. Accumulo: `RegexGroupBalancer.getPartitioner`.
///
/// The end row decides, never the rows in the tablet: the tablet that ends at `03` holds the end of group 02 unless
/// there is a split between the two. The last tablet has no end row and belongs to the default group.
package struct GroupRule {
  /// How an end row becomes a group.
  private enum Kind {
    case pattern(CapturePattern)
    case rows([[UInt8]: String])
  }

  private let kind: Kind
  package let defaultGroup: String?

  /// Uses a Java regular expression with one group in parentheses. It must match the whole end row, read as UTF-8. If
  /// it has no group or several, all tablets belong to the default group.
  ///
  /// - Throws: `BalanceError` for a pattern that Java refuses, or that cannot be run exactly as Java runs it.
  package init(regex: String, defaultGroup: String?) throws {
    do {
      kind = .pattern(try CapturePattern(regex))
    } catch {
      throw BalanceError("the pattern \(regex): \(error)")
    }
    self.defaultGroup = defaultGroup
  }

  /// Uses a group for each end row given; all other tablets belong to the default group.
  package init(groups: [[UInt8]: String], defaultGroup: String?) {
    kind = .rows(groups)
    self.defaultGroup = defaultGroup
  }

  /// How many groups in parentheses the pattern has. The rule works only with 1.
  package var captureGroups: Int? {
    guard case .pattern(let pattern) = kind else { return nil }
    return pattern.groupCount
  }

  /// The length in code points of the shortest end row that the pattern can match.
  var shortestRow: Int? {
    guard case .pattern(let pattern) = kind else { return nil }
    return pattern.shortest
  }

  /// The most work on one row, in steps of the pattern times bytes of the row. No sensible pattern for rows comes near
  /// it.
  private static let mostPlaces = 1 << 32

  /// The tablet's group, and whether it is the default group.
  ///
  /// - Throws: `BalanceError` where Accumulo's group would be null, which makes Accumulo fail as soon as it balances.
  package func group(of tablet: Int, in sites: TabletSites) throws -> (name: String, isDefault: Bool) {
    let own = try sites.withEndRow(of: tablet) { row in
      try row.flatMap { try group(ofRow: $0, of: sites.extent(tablet)) }
    }
    if let own { return (own, false) }
    guard let defaultGroup else {
      throw BalanceError(
        "\(sites.extent(tablet)) belongs to the default group, and there is none: name one (--default-group, or the "
          + "property table.custom.balancer.group.regex.default)")
    }
    return (defaultGroup, true)
  }

  /// Nil: the default group.
  private func group(
    ofRow row: UnsafeBufferPointer<UInt8>, of extent: @autoclosure () -> KeyExtent
  ) throws -> String? {
    switch kind {
    case .rows(let groups): return groups[Array(row)]
    case .pattern(let pattern) where pattern.groupCount == 1:
      guard row.count < Self.mostPlaces / pattern.stepCount else {
        throw BalanceError("\(extent().tableId): an end row of \(row.count) bytes is too long for the pattern")
      }
      switch pattern.match(row) {
      case .noMatch: return nil
      case .captured(let range): return JavaUTF8.string(UnsafeBufferPointer(rebasing: row[range]))
      case .absent:
        throw BalanceError(
          "\(extent()): the pattern matches the end row but its group takes no part in it, so that the tablet has no group"
        )
      }
    case .pattern: return nil
    }
  }
}
