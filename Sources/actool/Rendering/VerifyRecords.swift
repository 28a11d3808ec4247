import ContinuousIngest
import Records

// The records of `verify`: see docs/verify.md.

extension JSONLine {
  fileprivate mutating func row(_ name: String, _ number: UInt64) { field(name, bytes: RowNumber.text(number)) }
}

extension VerifyFinding {
  func write(to line: inout JSONLine) {
    switch self {
    case .undefined(let row, let references):
      line.record("undefined") { line in
        line.row("row", row)
        line.array("references", references) { $0.value(String(decoding: RowNumber.text($1), as: UTF8.self)) }
      }
    case .corrupt(let entry):
      line.record("corrupt") { line in
        line.fields(of: entry.key)
        line.field("file", entry.file)
        line.field("reason", entry.fault.rawValue)
      }
    case .holes(let group): group.write(to: &line)
    }
  }
}

extension HoleGroup {
  fileprivate func write(to line: inout JSONLine) {
    line.record("holes") { line in
      line.field("tablet", tablet)
      line.field("client", bytes: client)
      line.field("holes", holes)
      line.row("firstRow", rows.lowerBound)
      line.row("lastRow", rows.upperBound)
      line.field("firstCount", counts.lowerBound)
      line.field("lastCount", counts.upperBound)
      line.field("firstTime", timestamps.lowerBound)
      line.field("lastTime", timestamps.upperBound)
      line.field("leftInCounts", leftInCounts)
      line.field("leftInRows", leftInRows)
      line.field("tabletsAlike", tabletsAlike)
      line.field("suggests", pattern.rawValue)
      line.field("evidence", evidence)
    }
  }

  private var evidence: String {
    let inCounts = "\(leftInCounts) entries with these counts still refer to rows of this tablet"
    let inRows = "\(leftInRows) references to rows of this range are sound"
    switch pattern {
    case .file: return "\(inCounts), and only \(tabletsAlike) tablet has holes with them"
    case .batch: return "\(inCounts), and \(tabletsAlike) tablets have holes with them"
    case .range: return "\(inRows), and \(inCounts)"
    case .single: return holes < 8 ? "too few holes to tell" : "\(inCounts), and \(inRows)"
    }
  }
}

extension VerifyReport {
  /// The `verify` record.
  func write(to line: inout JSONLine) {
    line.record("verify") { line in
      line.field("referenced", referenced)
      line.field("unreferenced", unreferenced)
      line.field("undefined", undefined)
      line.field("corrupt", corrupt)
      line.field("entries", entries)
      line.field("tablets", tablets)
      line.field("files", files)
    }
  }
}

extension ShardReport {
  func write(to line: inout JSONLine) {
    line.record("shard") { line in
      line.field("shard", shard.description)
      line.field("buckets", buckets)
      line.field("entries", entries)
      line.field("corrupt", corrupt)
      line.field("tablets", tablets)
      line.field("files", files)
      line.field("bytes", bytes)
      if wasDone { line.field("already", true) }
    }
  }
}

extension BucketReport {
  func write(to line: inout JSONLine) {
    line.record("bucket") { line in
      line.field("bucket", bucket.description)
      line.field("shards", shards)
      line.field("referenced", counts.referenced)
      line.field("unreferenced", counts.unreferenced)
      line.field("undefined", counts.undefined)
      line.field("bytes", bytes)
    }
  }
}
