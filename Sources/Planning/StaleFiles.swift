// Files that a tablet's record names and that are gone: the record was taken while compactions came and went.
//
// A running compaction of such a file can no longer be committed, so it is left out, as a tablet server of 2.1 leaves it
// out when it loads the tablet. A selection of such a file is one of a user compaction that nobody can finish: nothing is
// planned for that tablet. Either way the other tablets go on.

package import Records

extension Tablet {
  /// The tablet without the running compactions that have inputs it does not have. Call it on a tablet whose parts are
  /// named.
  func withoutStaleJobs() -> Tablet {
    guard hasFiles, !running.isEmpty else { return self }
    let known = parts
    var tablet = self
    tablet.running.removeAll { !known.isSuperset(of: $0.files) }
    return tablet
  }

  /// Why nothing can be planned for a tablet of 4.0; nil when its selection is of its files.
  var staleSelection: String? {
    guard hasFiles, candidates == nil, let selected else { return nil }
    let known = parts
    return selected.files.first { !known.contains($0) }
      .map { "nothing may be compacted now: the selected file \($0) is no longer a file of the tablet" }
  }

  private var parts: Set<FilePart> { Set(files.map(\.part)) }

  /// What a plan leaves out of a tablet's running compactions, for people, in one line; nil for nothing.
  package var staleJobs: String? {
    guard hasFiles, !running.isEmpty, let tablet = try? namingParts() else { return nil }
    let known = parts
    let gone = tablet.running.flatMap { $0.files.filter { !known.contains($0) } }
    guard !gone.isEmpty else { return nil }
    let names = Set(gone.map(\.description)).sorted()
    return "running compaction of \(names.joined(separator: ", ")): no longer "
      + (names.count == 1 ? "a file of the tablet; ignored" : "files of the tablet; ignored")
  }
}
