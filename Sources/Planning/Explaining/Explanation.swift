// Why a tablet is compacted or not, and what would change that. The `explanation` record:
//
//     {"type":"explanation","extent":{..},"kind":"SYSTEM","service":"default","pass":1,
//      "reason":"0 of 3 files meet the ratio 3.0","considered":["F1.rf","F2.rf","F3.rf"],
//      "best":{"files":["F1.rf","F2.rf","F3.rf"],"bytes":413488,"ratio":2.863},
//      "flips":[{"change":"ratio","from":3.0,"to":2.8637251,"andBeyond":true},{"change":"files","count":1,"size":144270}]}

package import Records

package struct Explanation: Hashable, Sendable {
  /// Files that go together, the smallest first.
  package struct FileSet: Hashable, Sendable {
    package var files: [FilePart]
    /// Sum of the sizes.
    package var bytes: Int64
    /// How many times the largest file the sum is.
    package var ratio: Double
  }

  package var extent: KeyExtent
  package var kind: CompactionKind
  package var service: String
  /// From 1: which plan of a repeated one.
  package var pass: Int
  package var decision: Decision
  /// The files that the planner looked at, the smallest first.
  package var considered: [FilePart] = []
  /// Without jobs, for SYSTEM: the set with the highest ratio of those that one job could take.
  package var best: FileSet?
  package var flips: [Flip] = []

  /// For people: a line for each job, or one for none, and then what would change that.
  package var lines: [String] { decision.explanations + [outlook].compactMap(\.self) }

  private var outlook: String? {
    var parts: [String] = []
    if !flips.isEmpty {
      let last = flips.count > 1 ? " or " + flips[flips.count - 1].text : ""
      let first = (flips.count > 1 ? flips.dropLast() : flips[...]).map(\.text).joined(separator: ", ")
      parts.append("would \(decision.startable.isEmpty ? "" : "not ")compact \(first)\(last)")
    }
    if let best {
      let ratio = (best.ratio * 100).rounded(.down) / 100
      parts.append(
        "the best set, \(best.files.count) of \(considered.count) files with \(best.bytes) bytes, is \(ratio) times its largest file"
      )
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  /// Appends the record and a line feed.
  package func write(to line: inout JSONLine) {
    line.record("explanation") { line in
      extent.write(to: &line)
      line.field("kind", kind.rawValue)
      line.field("service", service)
      line.field("pass", pass)
      line.field("reason", decision.idleReason ?? decision.reason)
      line.field("considered", considered.map(\.description))
      if !decision.startable.isEmpty {
        line.array("jobs", decision.startable) { line, choice in
          line.object { line in
            line.field("files", choice.files.map(\.part.description))
            line.field("place", choice.executor)
            line.field("priority", choice.priority)
            line.field("bytes", choice.bytes)
            line.field("reason", choice.reason)
          }
        }
      }
      if let best {
        line.object("best") { line in
          line.field("files", best.files.map(\.description))
          line.field("bytes", best.bytes)
          line.field("ratio", best.ratio)
        }
      }
      line.array("flips", flips) { line, flip in line.object { flip.write(to: &$0) } }
    }
  }
}

extension Flip {
  fileprivate func write(to line: inout JSONLine) {
    switch self {
    case .ratio(let flip):
      line.field("change", "ratio")
      line.field("from", flip.from)
      line.field("to", flip.to)
      line.field("andBeyond", flip.andBeyond)
    case .moreFiles(let count, let size):
      line.field("change", "files")
      line.field("count", count)
      line.field("size", size)
    case .fileLimit(let from, let to):
      line.field("change", "fileLimit")
      line.field("from", from)
      line.field("to", to)
      line.field("andBeyond", true)
    case .runningJobsEnd: line.field("change", "runningJobsEnd")
    }
  }
}

extension TablePlanner {
  /// A tablet for which no plan was made.
  package func explain(unplanned reason: String, of tablet: Tablet) -> Explanation {
    Explanation(
      extent: tablet.extent, kind: kind, service: service.name, pass: 1, decision: .nothing(because: reason))
  }

  /// Explains what `decide` made of a tablet, by planning it again with one change after another.
  /// - Parameters:
  ///   - decision: of the tablet as it is.
  ///   - pass: from 1: which plan of a repeated one.
  package func explain(_ decision: Decision, of tablet: Tablet, pass: Int = 1) -> Explanation {
    var explanation = Explanation(
      extent: tablet.extent, kind: kind, service: service.name, pass: pass, decision: decision)
    let compacts = !decision.startable.isEmpty
    explanation.flips = FlipSearch(self, tablet, compacts: compacts).flips
    if !compacts, decision.remark == .held || decision.remark == .mustSplit { return explanation }
    guard let inventory = try? inventory(of: tablet) else { return explanation }
    let selection = FileSelection(order: inventory.order, maxOpen: service.maxOpen)
    let sorted = inventory.order.sorted(inventory.candidates)
    var sum: Int64 = 0
    explanation.considered = sorted.prefix { file in
      sum += file.size
      return sum <= planning.cap
    }.map { inventory.part($0) }
    guard !compacts, kind == .system, let best = try? selection.meetingLowerRatio(sorted, lowest: 0, cap: planning.cap),
      !best.files.isEmpty, let bytes = try? PlannedFile.sum(best.files)
    else { return explanation }
    explanation.best = Explanation.FileSet(
      files: best.files.map { inventory.part($0) }, bytes: bytes, ratio: best.ratio)
    return explanation
  }
}
