/// How busy each executor was over time, from `run` records in any order. Time is cut into slots, whose width doubles
/// when there would be too many.
struct JobLanes: Sendable {
  struct Lane: Sendable {
    /// The time that jobs ran, in ms, by slot.
    var busy: [Double] = []
    var jobs = 0
    var lost = 0
    /// Bytes of the outputs.
    var written = 0.0
    /// ms, of all jobs together.
    var waited = 0.0
    var ran = 0.0
    var longestWait = 0.0
  }

  private(set) var lanes: [String: Lane] = [:]
  /// ms
  private(set) var width = 1000.0
  /// When the first slot begins: 0 in a simulation, else about when the first job started; nil: there was none yet. ms
  private var origin: Double?
  /// When the last job ended, ms.
  private var last = 0.0
  /// From the origin to the end of the last job, in ms.
  var end: Double { last - (origin ?? 0) }

  private static let slotLimit = 4096
  private static let laneLimit = 64

  mutating func add(_ run: RunRecord) {
    makeRoom(for: run)
    guard lanes[run.executor] != nil || lanes.count < Self.laneLimit else { return }
    let width = width
    var lane = lanes.removeValue(forKey: run.executor) ?? Lane()
    lane.jobs += 1
    lane.lost += run.isLost ? 1 : 0
    lane.written += run.isLost ? 0 : run.size
    lane.ran += run.end - run.start
    lane.waited += max(0, run.start - run.queued)
    lane.longestWait = max(lane.longestWait, run.start - run.queued)
    let (start, end) = (run.start - (origin ?? 0), run.end - (origin ?? 0))
    let slots = Int(start / width)...Int(end / width)
    while lane.busy.count <= slots.upperBound { lane.busy.append(0) }
    for slot in slots {
      lane.busy[slot] += min(end, Double(slot + 1) * width) - max(start, Double(slot) * width)
    }
    lanes[run.executor] = lane
  }

  /// The slots reach from the start of the first job to the end of the last one. Jobs come as they end, so a later one can
  /// have started before all others.
  private mutating func makeRoom(for run: RunRecord) {
    let old = origin ?? (run.isReal ? run.start : 0)
    let first = min(old, run.start)
    last = max(last, run.end)
    while (last - first) / width > Double(Self.slotLimit) { widen() }
    let room = Int(((old - first) / width).rounded(.up))
    for name in lanes.keys where room > 0 { lanes[name]?.busy.insert(contentsOf: repeatElement(0, count: room), at: 0) }
    origin = old - Double(room) * width
  }

  private mutating func widen() {
    width *= 2
    for (name, lane) in lanes {
      lanes[name]?.busy = stride(from: 0, to: lane.busy.count, by: 2).map {
        lane.busy[$0..<min($0 + 2, lane.busy.count)].reduce(0, +)
      }
    }
  }

  /// How many jobs of an executor ran at once, on average over each of about `count` stretches of the whole time.
  func running(on executor: String, stretches count: Int) -> [(time: Double, value: Double)] {
    guard let busy = lanes[executor]?.busy, end > 0 else { return [] }
    let slots = max(1, Int((end / width).rounded(.up)))
    let size = max(1, (slots + count - 1) / count)
    return stride(from: 0, to: slots, by: size).map { first in
      let sum = busy.dropFirst(first).prefix(size).reduce(0, +)
      return (
        min(Double(first + size) * width, end), sum / (min(Double(first + size) * width, end) - Double(first) * width)
      )
    }
  }
}
