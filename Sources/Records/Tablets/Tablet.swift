package import Entries

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
  /// The timestamp of every entry of the file, whatever its keys say, in ms since 1970: a bulk import with set time.
  /// Nil: that of the key. Accumulo: the third number of `DataFileValue`.
  package var time: Int64?

  package init(file: String, size: Int64, entries: Int64 = 0, range: FileRange? = nil, time: Int64? = nil) {
    self.file = file
    self.size = size
    self.entries = entries
    self.range = range
    self.time = time
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

  package var rows: RowRange { RowRange(after: prevEndRow, through: endRow) }
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
  /// 2.1: `i.<service>.<name>` or `e.<queue>`. Empty where there is a group.
  package var executor: String
  /// 4.0: the compactors that run it.
  package var group: String?
  /// As in the tablet's files.
  package var files: [FilePart]

  package init(kind: CompactionKind, executor: String = "", group: String? = nil, files: [FilePart]) {
    self.kind = kind
    self.executor = executor
    self.group = group
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
  /// The files that a compaction may take; nil: all files that no running job has.
  package var candidates: [FilePart]?
  package var running: [RunningJob]
  /// Whose metadata this is; nil: not known.
  package var version: AccumuloVersion?
  /// 4.0: the files that a user compaction has set aside.
  package var selected: SelectedFiles?
  /// 4.0: a user compaction waits until no jobs run here; no system compaction may begin.
  package var userCompactionWaits = false
  /// 4.0: the manager found no row to split at.
  package var isUnsplittable = false
  /// 4.0: why nothing may be compacted now, such as an operation of the manager; nil: nothing is in the way.
  package var held: String?

  package init(
    extent: KeyExtent, namespace: String? = nil, directory: String? = nil, location: String? = nil,
    last: String? = nil, future: String? = nil, files: [TabletFile], hasFiles: Bool = true,
    candidates: [FilePart]? = nil, running: [RunningJob] = []
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
