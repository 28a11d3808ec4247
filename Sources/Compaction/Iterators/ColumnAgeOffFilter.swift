import Entries
import Java

/// Drops entries older than their column's limit: org.apache.accumulo.core.iterators.user.ColumnAgeOffFilter.
///
/// Options: each name is a column (see `Column`), each value its time to live in milliseconds. A column with a
/// qualifier takes precedence over its family. `negate` is an option only when its value is `true`, `false` or empty;
/// with a number, it is the column family `negate`. Other columns are kept.
struct ColumnAgeOffFilter: MajcIterator {
  private let limits: [Limit]
  private let negate: Bool

  private struct Limit: Sendable {
    var column: Column
    var ttl: Int64
  }

  init(_ options: IteratorOptions) throws {
    negate = options.bool("negate")
    var limits: [Limit] = []
    for (name, value) in options.values.sorted(by: { $0.key < $1.key }) {
      let text = Self.trim(value)
      if name == "negate", ["", "true", "false"].contains(text.lowercased()) { continue }
      guard let ttl = JavaNumber.long(text) else { throw options.error(name, "expected a number of milliseconds") }
      do {
        let column = try Column(encoded: name)
        if limits.contains(where: { $0.column == column }) {
          throw options.error(name, "another option names the same column; remove one of them")
        }
        limits.append(Limit(column: column, ttl: ttl))
      } catch let invalid as Column.Invalid {
        throw options.error(name, invalid.reason)
      }
    }
    // Columns with a qualifier come before whole families.
    self.limits = limits.filter { $0.column.qualifier != nil } + limits.filter { $0.column.qualifier == nil }
  }

  func layer(in context: MajcContext) -> IteratorLayer? {
    .filter(Running(now: context.now, limits: limits), negate: negate)
  }

  private struct Running: EntryFilter {
    let now: Int64
    let limits: [Limit]

    func accepts(_ entry: EntryPointer) -> Bool {
      for limit in limits where limit.column.contains(entry) {
        return now &- entry.pointee.timestamp <= limit.ttl
      }
      return true
    }
  }

  /// Java's `trim`: removes control characters and spaces at both ends.
  private static func trim(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { $0.value > 32 }),
      let last = scalars.lastIndex(where: { $0.value > 32 })
    else { return "" }
    return String(scalars[first...last])
  }
}
