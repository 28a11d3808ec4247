/// The colours of files: by what wrote them.
struct Palette {
  private let executors: ExecutorNames
  /// Those that wrote a file.
  private let writers: [String]
  /// What arrived, beside what jobs wrote, in the order of the key.
  private let arrivals: [(name: String, colour: Int)]

  init(_ history: FileHistory, _ executors: ExecutorNames) {
    self.executors = executors
    let writers = Set(history.jobs.filter { $0.output != nil }.map(\.executor))
    self.writers = executors.shown.filter(writers.contains) + writers.subtracting(executors.shown).sorted()
    let kinds = Set(
      history.files.compactMap { file in if case .arrival(let kind) = file.origin { kind } else { nil } })
    arrivals = [ArrivalRecord.Kind.start, .split, .flush, .bulk].filter(kinds.contains).map {
      (Self.name(of: $0), Self.colour(of: $0))
    }
  }

  func colour(of file: FileHistory.File, in history: FileHistory) -> Int {
    switch file.origin {
    case .arrival(let kind): Self.colour(of: kind)
    case .job(let job): executors.colour(of: history.jobs[job].executor)
    }
  }

  func name(of file: FileHistory.File, in history: FileHistory) -> String {
    switch file.origin {
    case .arrival(let kind): Self.name(of: kind)
    case .job(let job): history.jobs[job].executor
    }
  }

  func key() -> Markup {
    Key.markup(arrivals + writers.map { ($0.shortened(to: 30), executors.colour(of: $0)) })
  }

  /// Flushes are sky blue and imports orange, so that the other colours are left for executors.
  private static func colour(of kind: ArrivalRecord.Kind) -> Int {
    switch kind {
    case .flush: 6
    case .bulk: 5
    case .start, .split: 7
    }
  }

  private static func name(of kind: ArrivalRecord.Kind) -> String {
    switch kind {
    case .start: "there at the start"
    case .split: "from a split"
    case .flush: "flush"
    case .bulk: "bulk import"
    }
  }
}
