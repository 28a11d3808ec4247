import Entries
import Records
import TestSupport
import Testing

@testable import ContinuousIngest

@Suite("The order of ingest")
struct IngestSequenceTests {
  @Test("with the draws of java.util.Random it writes what Accumulo's ingest wrote, flush by flush")
  func traces() throws {
    let lines = try GoldenLine.all("verify/ci_ingest.jsonl")
    #expect(lines.count == 5)
    for line in lines {
      let settings = try settings(line)
      let trace = line.expect["trace"]!.elements
      let firstValue = try #require(trace.first?["value"]?.text)
      let cycles = Int(settings.entries / (IngestSettings.depth * settings.flushEntries)) + 1
      let draws = JavaDraws(
        seed: line["seed"]!.int64!, client: Array(firstValue.utf8.prefix(36)), settings, cycles: cycles)
      let written = self.trace(IngestSequence(settings, draws: draws), NodeWriter(settings, draws: draws))
      let expected = trace.map { step in
        [step["op"], step["row"], step["cf"], step["cq"], step["cv"], step["value"]].compactMap { $0?.text }
      }
      #expect(written.count == expected.count)
      if let place = zip(written, expected).enumerated().first(where: { $1.0 != $1.1 }) {
        Issue.record("step \(place.offset): expected \(place.element.1), found \(place.element.0)")
      }
    }
  }

  private func settings(_ line: GoldenLine) throws -> IngestSettings {
    var settings = IngestSettings(
      entries: line["clientEntries"]!.int64!, flushEntries: line["flushEntries"]!.int64!, seed: 0)
    settings.deleteProbability = Double(line["deleteProbability"]!.text!)!
    settings.visibilities = IngestSettings.visibilities(line["visibilities"]?.text)
    settings.hasChecksum = line["checksum"]!.bool!
    settings.rows = UInt64(line["rowMin"]!.text!)!..<UInt64(line["rowMax"]!.text!)!
    (settings.maxFamily, settings.maxQualifier) = (line["maxCf"]!.int!, line["maxCq"]!.int!)
    return settings
  }

  private func trace<Draws>(_ sequence: IngestSequence<Draws>, _ nodes: NodeWriter<Draws>) -> [[String]] {
    var steps: [[String]] = []
    var cycle: IngestSequence<Draws>.Cycle? = sequence.firstCycle
    while let now = cycle {
      for place in 0..<sequence.operations(of: now) {
        let operation = sequence.operation(place, of: now)
        let row = sequence.draws.row(ofNode: operation.node)
        let entry = nodes.entry(IngestRecord(row: row, operation)).pointee.entry
        let key = [entry.key.row, entry.key.family, entry.key.qualifier, entry.key.visibility]
        let fields = key.map { String(decoding: $0, as: UTF8.self) }
        steps.append(
          operation.kind == .delete
            ? ["delete"] + fields : ["put"] + fields + [String(decoding: entry.value, as: UTF8.self)])
        if sequence.isFlushed(after: place, of: now) { steps.append(["flush"]) }
      }
      cycle = sequence.cycle(after: now)
    }
    return steps
  }

  @Test("every row that is referred to was flushed before, and times rise")
  func order() {
    var random = SplitMix64(seed: 9)
    for _ in 0..<300 {
      let flush = Int64(random.next() % 7 + 1)
      var settings = IngestSettings(entries: Int64(random.next() % 600 + 1), flushEntries: flush, seed: random.next())
      settings.deleteProbability = [0, 0.5, 1][Int(random.next() % 3)]
      let sequence = IngestSequence(settings, draws: SeededDraws(settings))
      var cycle: IngestSequence<SeededDraws>.Cycle? = sequence.firstCycle
      var puts: Int64 = 0
      var number: Int64 = 0
      var written: Set<Int64> = []
      while let now = cycle {
        for place in 0..<sequence.operations(of: now) {
          let operation = sequence.operation(place, of: now)
          #expect(operation.number == number && operation.count == puts)
          number += 1
          if let previous = operation.previous { #expect(written.contains(previous)) }
          if operation.kind != .put { #expect(written.contains(operation.node)) }
          if operation.kind != .delete { puts += 1 }
          written.insert(operation.node)
        }
        cycle = sequence.cycle(after: now)
      }
      #expect(puts >= settings.entries && puts - settings.entries < max(flush, 2 * flush))
    }
  }

  @Test("zipfian sizes lie above the minimum, up to the maximum, small ones most often")
  func zipf() {
    let sizes = ZipfSizes(.init(minimum: 3, maximum: 103, exponent: 1.5))
    #expect(sizes.size(0) == 4 && sizes.size(0.999_999_999) == 103)
    var random = SplitMix64(seed: 2)
    var counts = [Int](repeating: 0, count: 104)
    for _ in 0..<100_000 { counts[sizes.size(Double(random.next() >> 11) / Double(1 << 53))] += 1 }
    // The probabilities of k = 1 and k = 2 have the ratio 1 : 2^-1.5.
    #expect(abs(Double(counts[5]) / Double(counts[4]) - 0.3536) < 0.02)
    #expect(counts[4] > counts[5] && counts[5] > counts[7] && counts[..<4].allSatisfy { $0 == 0 })
  }
}

extension IngestSequence {
  /// Whether Accumulo's writer flushes after this place: at the end of each depth, and of the close.
  fileprivate func isFlushed(after place: Int64, of cycle: Cycle) -> Bool {
    let puts = cycle.depths * flush
    return place < puts || cycle.isDeleted ? (place + 1) % flush == 0 : place + 1 == puts + flush - 1
  }
}
