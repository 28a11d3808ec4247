import BlockFile
import Compaction
import Digests
import Entries
import Files
import RFile
import TabletStore

/// Checkpoints of killed jobs: as lines, to which the digest is added, or what is in them, beside a partial file.
///
///     byte 0 | two lines
///     byte 1 | byte copied | int16 entries of the tail | part: its bytes | part: its raw size | blocks, to the end
enum CheckpointTarget {
  static func read(_ bytes: [UInt8]) throws {
    var input = Input(bytes)
    guard input.byte() & 1 == 0 else { return try go(on: state(&input)) }
    let lines = Array(input.rest) + [10]
    var digest = BytesDigest()
    lines.withUnsafeBytes { digest.append($0) }
    let temporary = try Scratch.write(partial.bytes, "C1.rf_tmp")
    _ = try Scratch.write(lines + Array("\(digest.digest)\n".utf8), "C1.rf_tmp.checkpoint")
    guard let checkpoint = try Checkpoint(of: temporary) else { return }
    try go(on: MergeCheckpoint(checkpoint).state.writer)
  }

  private static func state(_ input: inout Input) -> WriterState {
    let isCopied = input.byte() & 1 == 1
    let entries = input.int16()
    let tail = input.part()
    let rawSize = isCopied ? input.int16() : tail.count
    let blocks = WrittenBlocks(bytes: Array(input.rest))
    return WriterState(
      groups: [blocks],
      tail: entries == 0 ? nil : .init(bytes: tail, rawSize: rawSize, entries: entries, isCopied: isCopied))
  }

  /// As a resumed job does: what was written is written again.
  private static func go(on state: WriterState) throws {
    let writer = try RFileWriter(ByteSink(memory: "C1.rf_tmp"), options: options)
    try writer.startDefaultLocalityGroup()
    let source = ByteSource(bytes: partial.bytes, name: "C1.rf_tmp")
    for group in state.groups { try writer.repeatGroup(group, of: source, account: nil) {} }
    if let tail = state.tail { try writer.repeatTail(tail, account: nil) }
    try writer.endRepeating()
    _ = try writer.finish()
  }

  private static let options = {
    var options = RFileWriter.Options(codec: .gz, blockSize: 200, indexBlockSize: 200)
    options.listsBlocks = true
    return options
  }()

  /// What a job had written when it was killed, and its state.
  static let partial: (bytes: [UInt8], state: WriterState) = Oracle.unfailing("a partial file") {
    let sink = ByteSink(memory: "C1.rf_tmp")
    let writer = try RFileWriter(sink, options: options)
    try writer.startDefaultLocalityGroup()
    let entry = EntryBuffer()
    for number in 100..<160 {
      entry.copy(Entry(key: Key(row: Array("row \(number)".utf8), timestamp: 5), value: Array("value".utf8)))
      try writer.append(EntryPointer(entry.view))
    }
    let state = try writer.state()
    return (sink.memory, state)
  }
}
