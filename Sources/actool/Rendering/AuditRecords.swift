import Compaction
import Entries
import Records

extension AuditReport {
  /// Appends the record and a line feed.
  func write(to line: inout JSONLine) {
    line.record("audit") { line in
      extent.write(to: &line)
      line.field("directory", directory)
      line.field("proven", isProven)
      line.field("jobs", jobs)
      line.object("first") { Self.write(first, to: &$0) }
      line.object("now") { Self.write(now, to: &$0) }
      Self.write(dropped, as: "dropped", to: &line)
      Self.write(made, as: "made", to: &line)
      line.field("checked", checked)
      line.field("chained", chained)
      line.field("untouched", untouched)
      line.field("sums", EntrySum.algorithm)
      if !problems.isEmpty { line.field("problems", problems) }
    }
  }

  private static func write(_ state: State, to line: inout JSONLine) {
    line.field("files", state.files)
    state.sum.write(to: &line)
  }

  private static func write(_ accounts: [Certificate.Account], as name: String, to line: inout JSONLine) {
    line.array(name, accounts) { line, account in
      line.object { line in
        line.field("by", account.name)
        account.sum.write(to: &line)
      }
    }
  }

  /// One line for people:
  ///
  ///     2<<: proven by 3 jobs: 12000 entries in 5 files at first, 900 dropped by versions, 11100 entries in 2 files now; 1
  ///     file read, 4 deleted files proven by their chains, 1 file never compacted
  var text: String {
    var entries = [Self.text(first) + " at first"]
    entries += dropped.map { "\($0.sum.count) dropped by \($0.name)" }
    entries += made.map { "\($0.sum.count) made by \($0.name)" }
    entries.append(Self.text(now) + " now")
    var files = [Self.count(checked.count, "file") + " read"]
    if chained > 0 {
      files.append(Self.count(chained, "deleted file") + " proven by \(chained == 1 ? "its chain" : "their chains")")
    }
    if !untouched.isEmpty { files.append(Self.count(untouched.count, "file") + " never compacted") }
    return "\(extent): \(isProven ? "proven" : "NOT PROVEN") by \(Self.count(jobs, "job")): "
      + "\(entries.joined(separator: ", ")); \(files.joined(separator: ", "))"
  }

  private static func text(_ state: State) -> String {
    "\(state.sum.count) entries in \(count(state.files, "file"))"
  }

  private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
