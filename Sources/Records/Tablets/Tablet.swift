/// A file of a tablet, as the metadata describes it.
///
/// Accumulo: `StoredTabletFile` with its `DataFileValue`.
package struct TabletFile: Hashable, Sendable {
  /// A name in the tablet's directory, or a full URI.
  package var file: String
  /// Bytes.
  package var size: Int64
  /// Number of entries; 0 when unknown (bulk imports).
  package var entries: Int64
  /// The part of the file that belongs to the tablet; nil: all of it. Accumulo 3.1 and later.
  package var range: FileRange?

  package init(file: String, size: Int64, entries: Int64 = 0, range: FileRange? = nil) {
    self.file = file
    self.size = size
    self.entries = entries
    self.range = range
  }
}

/// Rows (prevEndRow, endRow] of a file; nil at the ends of the file.
package struct FileRange: Hashable, Sendable {
  package var prevEndRow: [UInt8]?
  package var endRow: [UInt8]?

  package init(prevEndRow: [UInt8]?, endRow: [UInt8]?) {
    self.prevEndRow = prevEndRow
    self.endRow = endRow
  }
}

/// Why a compaction runs. Accumulo: `CompactionKind`.
package enum CompactionKind: String, Hashable, Sendable, CaseIterable {
  case system = "SYSTEM"
  case selector = "SELECTOR"
  case user = "USER"
  case chop = "CHOP"
}

/// A compaction that is running on a tablet.
package struct RunningJob: Hashable, Sendable {
  package var kind: CompactionKind
  package var executor: String
  /// Names as in the tablet's files.
  package var files: [String]

  package init(kind: CompactionKind, executor: String, files: [String]) {
    self.kind = kind
    self.executor = executor
    self.files = files
  }
}

/// A tablet: its extent and files, where it is hosted, and what runs on it. The `tablet` record.
package struct Tablet: Hashable, Sendable {
  package var extent: KeyExtent
  /// Nil means the default namespace, or `+accumulo` for table ids that start with `+` or `!`.
  package var namespace: String?
  /// The directory of plain file names: `tables/2/t-0001`.
  package var directory: String?
  /// `host:port` of the server that hosts it.
  package var location: String?
  /// `host:port` of the server that hosted it last.
  package var last: String?
  /// `host:port` of the server that it is assigned to but not yet loaded by.
  package var future: String?
  package var files: [TabletFile]
  /// False: the tablet's files are not known, and empty `files` do not mean a tablet without files.
  package var hasFiles: Bool
  /// Names of the files that a compaction may take; nil means all files that are not in a running job.
  package var candidates: [String]?
  package var running: [RunningJob]

  package init(
    extent: KeyExtent, namespace: String? = nil, directory: String? = nil, location: String? = nil,
    last: String? = nil, future: String? = nil, files: [TabletFile], hasFiles: Bool = true,
    candidates: [String]? = nil, running: [RunningJob] = []
  ) {
    self.extent = extent
    self.namespace = namespace
    self.directory = directory
    self.location = location
    self.last = last
    self.future = future
    self.files = files
    self.hasFiles = hasFiles
    self.candidates = candidates
    self.running = running
  }
}
