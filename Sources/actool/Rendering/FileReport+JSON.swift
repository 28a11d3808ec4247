import BlockFile
import RFile
import Records
import TabletStore

// {"type":"file","file":"F0001.rf","size":10887,"bcFileVersion":"3.0","version":8,"codec":"gz","entries":..,"firstKey":{..},"lastKey":{..},
//  "blocks":..,"rawBytes":..,"storedBytes":..,"ratio":..,"groups":[{"name":"lg1",..,"families":[{"family":"a","entries":3}],"levels":[..]}],
//  "samples":[..],"sampler":{..},"metaBlocks":[{"name":"RFile.index",..}],"bloom":{..},"sound":true}
// A root has no stored bytes of its own: it is part of RFile.index. `families` is absent when the file has too many to
// track.
//
// {"type":"index","file":"F0001.rf","group":"lg1","level":0,"key":{..},"entries":12,"offset":16,"storedBytes":..,"rawBytes":..}

extension FileReport {
  /// A `file` record, then an `index` record for each index entry that was asked for.
  var json: [UInt8] {
    var line = JSONLine()
    line.record("file") { line in
      line.field("file", file)
      if let summary { Self.write(summary, to: &line) }
      if let partial {
        line.object("partial") { line in
          line.field("bytes", partial.size)
          line.field("entries", partial.entries)
          line.field("next", partial.next)
          line.field("ecid", partial.job.ecid)
        }
      }
      bloom?.write(to: &line)
      if let isSound { line.field("sound", isSound) }
      line.field("problem", problem?.text)
    }
    for entry in index {
      line.record("index") { line in
        line.field("file", file)
        line.field("group", entry.group)
        if entry.isSample { line.field("sample", true) }
        line.field("level", entry.level)
        line.field("key", entry.entry.key)
        if entry.level == 0 { line.field("entries", entry.entry.entryCount) }
        line.field("offset", entry.region.offset)
        line.field("rawBytes", entry.region.rawSize)
        line.field("storedBytes", entry.region.compressedSize)
      }
    }
    for summary in summaries ?? [] { SummaryRecords.write(summary, of: file, to: &line) }
    return line.bytes
  }

  private static func write(_ summary: RFileSummary, to line: inout JSONLine) {
    line.field("size", summary.size)
    line.field("bcFileVersion", summary.bcFileVersion)
    line.field("version", summary.version)
    line.field("codec", summary.codec.rawValue)
    line.field("entries", summary.entries)
    if let key = summary.firstKey { line.field("firstKey", key) }
    if let key = summary.lastKey { line.field("lastKey", key) }
    write(summary.data, to: &line)
    if let ratio = summary.data.ratio { line.field("ratio", ratio) }
    line.array("groups", summary.groups) { write($1, to: &$0) }
    if let sampler = summary.sampler {
      line.array("samples", summary.sampleGroups) { write($1, to: &$0) }
      line.object("sampler") { line in
        line.field("class", sampler.className)
        line.field("options", sampler.options)
      }
    }
    line.array("metaBlocks", summary.metaBlocks) { line, block in
      line.object { line in
        line.field("name", block.name)
        line.field("codec", block.codecName)
        line.field("rawBytes", block.region.rawSize)
        line.field("storedBytes", block.region.compressedSize)
      }
    }
  }

  private static func write(_ group: GroupSummary, to line: inout JSONLine) {
    line.object { line in
      line.field("name", group.name)
      line.field("default", group.name == nil)
      line.field("entries", group.entries)
      if let families = group.families {
        line.array("families", families) { line, family in
          line.object { line in
            line.field("family", bytes: family.family)
            line.field("entries", family.count)
          }
        }
      }
      if let key = group.firstKey { line.field("firstKey", key) }
      if let key = group.lastKey { line.field("lastKey", key) }
      write(group.data, to: &line)
      line.array("levels", group.levels) { line, level in
        line.object { line in
          line.field("level", level.level)
          line.field("entries", level.entries)
          write(level.totals, to: &line)
        }
      }
    }
  }

  private static func write(_ totals: BlockTotals, to line: inout JSONLine) {
    line.field("blocks", totals.blocks)
    line.field("rawBytes", totals.rawBytes)
    line.field("storedBytes", totals.storedBytes)
  }
}

extension BlockTotals {
  /// Raw size divided by stored size, to two decimals; nil without blocks.
  var ratio: Double? {
    storedBytes > 0 ? (Double(rawBytes) / Double(storedBytes) * 100).rounded() / 100 : nil
  }
}
