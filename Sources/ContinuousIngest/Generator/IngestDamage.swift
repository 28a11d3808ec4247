// What is missing from a generated table, so that a verifier can be tested against the truth. Entries are identified by
// the number of their put (the count in their value), so damage is a set of ranges of counts.

/// Entries to leave out or damage, and a file to leave out.
package struct IngestDamage: Hashable, Sendable {
  /// Entries to leave out.
  package var lost = 0
  /// Entries to give a checksum with one wrong digit.
  package var corrupted = 0
  /// Flushes, of F entries each, to leave out.
  package var lostFlushes = 0
  /// Leaves out one file.
  package var losesFile = false

  package init() {}

  /// What is wrong with these numbers; nil when nothing is.
  func problem(puts: Int64, _ settings: IngestSettings) -> String? {
    guard lost >= 0, corrupted >= 0, Int64(lost) + Int64(corrupted) <= puts / 2, lost + corrupted <= 50_000_000 else {
      return "expected at most half of the \(puts) entries, and 50 million, to lose or corrupt"
    }
    guard lostFlushes >= 0, Int64(lostFlushes) <= max(1, puts / settings.flushEntries / 2) else {
      return "expected at most half of the flushes to lose"
    }
    return corrupted > 0 && !settings.hasChecksum ? "without checksums no damage would be noticed" : nil
  }
}

/// The damage of a run: disjoint ranges of put numbers in rising order.
struct DamagedPuts: Sendable {
  var lost: [Range<Int64>] = []
  var lostFlushes: [Range<Int64>] = []
  var corrupted: [Int64] = []

  /// Everything that is left out: single entries and flushes.
  private(set) var missing: [Range<Int64>] = []

  init<Draws>(_ damage: IngestDamage, _ sequence: IngestSequence<Draws>, puts: Int64, seed: UInt64) {
    var state = SeededDraws.mix(seed ^ 0x6c6f_7373)
    func draw() -> Int64 {
      state = SeededDraws.mix(state)
      return Int64(state % UInt64(puts))
    }
    var chosen: Set<Int64> = []
    func choose(_ count: Int) -> [Int64] {
      var numbers: [Int64] = []
      while numbers.count < count {
        let number = draw()
        if chosen.insert(number).inserted { numbers.append(number) }
      }
      return numbers.sorted()
    }
    lost = choose(damage.lost).map { $0..<$0 + 1 }
    corrupted = choose(damage.corrupted)
    guard damage.lostFlushes > 0 else {
      missing = lost
      return
    }
    var flushes: Set<Int64> = []
    for _ in 0..<1000 * damage.lostFlushes where flushes.count < damage.lostFlushes { flushes.insert(draw()) }
    lostFlushes = Self.flushes(of: flushes.sorted(), sequence)
    missing = Self.union(lost + lostFlushes)
    corrupted.removeAll { number in missing.contains { $0.contains(number) } }
  }

  /// The ranges of the flushes, each a depth or a close, that contain these puts.
  private static func flushes<Draws>(of puts: [Int64], _ sequence: IngestSequence<Draws>) -> [Range<Int64>] {
    var ranges: [Range<Int64>] = []
    var cycle: IngestSequence<Draws>.Cycle? = sequence.firstCycle
    var next = puts[...]
    while let now = cycle, let put = next.first {
      let after = sequence.cycle(after: now)
      if let after, after.put <= put {
        cycle = after
        continue
      }
      let written = now.depths * sequence.flush
      let place = put - now.put
      let start = min(place / sequence.flush * sequence.flush, written)
      let end = place < written ? start + sequence.flush : written + sequence.flush - 1
      let range = now.put + start..<now.put + end
      if ranges.last != range { ranges.append(range) }
      next = next.dropFirst()
    }
    return ranges
  }

  private static func union(_ ranges: [Range<Int64>]) -> [Range<Int64>] {
    var result: [Range<Int64>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = result.last, range.lowerBound <= last.upperBound {
        result[result.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }

  /// The index of the first range that does not end before `put`.
  func firstMissing(notBefore put: Int64) -> Int {
    var (low, high) = (0, missing.count)
    while low < high {
      let middle = (low + high) / 2
      if missing[middle].upperBound <= put { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func isCorrupted(_ put: Int64) -> Bool {
    var (low, high) = (0, corrupted.count)
    while low < high {
      let middle = (low + high) / 2
      if corrupted[middle] < put { low = middle + 1 } else { high = middle }
    }
    return low < corrupted.count && corrupted[low] == put
  }
}
