import Compaction
import Entries
import Records

/// Writes the records of `diff` to standard output.
final class DifferencePrinter {
  private let output = RecordOutput()
  private var writer = EntryTextWriter(.json)
  /// How many more differences to print.
  private var left: Int
  private(set) var hasDifferences = false

  /// - Parameter limit: the most differences to print.
  init(limit: Int) { left = limit }

  /// - Throws: `ClosedOutput` when the reader has gone away; `SystemError`.
  func write(_ difference: Difference) throws {
    hasDifferences = true
    guard left > 0 else { return }
    left -= 1
    switch difference {
    case .missing(let entry): writer.appendRecord("missing", entry)
    case .extra(let entry): writer.appendRecord("extra", entry)
    case .changed(let entry, let value): writer.appendRecord("changed", entry, ("otherValue", value))
    }
    defer { writer.removeAll() }
    try output.write(bytes: writer.bytes)
  }

  func write(_ report: ComparisonReport) throws {
    try output.write { line in
      line.record("diff") { line in
        line.field("same", report.isSame)
        line.field("equal", report.equal)
        line.field("missing", report.missing)
        line.field("extra", report.extra)
        line.field("changed", report.changed)
        line.object("a") { report.a.write(to: &$0) }
        line.object("b") { report.b.write(to: &$0) }
        line.field("sums", EntrySum.algorithm)
      }
    }
  }

  /// Runs `body` and flushes, even after an error: what was written before is still right.
  func flushing(_ body: () throws -> Void) throws { try output.flushing(body) }
}
