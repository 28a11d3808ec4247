package import Records

/// What a plan of one tablet came to.
package struct Decision: Hashable, Sendable {
  package struct Choice: Hashable, Sendable {
    /// In the order of the tablet's files: what is equal in two of them comes out as a scan of the tablet shows it.
    package var files: [TabletFile]
    /// The executor; in 4.0 the group.
    package var executor: String
    package var priority: Int
    /// Sum of the sizes.
    package var bytes: Int64
    /// Delete markers may go: the job takes all files of the tablet, or in 4.0 all that is left of a selection of all.
    package var selectedAll: Bool
    /// 2.1, USER and SELECTOR: the other candidates, which later jobs will take.
    package var nextFiles: [FilePart]
    /// For people, in one line.
    package var reason: String
  }

  /// Something about a tablet that decides its jobs and that an operator should hear of.
  package enum Remark: Hashable, Sendable, CaseIterable {
    /// Nothing may be compacted now.
    case held
    /// It is larger than `table.split.threshold`.
    case mustSplit
    /// A user compaction waits for the jobs that run, and no compactor takes a system compaction until it had its turn.
    case drains
    /// It has a selection, and nobody knows since when.
    case unknownAge
  }

  /// In the planner's order; empty: nothing to do.
  package var choices: [Choice]
  /// Why there are none, or why the first. For people, in one line.
  package var reason: String
  package var remark: Remark?

  /// Nothing to do, for a reason.
  package static func nothing(because reason: String) -> Decision { Decision(choices: [], reason: reason) }

  /// The jobs that may begin now.
  package var startable: [Choice] { remark == .drains ? [] : choices }

  /// Why nothing may begin now; nil when something may.
  package var idleReason: String? {
    guard startable.isEmpty else { return nil }
    return switch remark {
    case .drains: remark?.meaning
    case .unknownAge: "\(reason): \(remark?.meaning ?? "")"
    case .held, .mustSplit, nil: reason
    }
  }

  /// The reason, and where the job goes: one line for each job, or one for none.
  package var explanations: [String] {
    guard !choices.isEmpty else { return ["nothing to do: \(reason)"] }
    let suffix = remark == .drains ? "; a user compaction waits for the tablet, and no compactor takes it before" : ""
    return choices.map { "\($0.reason); goes to \($0.executor) with priority \($0.priority)\(suffix)" }
  }
}
