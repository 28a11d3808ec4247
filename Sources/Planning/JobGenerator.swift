// What 4.0 looks at before it asks a planner: the manager walks over the tablets, not the servers that host them.
//
// 1. Nothing happens on a tablet that an operation of the manager has, that needs recovery, or that must be split first.
// 2. SYSTEM takes any file that no running job has, and that no user compaction has set aside. A selection protects its
//    files while it is young (`table.compaction.selection.expiration.ms`), and for good once a job of it is done.
// 3. USER takes what is left of the selection. Without one, the tablet is planned as if all files had been selected now.
//
// Accumulo: `CompactionJobGenerator`, `TabletManagementIterator`, and `CompactionReservationCheck` for what a compactor
// may take.

internal import Records
internal import Settings

struct JobGenerator: Sendable {
  var kind: CompactionKind
  /// Milliseconds.
  private let expiration: Int64
  /// Bytes.
  private let splitThreshold: Int64

  init(_ settings: Settings, _ kind: CompactionKind) throws(ConfigurationError) {
    self.kind = kind
    expiration = try settings.duration("table.compaction.selection.expiration.ms")
    splitThreshold = try settings.size("table.split.threshold")
  }

  /// Why the tablet gets no jobs at all; nil when it may have some.
  func obstacle(on tablet: Tablet) -> (remark: Decision.Remark, reason: String)? {
    if let held = tablet.held { return (.held, "nothing may be compacted now: \(held)") }
    guard !tablet.isUnsplittable, tablet.extent.tableId != "+r" else { return nil }
    var bytes: Int64 = 0
    for file in tablet.files {
      let (sum, overflow) = bytes.addingReportingOverflow(file.size)
      if overflow { return nil }  // the inventory refuses such a tablet
      bytes = sum
    }
    guard bytes > splitThreshold else { return nil }
    return (.mustSplit, "it is split first: \(bytes) bytes are more than table.split.threshold, \(splitThreshold)")
  }

  /// The files that may be compacted, and where they are listed; nil: all that no running job has.
  func chosen(from tablet: Tablet) -> (parts: [FilePart], list: String)? {
    if let candidates = tablet.candidates { return (candidates, "candidates") }
    guard let selected = tablet.selected else { return nil }
    let taken = Set(tablet.running.flatMap(\.files))
    if kind == .user { return (selected.files.filter { !taken.contains($0) }, "selected") }
    guard protects(selected) else { return nil }
    let set = taken.union(selected.files)
    return (tablet.files.map(\.part).filter { !set.contains($0) }, "files")
  }

  /// Whether the files of a selection are out of reach of system compactions. One of unknown age counts as young.
  private func protects(_ selected: SelectedFiles) -> Bool {
    selected.completed > 0 || (selected.ageMs ?? 0) < expiration
  }

  /// Whether a job of so many candidates may drop delete markers.
  func takesAll(_ files: Int, of tablet: Tablet) -> Bool {
    guard kind == .user, tablet.candidates == nil, let selected = tablet.selected else {
      return files == tablet.files.count
    }
    return selected.all && files == selected.files.count
  }

  /// What decided about the jobs of a tablet beside its files.
  func remark(on tablet: Tablet) -> Decision.Remark? {
    guard kind == .system else { return nil }
    if tablet.userCompactionWaits { return .drains }
    guard let selected = tablet.selected, tablet.candidates == nil else { return nil }
    return selected.ageMs == nil && selected.completed == 0 ? .unknownAge : nil
  }
}
