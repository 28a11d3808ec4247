/// The compactors of an external queue, or of a group of 4.0.
package struct Compactors: Hashable, Sendable {
  package var least: Int
  /// The same as `least` when their number is fixed.
  package var most: Int

  /// - Parameters: 0 <= least <= most, and at least one.
  package init(least: Int, most: Int) { (self.least, self.most) = (least, most) }

  var isScaled: Bool { least < most }
}

/// How the number of compactors follows the work.
package struct Scaling: Sendable {
  package enum Measure: Sendable {
    /// Waiting and running jobs for each compactor.
    case jobs(Int)
    /// Waiting and running bytes for each compactor.
    case bytes(Int64)
  }

  package var measure: Measure
  /// Milliseconds between two looks at the queue.
  package var poll: Int64
  /// The most compactors that one look adds or removes.
  package var step: Int
  /// Milliseconds until a new compactor takes its first job.
  package var delay: Int64
  /// Milliseconds after a change before compactors are removed.
  package var coolDown: Int64
  /// Compactors that are removed lose their job; otherwise they finish it first.
  package var kills: Bool

  package init(measure: Measure, poll: Int64, step: Int, delay: Int64, coolDown: Int64, kills: Bool) {
    (self.measure, self.poll, self.step) = (measure, poll, step)
    (self.delay, self.coolDown, self.kills) = (delay, coolDown, kills)
  }

  /// How many compactors the work calls for.
  func wanted(jobs: Int, bytes: Int64) -> Int {
    switch measure {
    case .jobs(let each): (jobs + each - 1) / each
    case .bytes(let each): Int((bytes / each) + (bytes % each > 0 ? 1 : 0))
    }
  }
}
