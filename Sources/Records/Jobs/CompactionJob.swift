/// One compaction to run: the `job` record. It is Accumulo's metadata of an external compaction, with sizes added.
package struct CompactionJob: Hashable, Sendable {
  /// `ECID:<uuid>`; in 4.0 `ECID-<uuid>`.
  package var ecid: String
  package var extent: KeyExtent
  package var directory: String?
  package var kind: CompactionKind
  /// The compaction service that planned it.
  package var service: String
  /// 2.1: `i.<service>.<name>` or `e.<queue>`. Empty where there is a group.
  package var executor: String
  /// 4.0: the compactors that are to run it.
  package var group: String?
  /// The round of `plan --repeat`, from 1: a job reads what jobs of earlier passes wrote.
  package var pass: Int
  /// 16 bits in Accumulo; higher runs first.
  package var priority: Int
  package var inputs: [TabletFile]
  /// Files that were selected with the inputs but are not in this job (USER and SELECTOR).
  package var nextFiles: [FilePart]
  /// Name of the file it makes, and its name while it is written.
  package var output: String
  package var tmp: String
  /// False: delete markers are dropped, which is right only when the job takes all files of the tablet.
  package var propagateDeletes: Bool
  /// Whether the job takes all files of the tablet.
  package var selectedAll: Bool
  /// Sum of the inputs' sizes.
  package var bytes: Int64
  /// `table.*` settings that are not Accumulo's defaults.
  package var properties: [String: String]
  /// False: the table's settings are not known, and empty `properties` do not mean Accumulo's defaults.
  package var hasProperties: Bool

  package init(
    ecid: String, extent: KeyExtent, directory: String?, kind: CompactionKind, service: String,
    executor: String = "", group: String? = nil, pass: Int, priority: Int, inputs: [TabletFile],
    nextFiles: [FilePart], output: String, tmp: String,
    propagateDeletes: Bool, selectedAll: Bool, bytes: Int64, properties: [String: String],
    hasProperties: Bool = true
  ) {
    self.ecid = ecid
    self.extent = extent
    self.directory = directory
    self.kind = kind
    self.service = service
    self.executor = executor
    self.group = group
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

extension CompactionJob {
  /// Whether this job runs before another: by priority, then by number of inputs, more first, as in Accumulo's queues
  /// (`CompactionJobPrioritizer.JOB_COMPARATOR`), then by pass.
  package func goesBefore(_ other: CompactionJob) -> Bool {
    if priority != other.priority { return priority > other.priority }
    if inputs.count != other.inputs.count { return inputs.count > other.inputs.count }
    return pass < other.pass
  }
}

/// An encoder and a level, and how many blocks of an output were compressed with them.
package struct CompressionRung: Hashable, Sendable {
  /// `isal`, `libdeflate` or `zlib` for the codec gz, otherwise the codec.
  package var encoder: String
  /// Nil for codecs without levels.
  package var level: Int64?
  package var blocks: Int64

  package init(encoder: String, level: Int64?, blocks: Int64) {
    (self.encoder, self.level, self.blocks) = (encoder, level, blocks)
  }
}

/// How a job ended: the `result` record.
package struct CompactionResult: Hashable, Sendable {
  package enum State: String, Sendable {
    case finished = "FINISHED"
    case failed = "FAILED"
  }

  /// Whether it helps to run a failed job again.
  package enum Retry: String, Sendable {
    /// It would fail again: its inputs are gone or damaged, or its settings are wrong. Plan again.
    case never
    /// Not before something else has ended: another process has its inputs.
    case later
    /// The machine was at fault, or a signal came.
    case now
  }

  /// The part of an output that a process wrote before it died.
  package struct Resumed: Hashable, Sendable {
    package var bytes: Int64
    package var entries: Int64

    package init(bytes: Int64, entries: Int64) { (self.bytes, self.entries) = (bytes, entries) }
  }

  package var ecid: String
  package var extent: KeyExtent
  /// Where the output lies; nil when failed.
  package var directory: String?
  package var state: State
  /// Whether the job had finished before: the numbers are those of then.
  package var already: Bool
  /// What it took out of the tablet, as the job names it; nil when failed, or not known.
  package var inputs: [FilePart]?
  /// Bytes of the output; 0 when failed.
  package var fileSize: Int64
  /// Entries written, and read.
  package var entries: Int64
  package var entriesRead: Int64
  /// Data blocks of the output, and how many of them were copied from inputs without being compressed again.
  package var blocks: Int64
  package var blocksReused: Int64
  /// What the others were compressed with, from cheap to dear.
  package var rungs: [CompressionRung]
  package var output: String?
  package var seconds: Double
  /// Why it failed.
  package var error: String?
  /// Whether it helps to run it again; nil unless it failed.
  package var retry: Retry?
  /// What was wrong with inputs that were merged all the same.
  package var unsound: [String]
  /// What became of every entry; nil without certification.
  package var certificate: Certificate?
  /// What was taken over from a process that died; nil: nothing.
  package var resumed: Resumed?
  /// Why nothing was taken over, although a dead process had left a checkpoint.
  package var afresh: String?

  package init(
    ecid: String, extent: KeyExtent, directory: String? = nil, state: State, already: Bool = false,
    fileSize: Int64 = 0, entries: Int64 = 0, entriesRead: Int64 = 0,
    blocks: Int64 = 0, blocksReused: Int64 = 0, rungs: [CompressionRung] = [], output: String? = nil,
    seconds: Double = 0, error: String? = nil, retry: Retry? = nil, unsound: [String] = [],
    certificate: Certificate? = nil, resumed: Resumed? = nil, afresh: String? = nil
  ) {
    self.resumed = resumed
    self.afresh = afresh
    self.already = already
    self.retry = retry
    self.unsound = unsound
    self.certificate = certificate
    self.ecid = ecid
    self.extent = extent
    self.directory = directory
    self.state = state
    self.fileSize = fileSize
    self.entries = entries
    self.entriesRead = entriesRead
    self.blocks = blocks
    self.blocksReused = blocksReused
    self.rungs = rungs
    self.output = output
    self.seconds = seconds
    self.error = error
  }
}
