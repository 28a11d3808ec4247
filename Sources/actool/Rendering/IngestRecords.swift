import ContinuousIngest
import Records

extension TableWriter.Truth {
  func write(to line: inout JSONLine) {
    switch self {
    case .lost(let key, let count):
      line.record("lost") { line in
        line.fields(of: key)
        line.field("count", count)
      }
    case .corrupted(let key, let count, let file):
      line.record("corrupted") { line in
        line.fields(of: key)
        line.field("count", count)
        line.field("file", file)
      }
    case .lostFlush(let counts):
      line.record("lostFlush") { line in
        line.field("firstCount", counts.lowerBound)
        line.field("lastCount", counts.upperBound)
      }
    case .lostFile(let file, let entries):
      line.record("lostFile") { line in
        line.field("file", file)
        line.field("entries", entries)
      }
    }
  }
}
