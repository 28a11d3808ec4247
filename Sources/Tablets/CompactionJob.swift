/// One compaction to run: the `job` record. Accumulo: an external compaction's metadata with sizes added.
public struct CompactionJob: Hashable, Sendable {
  /// `ECID:<uuid>`
  public var ecid: String
  public var extent: KeyExtent
  public var directory: String?
  public var kind: CompactionKind
  /// The compaction service that planned it.
  public var service: String
  /// `i.<service>.<name>` or `e.<queue>`
  public var executor: String
  /// The round of `plan --repeat`, from 1: a job reads what jobs of earlier passes wrote.
  public var pass: Int
  /// 16 bits in Accumulo; higher runs first.
  public var priority: Int
  public var inputs: [TabletFile]
  /// Files that were selected with the inputs but are not in this job (USER and SELECTOR).
  public var nextFiles: [String]
  /// Name of the file it makes, and its name while it is written.
  public var output: String
  public var tmp: String
  /// False: delete markers are dropped, which is right only when all files of the tablet take part.
  public var propagateDeletes: Bool
  /// The job takes all files of the tablet.
  public var selectedAll: Bool
  /// Sum of the inputs' sizes.
  public var bytes: Int64
  /// `table.*` settings that are not Accumulo's defaults.
  public var properties: [String: String]
  /// False: nobody said what the table's settings are, so that empty `properties` do not stand for the defaults.
  public var hasProperties: Bool

  public init(
    ecid: String, extent: KeyExtent, directory: String?, kind: CompactionKind, service: String, executor: String,
    pass: Int, priority: Int, inputs: [TabletFile], nextFiles: [String], output: String, tmp: String,
    propagateDeletes: Bool, selectedAll: Bool, bytes: Int64, properties: [String: String],
    hasProperties: Bool = true
  ) {
    self.ecid = ecid
    self.extent = extent
    self.directory = directory
    self.kind = kind
    self.service = service
    self.executor = executor
    self.pass = pass
    self.priority = priority
    self.inputs = inputs
    self.nextFiles = nextFiles
    self.output = output
    self.tmp = tmp
    self.propagateDeletes = propagateDeletes
    self.selectedAll = selectedAll
    self.bytes = bytes
    self.properties = properties
    self.hasProperties = hasProperties
  }
}

/// How a job ended: the `result` record.
public struct CompactionResult: Hashable, Sendable {
  public enum State: String, Sendable {
    case finished = "FINISHED"
    case failed = "FAILED"
  }

  public var ecid: String
  public var extent: KeyExtent
  public var state: State
  /// Bytes of the output; 0 when failed.
  public var fileSize: Int64
  /// Entries written, and read.
  public var entries: Int64
  public var entriesRead: Int64
  /// Data blocks of the output, and how many of them were taken over from inputs without being compressed again.
  public var blocks: Int64
  public var blocksReused: Int64
  public var output: String?
  public var seconds: Double
  /// Why it failed.
  public var error: String?

  public init(
    ecid: String, extent: KeyExtent, state: State, fileSize: Int64 = 0, entries: Int64 = 0, entriesRead: Int64 = 0,
    blocks: Int64 = 0, blocksReused: Int64 = 0, output: String? = nil, seconds: Double = 0, error: String? = nil
  ) {
    self.ecid = ecid
    self.extent = extent
    self.state = state
    self.fileSize = fileSize
    self.entries = entries
    self.entriesRead = entriesRead
    self.blocks = blocks
    self.blocksReused = blocksReused
    self.output = output
    self.seconds = seconds
    self.error = error
  }
}
