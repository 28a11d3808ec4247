// Temporary files and directories carry a mark of the process that makes them, so that a later one can tell what is left of
// a dead process from what a live one is working on:
//
//     out.rf.1f2e3d4c-4026531836-123-456789.tmp
//            │        │          │   └ when the process started, in ticks since boot
//            │        │          └ its id
//            │        └ its pid namespace: ids of two containers cannot be compared
//            └ the first 8 digits of the boot id: on another machine, or before it booted, nobody can look it up

/// Names that say whose they are.
extension ProcessIdentity {
  /// What this process puts into the names of its temporaries.
  package var mark: String { "\(shortBoot)-\(namespace)-\(pid)-\(startTime)" }

  /// Whether a mark is that of a process which has surely ended, as this one, which runs here and now, can tell.
  package func seesDeadProcess(behindMark mark: some StringProtocol) throws -> Bool {
    let parts = mark.split(separator: "-")
    guard parts.count == 4, parts[0] == shortBoot, parts[1] == namespace, let pid = Int32(parts[2]),
      let start = UInt64(parts[3])
    else { return false }
    var other = self
    (other.pid, other.startTime) = (pid, start)
    return try other.life(seenBy: self) == .dead
  }

  private var shortBoot: String { String(bootId.filter { $0 != "-" }.prefix(8)) }

  /// `4026531836` of `pid:[4026531836]`
  private var namespace: String { pidNamespace.filter(\.isNumber) }
}
