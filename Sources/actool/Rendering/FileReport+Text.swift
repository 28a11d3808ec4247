import BlockFile
import Entries
import RFile
import Records
import TabletStore

extension FileReport {
  /// The report for people:
  ///
  ///     F0001.rf
  ///       file       10887 bytes, RFile 8 in BCFile 3.0, codec gz
  ///       data       1000 entries in 12 blocks, 70000 bytes raw, 9000 stored, ratio 7.78
  ///       first key  row family:qualifier [vis] 1234
  ///       last key   ..
  ///       sound      every block was read
  ///       checksums  in every data block
  ///
  ///       group lg1
  ///         data       ..
  ///         families   a 12, b 30
  ///         index 0    12 entries in 1 block, 300 bytes raw, in the root
  ///
  ///       bloom      RowFunctor, murmur, 1 row of 12321010 bits for 1048576 keys, 1000 keys, 0.04 % of the bits set
  ///
  ///       meta block RFile.index  gz, 400 bytes raw, 200 stored
  var text: String {
    var lines = [file]
    if let summary {
      lines.append(
        "  file       \(summary.size) bytes, RFile \(summary.version) in BCFile \(summary.bcFileVersion), codec \(summary.codec)"
      )
      lines.append("  data       \(Self.text(summary.data, entries: summary.entries))")
      lines += Self.keys(summary.firstKey, summary.lastKey, indent: "  ")
    }
    if let partial { lines += Self.lines(of: partial) }
    if isSound == true { lines.append("  sound      every block was read") }
    if let found, found.dataBlocks > 0 { lines.append("  checksums  \(Self.checksums(found))") }
    if let problem { lines.append("  \(isSound == false ? "not sound " : "unreadable")  \(problem.text)") }
    if let summary {
      for group in summary.groups { lines += [""] + Self.lines(of: group, "group") }
      for group in summary.sampleGroups { lines += [""] + Self.lines(of: group, "sample of") }
      if let sampler = summary.sampler {
        let options = sampler.options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        lines += ["", "  sampler \(([sampler.className] + options).joined(separator: " "))"]
      }
      if let bloom { lines += ["", "  bloom      \(bloom.text)"] }
      lines.append("")
      for block in summary.metaBlocks {
        lines.append(
          "  meta block \(block.name)  \(block.codecName), \(block.region.rawSize) bytes raw, "
            + "\(block.region.compressedSize) stored")
      }
    }
    for summary in summaries ?? [] { lines += [""] + SummaryRecords.lines(of: summary) }
    if !index.isEmpty { lines += [""] + index.map(Self.line) }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func lines(of partial: Checkpoint) -> [String] {
    let inputs = partial.job.inputs.map(\.part.description).joined(separator: " ")
    return [
      "  partial    \(partial.size) bytes, \(partial.entries) entries at the last checkpoint",
      "  next key   \(text(partial.next))",
      "  by job     \(partial.job.ecid): \(inputs) -> \(partial.job.output)",
    ]
  }

  private static func checksums(_ found: RFileCheck) -> String {
    let blocks = count(found.dataBlocks, "data block", "data blocks")
    switch found.blocksWithChecksum {
    case found.dataBlocks: return "in every data block"
    case 0: return "in none of \(blocks): changed bytes may go unseen"
    default: return "in \(found.blocksWithChecksum) of \(blocks): bytes changed in the others may go unseen"
    }
  }

  /// At most this many families are listed; `--format json` has them all.
  private static let shownFamilies = 20

  private static func lines(of group: GroupSummary, _ title: String) -> [String] {
    var lines = ["  \(title) \(group.name.map(plain) ?? "(default)")"]
    lines.append("    data       \(text(group.data, entries: group.entries))")
    lines += keys(group.firstKey, group.lastKey, indent: "    ")
    if let families = group.families {
      var shown = families.prefix(shownFamilies).map {
        "\($0.family.isEmpty ? "(empty)" : plain($0.family)) \($0.count)"
      }
      if families.count > shownFamilies { shown.append("and \(families.count - shownFamilies) more") }
      lines.append("    families   \(shown.isEmpty ? "none" : shown.joined(separator: ", "))")
    } else {
      lines.append("    families   too many to be tracked")
    }
    for level in group.levels {
      let isRoot = level.level == group.levels.count - 1
      lines.append(
        "    index \(level.level)    \(count(level.entries, "entry", "entries")) in "
          + "\(count(level.totals.blocks, "block", "blocks")), \(level.totals.rawBytes) bytes raw, "
          + (isRoot ? "the root" : "\(level.totals.storedBytes) stored"))
    }
    return lines
  }

  private static func line(of entry: IndexLine) -> String {
    let place = (entry.isSample ? "sample " : "") + (entry.group.map(plain) ?? "(default)")
    let entries = entry.level == 0 ? count(entry.entry.entryCount, "entry", "entries") : "index block"
    return "  index \(entry.level) \(place)  \(entries) at \(entry.region.offset), \(entry.region.rawSize) bytes raw, "
      + "\(entry.region.compressedSize) stored, up to \(text(entry.entry.key))"
  }

  private static func keys(_ first: Key?, _ last: Key?, indent: String) -> [String] {
    guard let first, let last else { return [] }
    return ["\(indent)first key  \(text(first))", "\(indent)last key   \(text(last))"]
  }

  private static func text(_ totals: BlockTotals, entries: Int64) -> String {
    "\(count(Int(entries), "entry", "entries")) in \(count(totals.blocks, "block", "blocks")), \(totals.rawBytes) bytes raw, "
      + "\(totals.storedBytes) stored" + (totals.ratio.map { ", ratio \($0)" } ?? "")
  }

  private static func text(_ key: Key) -> String {
    "\(plain(key.row)) \(plain(key.family)):\(plain(key.qualifier)) [\(plain(key.visibility))] \(key.timestamp)"
      + (key.deleted ? " deleted" : "")
  }

  private static func plain(_ bytes: [UInt8]) -> String { ByteText.encode(bytes) }
  private static func plain(_ text: String) -> String { ByteText.encode(text.utf8) }

  private static func count(_ number: Int, _ one: String, _ many: String) -> String {
    "\(number) \(number == 1 ? one : many)"
  }
}
