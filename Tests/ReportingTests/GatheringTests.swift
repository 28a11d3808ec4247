import Records
import TestSupport
import Testing

@testable import Reporting

@Suite("What a page gathers")
struct GatheringTests {
  @Test("a long series is held as a short one, with the same sums, peaks and last values in every stretch")
  func series() throws {
    var random = SplitMix64(seed: 2)
    var track = SeriesTrack()
    var naive: [(time: Double, mean: Double, queued: Double)] = []
    for number in 1...20_000 {
      let (mean, queued) = (Double(random.next() % 100) / 10, Double(random.next() % 1000))
      track.add(
        try SeriesRecord(
          fields(
            #"{"time":\#(number * 1000),"files":{"mean":\#(mean)},"executors":[{"name":"a","queued":\#(queued)}]}"#)))
      naive.append((Double(number * 1000), mean, queued))
    }
    #expect(track.stretches.count <= 4096 && track.executors == ["a"] && track.end == 20_000_000)
    for width in [20_000_000.0, 1_000_000, 160_000] {
      let merged = track.merged(every: width)
      #expect(merged.count == Int(20_000_000 / width))
      for (place, stretch) in merged.enumerated() {
        let expected = naive.filter { ($0.time / width).rounded(.up) == Double(place + 1) }
        #expect(stretch.time == expected.last?.time)
        #expect(stretch[.mean].count == Double(expected.count) && stretch[.mean].last == expected.last?.mean)
        #expect(abs(stretch[.mean].sum - expected.reduce(0) { $0 + $1.mean }) < 1e-6)
        #expect(stretch[0, .queued].most == expected.map(\.queued).max())
      }
    }
  }

  @Test("the time that jobs ran is the same in every resolution, and equal to the sum over jobs")
  func lanes() throws {
    var random = SplitMix64(seed: 3)
    var lanes = JobLanes()
    var sum = 0.0
    for number in 0..<2000 {
      let start = Double(random.next() % 50_000_000)
      let length = Double(random.next() % (number % 100 == 0 ? 5_000_000 : 60_000))
      lanes.add(try run(start: start, end: start + length))
      sum += length
      if number % 500 == 499 {
        for count in [1, 7, 240] {
          var last = 0.0
          let area = lanes.running(on: "a", stretches: count).reduce(0) { area, point in
            defer { last = point.time }
            return area + point.value * (point.time - last)
          }
          #expect(abs(area - sum) < sum / 1e9)
        }
      }
    }
    #expect(lanes.lanes["a"]?.jobs == 2000 && lanes.lanes["a"].map { $0.busy.count < 4200 } == true)
  }

  @Test("jobs that really ran are drawn from the start of the first, in whatever order they end")
  func realLanes() throws {
    var random = SplitMix64(seed: 5)
    let midnight = 1_792_800_000_000.0
    var jobs = (0..<500).map { _ in
      (start: midnight + Double(random.next() % 80_000_000), length: Double(random.next() % 4_000_000))
    }
    jobs.append((midnight, 1000))
    for order in [0, 1] {
      var lanes = JobLanes()
      for job in order == 0 ? jobs : jobs.reversed() {
        lanes.add(try run(start: job.start, end: job.start + job.length))
      }
      let last = jobs.map { $0.start + $0.length }.max()!
      #expect(lanes.end >= last - midnight && lanes.end < last - midnight + 2 * lanes.width)
      #expect(lanes.lanes["a"].map { $0.busy.count < 4200 } == true)
      let sum = jobs.reduce(0) { $0 + $1.length }
      #expect(abs((lanes.lanes["a"]?.busy.reduce(0, +) ?? 0) - sum) < 1)
    }
  }

  @Test("a map of tablets has their sums in any order, and its columns go from the first row to the last")
  func tablets() {
    var random = SplitMix64(seed: 4)
    var tablets: [Tablet] = []
    for number in 0..<70_000 {
      let files = (0..<Int(random.next() % 4)).map {
        TabletFile(file: "F\($0).rf", size: Int64(random.next() % (1 << 40)))
      }
      tablets.append(
        Tablet(
          extent: KeyExtent(
            tableId: "2", endRow: [UInt8(number >> 16), UInt8(number >> 8 & 255), UInt8(number & 255)]), files: files))
    }
    for i in tablets.indices.dropLast() { tablets.swapAt(i, i + Int(random.next() % UInt64(tablets.count - i))) }
    var map = TabletMap()
    for tablet in tablets { map.add(tablet) }
    let columns = map.columns(atMost: 120)
    #expect(columns.count <= 120 && columns.count > 60)
    #expect(columns.reduce(0) { $0 + $1.tablets } == 70_000 && map.tablets == 70_000)
    let files = tablets.flatMap(\.files)
    #expect(columns.reduce(0) { $0 + $1.files } == files.count && map.files == files.count)
    #expect(columns.flatMap(\.classes).reduce(0) { $0 + Int($1) } == files.count)
    #expect(
      map.filesByClass
        == (0..<TabletMap.sizeClasses).map { size in
          files.count { Int64.bitWidth - 1 - max($0.size, 1).leadingZeroBitCount == size }
        })
    #expect(zip(columns, columns.dropFirst()).allSatisfy { $0.extent < $1.extent })
    #expect(map.tabletsByFiles[..<4].elementsEqual((0..<4).map { count in tablets.count { $0.files.count == count } }))
  }

  @Test("a history has the files that a model has, at every moment")
  func histories() throws {
    for seed in 1...200 {
      var random = SplitMix64(seed: UInt64(seed))
      var history = FileHistory(KeyExtent(tableId: "2"))
      var model: [(time: Double, live: Set<String>)] = []
      var live: Set<String> = []
      for step in 1...30 {
        let time = Double(step * 10)
        if live.count > 1, random.next() % 3 == 0 {
          let inputs = live.sorted().filter { _ in random.next() % 2 == 0 }
          let isLost = random.next() % 4 == 0
          history.add(try run(start: time - 5, end: time, inputs: inputs, output: "C\(step)", isLost: isLost))
          if !isLost { live = live.subtracting(inputs).union(["C\(step)"]) }
        } else {
          // Some names come again, as after a split.
          let name = "F\(random.next() % 20)"
          history.add(
            try ArrivalRecord(
              fields(#"{"time":\#(step * 10),"extent":{"tableId":"2"},"file":"\#(name)","size":5,"kind":"flush"}"#)))
          live.insert(name)
        }
        model.append((time, live))
      }
      for (time, live) in model {
        for moment in [time, time + 9] {
          let files = history.files(at: moment)
          #expect(files.count == live.count && Set(files.map { history.files[$0].name }) == live)
        }
      }
      #expect(history.fullest.files == model.map(\.live.count).max())
      let tracks = FileTracks(history, end: 300)
      for (a, first) in history.files.enumerated() {
        for (b, second) in history.files.enumerated() where a < b && tracks.ofFile[a] == tracks.ofFile[b] {
          #expect(first.gone ?? .infinity <= second.born || second.gone ?? .infinity <= first.born)
        }
      }
    }
  }

  @Test("rows keep their order on the scale, and hexadecimal ones are spread evenly")
  func rows() {
    var random = SplitMix64(seed: 5)
    let hexadecimal = (0..<4000).map { _ in Array(String(random.next(), radix: 16).utf8) }.filter { $0.count == 16 }
    let scale = RowScale(hexadecimal)
    for quarter in 0..<4 {
      let count = hexadecimal.count { Int(scale.place(of: $0) * 4) == quarter }
      #expect(abs(count * 4 - hexadecimal.count) < hexadecimal.count / 5)
    }
    #expect(scale.row(at: 0.5) == Array("80".utf8))
    let any = (0..<500).map { _ in (0..<Int(random.next() % 6)).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
    for rows in [any, any.map { Array("user".utf8) + $0 }, [[1, 2]], [[], []]] {
      let scale = RowScale(rows)
      let places = rows.sorted { $0.lexicographicallyPrecedes($1) }.map { scale.place(of: $0) }
      #expect(zip(places, places.dropFirst()).allSatisfy { $0 <= $1 } && places.allSatisfy { 0...1 ~= $0 })
    }
  }

  private func fields(_ text: String) throws -> RecordFields { try RecordFields(JSONItem(parsing: Array(text.utf8))) }

  private func run(
    start: Double, end: Double, inputs: [String] = [], output: String = "C1", isLost: Bool = false
  ) throws -> RunRecord {
    let names = inputs.map { "\"\($0)\"" }.joined(separator: ",")
    return try RunRecord(
      fields(
        #"{"extent":{"tableId":"2"},"executor":"a","start":\#(Int(start)),"end":\#(Int(end)),"inputs":[\#(names)],"#
          + #""output":"\#(output)","size":7,"outcome":"\#(isLost ? "lost" : "finished")"}"#))
  }
}
