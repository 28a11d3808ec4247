// One thread's side of a `LinkStore`: links are gathered in a buffer for each part, and handed over when it is full.

/// Adds the rows and references of entries to a `LinkStore`. Not thread-safe. Call `flush()` at the end.
final class LinkCollector {
  private struct State {
    var rows: RisingRows
    var rowsPart = 0
    /// The rows of `rowsPart`, from `low` to before `high`.
    var low: UInt64 = 1
    var high: UInt64 = 0
    var buffers: UnsafeMutablePointer<UInt64>
    var counts: UnsafeMutablePointer<Int>
  }

  private let store: LinkStore
  /// The capacity of a buffer, in links.
  private let capacity: Int
  private let state: UnsafeMutablePointer<State>

  /// - Parameter bufferSize: the buffer of each part, in bytes.
  init(_ store: LinkStore, bufferSize: Int) {
    self.store = store
    capacity = max(8, bufferSize / 8)
    state = .allocate(capacity: 1)
    state.initialize(
      to: State(
        rows: RisingRows(capacity: bufferSize), buffers: .allocate(capacity: capacity * store.partCount),
        counts: .allocate(capacity: store.partCount)))
    state.pointee.counts.initialize(repeating: 0, count: store.partCount)
  }

  deinit {
    state.pointee.rows.free()
    state.pointee.buffers.deallocate()
    state.pointee.counts.deallocate()
    state.deallocate()
  }

  /// Adds the row of an entry. The row must be between the borders.
  @inline(__always) func define(_ row: UInt64) throws {
    if row < state.pointee.low || row >= state.pointee.high || state.pointee.rows.isFull
      || row < state.pointee.rows.last
    {
      if try !startRows(at: row) { return }
    }
    state.pointee.rows.append(row)
  }

  /// Adds a row that an entry refers to. The row must be between the borders.
  @inline(__always) func refer(to row: UInt64) throws { try append(row << 1 | 1, to: store.part(of: row)) }

  @inline(__always) private func append(_ link: UInt64, to part: Int) throws {
    let count = state.pointee.counts[part]
    state.pointee.buffers[part * capacity + count] = link
    state.pointee.counts[part] = count + 1
    if count + 1 == capacity { try flushLinks(part) }
  }

  /// Hands over the rows gathered so far. False when `row` is out of order and became a link instead.
  @inline(never) private func startRows(at row: UInt64) throws -> Bool {
    let part = store.part(of: row)
    if part == state.pointee.rowsPart, state.pointee.rows.count > 0, row < state.pointee.rows.last {
      try append(row << 1, to: part)
      return false
    }
    try flushRows()
    state.pointee.rowsPart = part
    state.pointee.low = store.borders[part]
    state.pointee.high = store.borders[part + 1]
    return true
  }

  /// Call this before each new run of rows: those of another tablet, or of another part of a tablet.
  func startRun() throws { try flushRows() }

  func flush() throws {
    try flushRows()
    for part in 0..<store.partCount { try flushLinks(part) }
  }

  private func flushRows() throws {
    let rows = state.pointee.rows
    try store.append(
      .rows, to: state.pointee.rowsPart, first: rows.first, last: rows.last, count: rows.count, rows.bytes)
    state.pointee.rows.removeAll()
    state.pointee.low = 1
    state.pointee.high = 0
  }

  private func flushLinks(_ part: Int) throws {
    let count = state.pointee.counts[part]
    let buffer = UnsafeRawBufferPointer(start: state.pointee.buffers + part * capacity, count: 8 * count)
    try store.append(.links, to: part, count: count, buffer)
    state.pointee.counts[part] = 0
  }
}
