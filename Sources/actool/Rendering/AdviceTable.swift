import BlockFile
import Compaction

/// Advice for people: a table of all choices, then a sentence and the lines for the shell for each use.
struct AdviceTable {
  var advice: StorageAdvice
  var paths: [String]

  var text: String {
    let totals = advice.totals
    let more = paths.count > 1 ? " and \(paths.count - 1) more" : ""
    var text =
      "\(paths[0].inOneLine)\(more): \(totals.bytes) bytes, \(totals.entries) entries in \(totals.blocks) blocks, "
      + "\(totals.raw) bytes raw; \(advice.sampled) of them looked at in \(advice.places) "
      + (advice.places == 1 ? "place" : "places") + "\n\n"
    var rows = [["codec", "level", "blocks", "bytes", "% of now", "write MB/s", "read MB/s", "seek bytes", "seek µs"]]
    for estimate in advice.estimates {
      let choice = estimate.choice
      rows.append([
        choice.codec.rawValue, choice.codec.levels == nil ? "-" : choice.level.description,
        StorageChoice.text(ofSize: choice.blockSize), "\(estimate.bytes)", percent(estimate.bytes, of: totals.bytes),
        rate(estimate.writeSeconds), rate(estimate.readSeconds), "\(estimate.seekBytes)",
        "\(Int(estimate.seekMicroseconds.rounded()))",
      ])
    }
    text += rows.aligned(left: 2)
    for use in StorageUse.allCases {
      text += "\n\(use.rawValue): \(advice.sentence(for: use))\n"
      for line in advice.best(for: use).choice.shellLines { text += "    \(line)\n" }
    }
    return text
  }

  /// Raw megabytes a second of one core.
  private func rate(_ seconds: Double) -> String {
    seconds > 0 ? "\(Int((Double(advice.totals.raw) / seconds / 1e6).rounded()))" : "-"
  }
}

private func percent(_ part: Int64, of whole: Int64) -> String {
  "\((Double(part) * 1000 / Double(max(1, whole))).rounded() / 10)"
}

extension StorageAdvice {
  /// What is best for a use, and why, for people.
  func sentence(for use: StorageUse) -> String {
    let best = best(for: use)
    let choice = best.choice
    let level = choice.codec.levels == nil ? "" : " at level \(choice.level)"
    let name = "\(choice.codec)\(level) with blocks of \(StorageChoice.text(ofSize: choice.blockSize))"
    let size = "\(best.bytes) bytes, \(percent(best.bytes, of: totals.bytes)) % of now"
    let text =
      switch use {
      case .smallest: "\(name) has the fewest bytes: \(size)"
      case .scan:
        "\(name) is read soonest, in \(seconds(best.readSeconds)) of CPU time and \(seconds(transfer(best))) from the disks: \(size)"
      case .lookup:
        "\(name) answers soonest, with \(best.seekBytes) bytes and \(Int(best.seekMicroseconds.rounded())) µs of CPU time a block: \(size)"
      case .ingest:
        "\(name) is written soonest, in \(seconds(best.writeSeconds)) of CPU time and \(seconds(transfer(best))) to the disks, and compacted soonest: \(size)"
      }
    guard case .number(let number) = choice.level else { return text }
    return text + " (compact --level \(number) writes it; Accumulo has no setting for levels)"
  }

  private func transfer(_ estimate: StorageEstimate) -> Double { Double(estimate.bytes) / diskRate }

  /// Two digits that count.
  private func seconds(_ seconds: Double) -> String {
    var scale = 1.0
    while seconds > 0, seconds * scale < 10, scale < 1e6 { scale *= 10 }
    return "\((seconds * scale).rounded() / scale) s"
  }
}
