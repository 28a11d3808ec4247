import BlockFile
import Compaction
import RFile
import Records

/// Prints what was saved of a damaged file, and what was lost.
struct SalvageRecords {
  /// As it was given.
  var file: String
  var survey: FileSurvey

  /// A record for each loss.
  func losses() -> [UInt8] {
    var line = JSONLine()
    for loss in survey.losses {
      line.record("loss") { line in
        line.field("file", file)
        line.field("offset", loss.offset)
        if let size = loss.size { line.field("size", size) }
        if let entries = loss.entries { line.field("entries", entries) }
        line.field("group", loss.group)
        if let after = loss.after { line.field("after", after) }
        if let before = loss.before { line.field("before", before) }
        line.field("reason", loss.reason)
      }
    }
    return line.bytes
  }

  /// The record of all.
  /// - Parameter output: the new file; nil: there was nothing to save.
  func total(_ output: (path: String, Salvage.Output)?, kept: String?) -> [UInt8] {
    var line = JSONLine()
    line.record("salvage") { line in
      line.field("file", file)
      line.field("codec", survey.codec.rawValue)
      line.field("index", survey.index.rawValue)
      line.field("blocks", survey.blocks)
      line.field("entries", output?.1.file.entries ?? 0)
      if let (path, output) = output {
        line.field("repeated", output.repeated)
        line.field("output", path)
        line.field("fileSize", output.file.size)
      }
      line.field("kept", kept)
      line.field("losses", survey.losses.count)
      line.field("lostBytes", lostBytes)
      if let lostEntries { line.field("lostEntries", lostEntries) }
    }
    return line.bytes
  }

  private var lostBytes: Int64 { survey.losses.reduce(0) { $0 + ($1.size ?? 0) } }

  /// Nil when an index does not tell of every loss.
  private var lostEntries: Int64? {
    survey.losses.reduce(0) { sum, loss in
      guard let sum, let entries = loss.entries else { return nil }
      return sum + entries
    }
  }

  /// What people are told.
  func text(_ output: Salvage.Output, at path: String, after seconds: Double) -> String {
    let lost =
      switch survey.losses.count {
      case 0: "nothing lost"
      case 1: "1 loss"
      default: "\(survey.losses.count) losses"
      }
    let entries = lostEntries.map { " of \($0) entries" } ?? " of unknown size"
    return "\(path): \(output.file.entries) entries in \(survey.blocks) blocks saved, "
      + "\(lost)\(survey.losses.isEmpty ? "" : entries), \(seconds) s"
  }
}
