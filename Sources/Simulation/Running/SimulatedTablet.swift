internal import Planning
internal import Records

/// A tablet in the middle of a simulation. Its files are in the planner's form, so that a plan copies nothing.
struct SimulatedTablet {
  var extent: KeyExtent
  var directory: String
  var server: Int
  /// How much of what the table is sent goes here.
  var share: Double
  /// What the table had been sent when this tablet last wrote its memory to a file, in bytes.
  var flushed: Double
  private(set) var files: [PlannedFile] = []
  /// The files again, at the same places.
  private(set) var states: [FileState] = []
  private(set) var bytes: Int64 = 0
  private(set) var entries: Int64 = 0
  /// Slots of the jobs that run, in the order in which they began.
  var running: [Int] = []
  /// Slots of the jobs that wait.
  var waiting: [Int] = []
  /// Something happened since it was planned last.
  var isChanged = false
  var userCompaction = UserCompaction.none
  /// It is larger than the threshold of splits.
  var isTooLarge = false
  /// There is no row between its first and its last.
  var isUnsplittable = false

  struct FileState {
    var entries: Int64
    /// The slot of the job that compacts it now, or -1.
    var job: Int32 = -1
    /// A user compaction has set it aside.
    var isSelected = false
  }

  /// How far a user compaction of all files has come on this tablet.
  enum UserCompaction {
    case none
    /// Files are selected when nothing runs any more.
    case waits
    /// - since: when the files were selected, in ms.
    /// - isReserved: they are out of reach of system compactions for good: in 2.1 from the first job's start on, in 4.0
    ///   from the first job's end on.
    case selected(since: Int64, isReserved: Bool)
  }

  init(extent: KeyExtent, directory: String, server: Int, share: Double, flushed: Double) {
    (self.extent, self.directory, self.server) = (extent, directory, server)
    (self.share, self.flushed) = (share, flushed)
  }

  mutating func add(_ file: PlannedFile, entries: Int64, isSelected: Bool = false) {
    files.append(file)
    states.append(FileState(entries: entries, isSelected: isSelected))
    bytes += file.size
    self.entries += entries
  }

  func place(of file: PlannedFile) -> Int? { files.firstIndex { $0.number == file.number } }

  /// Whether a job of these files can begin: they are there, and no other job has them.
  func isFree(_ job: [PlannedFile]) -> Bool {
    job.allSatisfy { file in place(of: file).map { states[$0].job < 0 } ?? false }
  }

  /// Gives the files to a job, or with -1 back.
  mutating func give(_ job: [PlannedFile], to slot: Int32) {
    for file in job { if let place = place(of: file) { states[place].job = slot } }
  }

  /// A job is done: its inputs go.
  /// - Returns: their entries.
  mutating func remove(inputsOf slot: Int32) -> Int64 {
    var removed: Int64 = 0
    var kept = 0
    for place in files.indices {
      if states[place].job == slot {
        removed += states[place].entries
        bytes -= files[place].size
      } else {
        if kept != place {
          files[kept] = files[place]
          states[kept] = states[place]
        }
        kept += 1
      }
    }
    files.removeLast(files.count - kept)
    states.removeLast(states.count - kept)
    entries -= removed
    return removed
  }

  func files(where isWanted: (FileState) -> Bool) -> [PlannedFile] {
    files.indices.filter { isWanted(states[$0]) }.map { files[$0] }
  }

  mutating func select(_ isSelected: Bool) { for place in states.indices { states[place].isSelected = isSelected } }

  var hasSelection: Bool { states.contains { $0.isSelected } }

  func isSelected(_ job: [PlannedFile]) -> Bool {
    job.contains { file in place(of: file).map { states[$0].isSelected } ?? false }
  }

  /// Half of each file goes.
  mutating func halve() -> [(file: PlannedFile, entries: Int64)] {
    var other: [(file: PlannedFile, entries: Int64)] = []
    for place in files.indices {
      var half = files[place]
      half.size /= 2
      let entries = states[place].entries / 2
      files[place].size -= half.size
      states[place].entries -= entries
      other.append((half, entries))
      bytes -= half.size
      self.entries -= entries
    }
    return other
  }
}

/// A compaction that waits or runs.
struct SimulatedJob {
  enum State {
    /// The slot is free.
    case none
    case waits, runs
    /// Its compactor is gone, and its tablet does not know.
    case lost
  }

  /// From 1, in the order in which jobs were planned; no two jobs have the same.
  var number = 0
  var tablet = 0
  var kind = CompactionKind.system
  /// A place among the executors of the simulation.
  var executor = 0
  /// A place among the queues of the executor.
  var place = 0
  var priority = 0
  var files: [PlannedFile] = []
  var bytes: Int64 = 0
  /// It takes all files of the tablet, so delete markers may go.
  var takesAll = false
  var state = State.none
  /// When it was planned, began and, as things stand, will end. Milliseconds.
  var queued: Int64 = 0
  var start: Int64 = 0
  var end: Int64 = 0
  /// Under a limit that jobs share: bytes that were left to read at `since`.
  var left = 0.0
  var since: Int64 = 0
}

/// Jobs at slots that are used again.
struct JobTable {
  private(set) var jobs: [SimulatedJob] = []
  private var free: [Int] = []
  private var count = 0

  subscript(slot: Int) -> SimulatedJob {
    get { jobs[slot] }
    _modify { yield &jobs[slot] }
  }

  mutating func add(_ job: SimulatedJob) -> Int {
    count += 1
    let slot = free.popLast() ?? jobs.count
    if slot == jobs.count { jobs.append(job) } else { jobs[slot] = job }
    jobs[slot].number = count
    return slot
  }

  mutating func remove(_ slot: Int) {
    jobs[slot] = SimulatedJob()
    free.append(slot)
  }

  func isWaiting(_ job: JobQueue.Waiting) -> Bool {
    jobs[job.slot].number == job.number && jobs[job.slot].state == .waits
  }

  /// Whether a slot still holds the job of that number.
  func holds(_ number: Int, at slot: Int) -> Bool { jobs[slot].number == number }
}
