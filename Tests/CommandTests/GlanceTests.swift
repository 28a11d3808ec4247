import TestSupport
import Testing

@testable import actool

@Suite("what a person sees in a terminal")
struct GlanceTests {
  let actool = CommandRunner()
  private let wide = Terminal(width: 200, drawsBlocks: true)

  /// Runs a line of sh with a terminal as standard output and error, and returns what was drawn there.
  private func drawn(_ line: String, terminal: String = "TERM=xterm LC_ALL=C.UTF-8") -> String {
    actool.write("line.sh", line)
    let outcome = actool.shell("\(terminal) script -qec 'sh line.sh' /dev/null")
    #expect(outcome.status == 0, "\(outcome.output)")
    return outcome.output.replacing("\r\n", with: "\n")
  }

  private let simulate = "actool simulate --tablets 20 --files 3 --file-size 5M --ingest 1M --for 3h --seed 1"

  @Test("simulate ends with its curves, and shows how far it is") func simulation() {
    let text = drawn("\(simulate) > series.json")
    let lines = text.split(separator: "\n").suffix(4).map { $0.split(separator: "\u{1B}[K").last ?? "" }
    #expect(
      lines.map { $0.prefix(18) } == [
        "files per tablet  ", "waiting jobs      ", "running jobs      ", "written           ",
      ])
    #expect(lines[0].contains("█") && lines[0].contains(" at the end, at most "))
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(text.contains("\r\u{1B}[K            0 %  0 s of 3 h simulated  0 s/s"))
    #expect(actool.read("series.json")?.starts(with: Array(#"{"type":"simulation""#.utf8)) == true)
  }

  @Test("compact ends with its sums, and balance with the servers before and after") func runs() {
    #expect(actool.shell("actool ingest --tablets 9 --files 3 --entries 9000 --seed 1 --output t").status == 0)
    let run = drawn("actool plan t -p table.compaction.major.ratio=1 | actool compact --default-properties > results")
    #expect(run.contains("jobs     9 of 9 finished in "))
    #expect(run.contains("entries  9,000 read, 9,000 written (0 % dropped), "))
    #expect(run.contains(#/\nbytes    [▁-█]+  [0-9.]+ KiB in, [0-9.]+ KiB out \([0-9]+ %\), /#))

    let rows = (0..<40).map { "\($0 + 10)" }
    let tablets = rows.indices.map { place in
      #"{"type":"tablet","extent":{"tableId":"2","# + (place > 0 ? #""prevEndRow":"\#(rows[place - 1])","# : "")
        + #""endRow":"\#(rows[place])"},"location":"h\#(place < 30 ? 1 : place % 4):1","files":[]}"#
    }
    let last = #"{"type":"tablet","extent":{"tableId":"2","prevEndRow":"49"},"location":"h3:1","files":[]}"#
    actool.write("tablets.json", (tablets + [last]).joined(separator: "\n"))
    let balance = drawn("actool balance --group-regex '(.).*' --default-group none tablets.json > plan.json")
    #expect(balance.contains("table 2 before  ▁█▂▂  2 to 32 tablets a server, largest deviation 7"), "\(balance)")
    #expect(balance.contains(/table 2 after   [▇█]{4}  10 to 11 tablets a server, largest deviation 0/), "\(balance)")
    #expect(balance.contains("of 41 tablets in 1 pass"))
  }

  @Test("nothing is drawn into a pipe, a file, with --quiet, or where only letters are shown") func elsewhere() {
    #expect(actool.shell(simulate).stderr.isEmpty)
    #expect(!drawn("\(simulate) | cat > series.json").contains("files per tablet"))
    #expect(drawn("\(simulate) --quiet > series.json").isEmpty)
    let plain = drawn("\(simulate) > series.json", terminal: "TERM=xterm LC_ALL=C")
    #expect(plain.contains("files per tablet  ") && plain.utf8.allSatisfy { $0 < 128 })
    #expect(!drawn(simulate + " --every 3h").contains("simulated"))
  }

  @Test("a sketch of a series is the series, in spans that double: against every span looked at by itself")
  func sketches() {
    var random = SplitMix64(seed: 7)
    for _ in 0..<200 {
      let count = Int.random(in: 1...60, using: &random)
      let scale = [1.0, 100, 1e7].randomElement(using: &random)!
      let parts = (0..<count).map { _ in
        let start = Double.random(in: 0...scale, using: &random)
        return (
          value: Double.random(in: 0...9, using: &random), start: start,
          end: start + .random(in: 0.1...scale, using: &random)
        )
      }
      var (highest, sum) = (SeriesSketch(.highest), SeriesSketch(.sum))
      for part in parts {
        highest.add(part.value, from: part.start, to: part.end)
        sum.add(part.value, from: part.start, to: part.end)
      }
      let end = parts.map(\.end).max()!
      var span = 1.0
      while end > span * Double(SeriesSketch.most) { span *= 2 }
      let spans = (0..<Int((end / span).rounded(.up))).map { Double($0) * span }
      #expect(
        highest.values
          == spans.map { at in
            parts.filter { $0.start < at + span && $0.end > at }.map(\.value).max() ?? 0
          })
      for (value, at) in zip(sum.values, spans) {
        let expected = parts.reduce(0) { sum, part in
          sum + part.value * max(0, min(part.end, at + span) - max(part.start, at)) / (part.end - part.start)
        }
        #expect(abs(value - expected) < 1e-6)
      }
      #expect(sum.values.count == spans.count)
    }
  }

  @Test("lines fit the terminal: sparklines become narrower first, and then the text is cut") func widths() {
    var glance = Glance()
    glance.add("a", (0..<100).map(Double.init), "text\u{A0}of twenty chars.")
    glance.add("longer", [], "b")
    let lines = { (width: Int) in glance.text(on: Terminal(width: width, drawsBlocks: true)).split(separator: "\n") }
    #expect(lines(200)[0] == "a       ▁▁▂▂▂▂▂▃▃▃▃▄▄▄▄▄▅▅▅▅▆▆▆▆▆▇▇▇▇███  text of twenty chars.")
    #expect(lines(200)[1] == "longer  b")
    #expect(lines(50)[0].count == 50 && lines(50)[0].hasSuffix("text of twenty chars."))
    #expect(lines(30)[0] == "a       ▂▃▄▄▅▆▇█  text of twen")
    #expect(glance.text(on: Terminal(width: 80, drawsBlocks: false)) == "a       text of twenty chars.\nlonger  b\n")
    #expect(Glance.sparkline([0, 0]) == "▁▁" && Glance.sparkline([]).isEmpty)
  }

  @Test("progress has a bar, a rate and the time left; without a total only the amount") func progress() {
    var work = WorkProgress(unit: "entries", done: 2_500_000, total: 10_000_000, elapsed: .seconds(2))
    #expect(work.line(on: wide) == "██▌         25 %  2.5 million of 10 million entries  1.25 million/s  6 s left")
    #expect(work.counts.map(\.value) == [2_500_000, 10_000_000, 1_250_000, 6])
    work.done = 10_000_000
    #expect(work.line(on: wide) == "██████████  100 %  10 million of 10 million entries  5 million/s")
    work.total = 0
    #expect(work.line(on: wide) == "10 million entries")
    #expect(work.line(on: Terminal(width: 8, drawsBlocks: true)) == "10 mill")
    for steps in 0...80 { #expect(WorkProgress.bar(Double(steps) / 80).count == 10) }
  }
}
