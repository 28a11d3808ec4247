// Advice as records: an `estimate` for each choice, an `advice` for each use, and the summary.
//
//     {"type":"estimate","codec":"zstd","level":"9","blockSize":102400,"bytes":..,"writeSeconds":..,"readSeconds":..,
//      "seekBytes":..,"seekMicroseconds":..}
//     {"type":"advice","use":"smallest","codec":"zstd","level":"9","blockSize":102400,"bytes":..,"reason":"..",
//      "properties":{"table.file.compress.blocksize":"100K","table.file.compress.type":"zstd"},"shell":["config -t ..",..]}

import BlockFile
import Compaction
import Records

enum AdviceRecords {
  static func write(_ advice: StorageAdvice, to output: RecordOutput) throws {
    for estimate in advice.estimates {
      try output.write { line in
        line.record("estimate") { line in
          estimate.choice.write(to: &line)
          line.field("bytes", estimate.bytes)
          line.field("writeSeconds", estimate.writeSeconds)
          line.field("readSeconds", estimate.readSeconds)
          line.field("seekBytes", estimate.seekBytes)
          line.field("seekMicroseconds", estimate.seekMicroseconds)
        }
      }
    }
    for use in StorageUse.allCases {
      let best = advice.best(for: use)
      try output.write { line in
        line.record("advice") { line in
          line.field("use", use.rawValue)
          best.choice.write(to: &line)
          line.field("bytes", best.bytes)
          line.field("reason", advice.sentence(for: use))
          line.field("properties", Dictionary(best.choice.properties.map { ($0.key, $0.value) }) { $1 })
          line.field("shell", best.choice.shellLines)
        }
      }
    }
    let totals = advice.totals
    let summary = Summary(
      command: "advise",
      counts: [
        ("files", Int64(totals.files)), ("bytes", totals.bytes), ("entries", totals.entries), ("blocks", totals.blocks),
        ("rawBytes", totals.raw), ("sampledBytes", advice.sampled), ("places", Int64(advice.places)),
      ])
    try output.write { summary.write(to: &$0) }
  }
}

extension StorageChoice {
  fileprivate func write(to line: inout JSONLine) {
    line.field("codec", codec.rawValue)
    if codec.levels != nil { line.field("level", level.description) }
    line.field("blockSize", blockSize)
  }

  /// For Accumulo's shell.
  var shellLines: [String] { properties.map { "config -t TABLE -s \($0.key)=\($0.value)" } }
}
