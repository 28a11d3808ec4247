import Entries
internal import Files
internal import Synchronization

// Either few entries are corrupt or nearly all of them. They are kept in memory. When there are too many, they go to
// the scratch file as sorted runs, one entry after the other (`CorruptEntry.append`), which are merged at the end.

/// Gathers the corrupt entries of all threads and returns them sorted.
final class CorruptLog: Sendable {
  private struct State {
    var entries: [CorruptEntry] = []
    var size = 0
    var runs: [(offset: Int64, byteCount: Int)] = []
    var scratch: ScratchFile?
  }
  private let state = Mutex(State())
  private let memory: Int
  private let makeScratch: @Sendable () throws -> ScratchFile

  init(memory: Int, scratch: @escaping @Sendable () throws -> ScratchFile) {
    self.memory = memory
    makeScratch = scratch
  }

  var scratchBytes: Int64 { state.withLock { $0.scratch?.count ?? 0 } }

  func append(_ entry: CorruptEntry) throws {
    try state.withLock { state in
      state.entries.append(entry)
      state.size += entry.key.size + entry.file.utf8.count + 300
      if state.size > memory { try spill(&state) }
    }
  }

  private func spill(_ state: inout State) throws {
    var bytes: [UInt8] = []
    for entry in state.entries.sorted() { entry.append(to: &bytes) }
    if state.scratch == nil { state.scratch = try makeScratch() }
    guard let offset = try bytes.withUnsafeBytes({ try state.scratch?.append($0) }) else { return }
    state.runs.append((offset, bytes.count))
    state.entries = []
    state.size = 0
  }

  /// Calls `body` with each corrupt entry, in order.
  func tellAll(_ body: (CorruptEntry) throws -> Void) throws {
    let (rest, runs, scratch) = state.withLock { ($0.entries.sorted(), $0.runs, $0.scratch) }
    guard let scratch, !runs.isEmpty else { return try rest.forEach(body) }
    let buffer = max(4096, memory / (runs.count + 1))
    var sources = try runs.map { try CorruptRun(scratch, $0.offset, $0.byteCount, bufferSize: buffer) }
    var position = 0
    while true {
      var least: Int?
      for i in sources.indices {
        guard let entry = sources[i].current else { continue }
        if let best = least, let other = sources[best].current, !(entry < other) { continue }
        least = i
      }
      if position < rest.count, least.flatMap({ sources[$0].current }).map({ rest[position] < $0 }) ?? true {
        try body(rest[position])
        position += 1
      } else if let least, let entry = sources[least].current {
        try body(entry)
        try sources[least].advance()
      } else {
        return
      }
    }
  }
}

/// A sorted run of corrupt entries in the scratch file, read from its start.
private struct CorruptRun {
  private let scratch: ScratchFile
  private var offset: Int64
  private var left: Int
  private let bufferSize: Int
  private var buffer: [UInt8] = []
  private var position = 0
  private(set) var current: CorruptEntry?

  init(_ scratch: ScratchFile, _ offset: Int64, _ byteCount: Int, bufferSize: Int) throws {
    self.scratch = scratch
    self.offset = offset
    left = byteCount
    self.bufferSize = bufferSize
    try advance()
  }

  mutating func advance() throws {
    current = nil
    guard left > 0 || position < buffer.count else { return }
    try need(8)
    try need(8 + buffer[position..<position + 8].reduce(0) { $0 << 8 | Int($1) })
    current = buffer.withUnsafeBytes { CorruptEntry($0, at: &position) }
  }

  /// Ensures that the next `count` bytes are in the buffer.
  private mutating func need(_ count: Int) throws {
    guard buffer.count - position < count else { return }
    buffer.removeFirst(position)
    position = 0
    let size = min(left, max(bufferSize, count - buffer.count))
    let start = buffer.count
    buffer += [UInt8](repeating: 0, count: size)
    try buffer.withUnsafeMutableBytes {
      try scratch.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: $0[start...]))
    }
    offset += Int64(size)
    left -= size
  }
}
