internal import BlockFile
internal import Entries
internal import Files
internal import RFile
internal import Records
internal import SystemPackage
internal import TabletStore

/// Writes the files of some tablets for one flush. Used by one thread, which keeps its memory from task to task.
final class IngestPass {
  private let table: TableWriter
  private let nodes: NodeWriter<SeededDraws>
  private var records: [IngestRecord] = []

  init(_ table: TableWriter) {
    self.table = table
    nodes = NodeWriter(table.settings, draws: table.sequence.draws)
  }

  /// Returns the files, each with its tablet. A tablet without an entry gets no file.
  func run(_ task: TableWriter.Task, in directory: FilePath) throws -> [(Int, TabletFile)] {
    var files: [(Int, TabletFile)] = []
    var writer: RFileWriter?
    let low = max(
      task.tablets.lowerBound == 0 ? 0 : table.end(ofTablet: task.tablets.lowerBound - 1),
      table.settings.rows.lowerBound)
    let high = max(low, min(table.end(ofTablet: task.tablets.upperBound - 1), table.settings.rows.upperBound))
    var next = 0
    for pass in 0..<task.passes {
      let width = (high - low) / UInt64(task.passes)
      let rows = low + UInt64(pass) * width..<(pass + 1 == task.passes ? high : low + UInt64(pass + 1) * width)
      collect(task, rows, isFirst: pass == 0 && task.tablets.lowerBound == 0)
      next = 0
      for tablet in task.tablets {
        let end = table.end(ofTablet: tablet)
        let start = next
        while next < records.count, records[next].row < end { next += 1 }
        if start < next, writer == nil {
          let path = table.path(directory, tablet).appending(table.fileName(tablet, task.flush))
          writer = try RFileWriter(
            ByteSink(creating: path.string, on: table.access.disk),
            options: .init(codec: table.options.codec, level: table.options.level, blockSize: table.options.blockSize),
            onWrite: { [stop = table.stop] _ in try stop.check() })
          try writer?.startDefaultLocalityGroup()
        }
        if let writer { try write(records[start..<next], to: writer) }
        if let done = writer, pass + 1 == task.passes {
          let entries = done.entries
          let name = table.fileName(tablet, task.flush)
          files.append((tablet, TabletFile(file: name, size: try done.finish(), entries: entries)))
          writer = nil
        }
      }
    }
    return files
  }

  /// Collects the records of a range of rows, in the order of their keys.
  private func collect(_ task: TableWriter.Task, _ rows: Range<UInt64>, isFirst: Bool) {
    let sequence = table.sequence
    let damaged = table.damaged
    records.removeAll(keepingCapacity: true)
    var cycle: IngestSequence<SeededDraws>.Cycle? = task.start
    while let now = cycle, now.operation < task.operations.upperBound {
      let from = max(0, task.operations.lowerBound - now.operation)
      let to = min(sequence.operations(of: now), task.operations.upperBound - now.operation)
      var missing = damaged.firstMissing(notBefore: now.put + from)
      for place in from..<max(from, to) {
        let operation = sequence.operation(place, of: now)
        let row = sequence.draws.row(ofNode: operation.node)
        guard rows.contains(row) else { continue }
        if missing < damaged.missing.count, operation.kind != .delete {
          while missing < damaged.missing.count, damaged.missing[missing].upperBound <= operation.count { missing += 1 }
          if missing < damaged.missing.count, damaged.missing[missing].contains(operation.count) { continue }
        }
        records.append(IngestRecord(row: row, operation))
      }
      cycle = sequence.cycle(after: now)
    }
    records.withUnsafeMutableBufferPointer { radixSort($0) }
    sortColumns()
    if isFirst { table.progress.add(task.operations.upperBound - task.operations.lowerBound) }
  }

  /// Sorts the entries of one row by their whole keys. Few rows have more than one.
  private func sortColumns() {
    var start = 0
    for i in 1..<max(records.count, 1) + 1 where i >= records.count || records[i].row != records[start].row {
      if i - start > 1 {
        let keyed = records[start..<i].map { ($0, nodes.entry($0).pointee.key) }
        records.replaceSubrange(start..<i, with: keyed.sorted { $0.1 < $1.1 }.map(\.0))
      }
      start = i
    }
  }

  private func write(_ records: ArraySlice<IngestRecord>, to writer: RFileWriter) throws {
    let hasCorrupted = !table.damaged.corrupted.isEmpty
    for record in records {
      let isCorrupted = hasCorrupted && record.kind != .delete && table.damaged.isCorrupted(record.count)
      try writer.append(nodes.entry(record, isCorrupted: isCorrupted))
    }
  }
}
