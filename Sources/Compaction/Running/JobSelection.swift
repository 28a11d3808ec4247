package import Records

/// Which jobs to run: those of the named executors, queues and groups, or all if no names are given.
///
/// A name is a full id (`i.cs1.small`, `e.DCQ1`) or its last part (`small`, `DCQ1`), or a group of 4.0 (`small`).
package struct JobSelection: Hashable, Sendable {
  /// Names of executors of any kind.
  package var executors: [String]
  /// Names of external queues and groups only.
  package var queues: [String]

  package init(executors: [String] = [], queues: [String] = []) {
    self.executors = executors
    self.queues = queues
  }

  package func contains(_ job: CompactionJob) -> Bool {
    if executors.isEmpty && queues.isEmpty { return true }
    if let group = job.group { return queues.contains(group) || executors.contains(group) }
    let id = job.executor
    if executors.contains(where: { Self.isNamed(id, $0) }) { return true }
    return id.hasPrefix("e.") && queues.contains { id == $0 || id.dropFirst(2) == $0 || Self.isNamed(id, $0) }
  }

  private static func isNamed(_ id: String, _ name: String) -> Bool {
    if id == name { return true }
    // In `i.<service>.<name>`, no part contains a dot; in `e.<queue>`, the queue name can.
    if id.hasPrefix("e.") { return id.dropFirst(2) == name }
    return id.split(separator: ".", omittingEmptySubsequences: false).last.map { $0 == name } ?? false
  }
}
