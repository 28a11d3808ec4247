internal import Java
package import Records

/// Which group a tablet belongs to. Accumulo: `RegexGroupBalancer.getPartitioner`.
///
/// The end row decides, never the rows in the tablet: the tablet up to `03` holds the end of group 02 when there is no
/// split between the two. The last tablet has no end row and belongs to the default group.
package struct GroupRule {
  /// What makes a group of an end row.
  private enum Kind {
    case pattern(CapturePattern)
    case rows([[UInt8]: String])
  }

  private let kind: Kind
  package let defaultGroup: String?

  /// A Java regular expression with one group in parentheses that must match the whole end row, read as UTF-8. With none
  /// or several, all tablets belong to the default group.
  ///
  /// - Throws: `BalanceError` for a pattern that Java refuses or that cannot be run as Java does.
  package init(regex: String, defaultGroup: String?) throws {
    do {
      kind = .pattern(try CapturePattern(regex))
    } catch {
      throw BalanceError("the pattern \(regex): \(error)")
    }
    self.defaultGroup = defaultGroup
  }

  /// Groups of end rows one by one; all other tablets belong to the default group.
  package init(groups: [[UInt8]: String], defaultGroup: String?) {
    kind = .rows(groups)
    self.defaultGroup = defaultGroup
  }

  /// Groups in parentheses of the pattern; anything but 1 makes it useless.
  package var captureGroups: Int? {
    guard case .pattern(let pattern) = kind else { return nil }
    return pattern.groupCount
  }

  /// Code points of the shortest end row that the pattern can match.
  var shortestRow: Int? {
    guard case .pattern(let pattern) = kind else { return nil }
    return pattern.shortest
  }

  /// More places than this to look at, pattern times row, is no pattern for rows.
  private static let mostPlaces = 1 << 32

  /// The group, and whether it was found in the end row.
  ///
  /// - Throws: `BalanceError` where Accumulo's group is null, which makes it fail as soon as it balances.
  package func group(of extent: KeyExtent) throws -> (name: String, isDefault: Bool) {
    if let row = extent.endRow {
      switch kind {
      case .rows(let groups): if let group = groups[row] { return (group, false) }
      case .pattern(let pattern) where pattern.groupCount == 1:
        guard row.count < Self.mostPlaces / pattern.stepCount else {
          throw BalanceError("\(extent.tableId): an end row of \(row.count) bytes is too long for the pattern")
        }
        switch pattern.match(row) {
        case .noMatch: break
        case .captured(let range): return (JavaUTF8.string(row[range]), false)
        case .absent:
          throw BalanceError(
            "\(extent): the pattern matches the end row but its group takes no part in it, so that the tablet has no group"
          )
        }
      case .pattern: break
      }
    }
    guard let defaultGroup else {
      throw BalanceError(
        "\(extent) belongs to the default group, and there is none: name one (--default-group, or the property "
          + "table.custom.balancer.group.regex.default)")
    }
    return (defaultGroup, true)
  }
}
