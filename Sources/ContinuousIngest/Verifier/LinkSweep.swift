// Processes one part at a time: sorted links and defined rows, side by side from the lowest row up.
//
//     defined rows   3   5   8   8   9          (in the order of the chunks, no sorting)
//     links                5   7   8   9        (referred to; sorted)
//                    U   R   !   R   R          3 unreferenced; 5, 8, 9 referenced; 7 undefined
//
// When links do not fit into memory, duplicates are dropped first. If that is not enough, the upper half of the rows is
// deferred, and the part is read again for them. This happens only when parts were estimated badly, so it must be
// correct rather than fast.

/// The number of distinct rows of each kind.
package struct LinkCounts: Hashable, Sendable {
  package var referenced: Int64 = 0
  package var unreferenced: Int64 = 0
  package var undefined: Int64 = 0

  static func + (a: LinkCounts, b: LinkCounts) -> LinkCounts {
    LinkCounts(
      referenced: a.referenced + b.referenced, unreferenced: a.unreferenced + b.unreferenced,
      undefined: a.undefined + b.undefined)
  }
}

/// Gets the distinct rows of a sweep in rising order.
protocol RowSink {
  /// - Parameters:
  ///   - isDefined: whether an entry has this row.
  ///   - isReferred: whether an entry refers to it.
  mutating func take(_ row: UInt64, isDefined: Bool, isReferred: Bool) throws
}

/// Finds out which rows of a part are defined and which are referred to. Not thread-safe.
final class LinkSweep {
  private let store: LinkStore
  private let capacity: Int
  private let links: UnsafeMutablePointer<UInt64>
  private let check: () throws -> Void

  /// - Parameters:
  ///   - memory: the memory for links, in bytes.
  ///   - check: throws to end the work.
  init(_ store: LinkStore, memory: Int, check: @escaping () throws -> Void) {
    self.store = store
    capacity = max(64, memory / 8)
    links = .allocate(capacity: capacity)
    self.check = check
  }

  deinit { links.deallocate() }

  /// Gives all rows of a part to the sink, and removes the part's links.
  func run(part: Int, into sink: inout some RowSink) throws {
    var (chain, loose) = Self.sortOut(store.chunks(ofPart: part))
    loose.sort { $0.count > $1.count }
    var low = store.borders[part]
    while low < store.borders[part + 1] {
      var limit = store.borders[part + 1]
      let count = try load(loose, from: low, before: &limit)
      try sweep(chain, count, from: low, before: limit, into: &sink)
      low = limit
      chain.removeAll { $0.last < low }
    }
    store.removeLinks(ofPart: part)
  }

  /// Separates the chunks of rows that follow one another from all other chunks.
  private static func sortOut(_ chunks: [LinkStore.Chunk]) -> (chain: [LinkStore.Chunk], loose: [LinkStore.Chunk]) {
    var chain: [LinkStore.Chunk] = []
    var loose = chunks.filter { $0.kind == .links }
    for chunk in chunks.filter({ $0.kind == .rows }).sorted(by: { $0.first < $1.first }) {
      if let last = chain.last?.last, chunk.first < last { loose.append(chunk) } else { chain.append(chunk) }
    }
    return (chain, loose)
  }

  /// Loads the links of rows in a range and sorts them. Lowers `limit` when there are too many.
  private func load(_ chunks: [LinkStore.Chunk], from low: UInt64, before limit: inout UInt64) throws -> Int {
    var count = 0
    // The last link, inclusive: 2^63 itself does not fit when doubled.
    var end = (limit - 1) << 1 | 1
    let start = low << 1
    func add(_ link: UInt64) {
      guard link >= start, link <= end else { return }
      if count == capacity {
        makeRoom(&count, &end)
        guard link <= end else { return }
      }
      links[count] = link
      count += 1
    }
    for chunk in chunks {
      try check()
      try store.withBytes(of: chunk) { bytes in
        if chunk.kind == .rows {
          RisingRows.forEach(bytes) { add($0 << 1) }
        } else {
          for i in 0..<chunk.count { add(bytes.loadUnaligned(fromByteOffset: 8 * i, as: UInt64.self)) }
        }
      }
    }
    radixSort(UnsafeMutableBufferPointer(start: links, count: count))
    limit = end >> 1 + 1
    return count
  }

  /// Drops duplicates. If more than three quarters are still full, also drops the links above the middle.
  private func makeRoom(_ count: inout Int, _ end: inout UInt64) {
    radixSort(UnsafeMutableBufferPointer(start: links, count: count))
    var kept = 1
    for i in 1..<count where links[i] != links[kept - 1] {
      links[kept] = links[i]
      kept += 1
    }
    count = kept
    guard count > capacity / 4 * 3 else { return }
    // A row has at most two different links, so the middle one is above the first.
    end = (links[count / 2] & ~1) - 1
    while links[count - 1] > end { count -= 1 }
  }

  private func sweep(
    _ chain: [LinkStore.Chunk], _ count: Int, from low: UInt64, before limit: UInt64, into sink: inout some RowSink
  ) throws {
    var next = 0
    /// Takes the rows before `row` that occur only in links.
    func passLinks(before row: UInt64) throws {
      while next < count, links[next] >> 1 < row {
        let linked = links[next] >> 1
        var isDefined = false
        var isReferred = false
        while next < count, links[next] >> 1 == linked {
          if links[next] & 1 == 1 { isReferred = true } else { isDefined = true }
          next += 1
        }
        try sink.take(linked, isDefined: isDefined, isReferred: isReferred)
      }
    }
    var last: UInt64?
    for chunk in chain {
      try check()
      guard chunk.first < limit else { break }
      try store.withBytes(of: chunk) { bytes in
        try RisingRows.forEach(bytes) { row in
          guard row >= low, row < limit, row != last else { return }
          last = row
          if next < count, links[next] >> 1 < row { try passLinks(before: row) }
          var isReferred = false
          while next < count, links[next] >> 1 == row {
            if links[next] & 1 == 1 { isReferred = true }
            next += 1
          }
          try sink.take(row, isDefined: true, isReferred: isReferred)
        }
      }
    }
    try passLinks(before: .max)
  }
}

/// Counts the rows of a part, and adds the undefined ones to the store as chunks of holes. Its owner must call `free()`.
struct HoleSink: RowSink {
  private(set) var counts = LinkCounts()
  private let store: LinkStore
  private let part: Int
  private var holes = RisingRows(capacity: 1 << 14)

  init(_ store: LinkStore, part: Int) { (self.store, self.part) = (store, part) }

  func free() { holes.free() }

  @inline(__always) mutating func take(_ row: UInt64, isDefined: Bool, isReferred: Bool) throws {
    if isDefined {
      if isReferred { counts.referenced += 1 } else { counts.unreferenced += 1 }
    } else {
      counts.undefined += 1
      if holes.isFull { try flush() }
      holes.append(row)
    }
  }

  mutating func flush() throws {
    try store.append(.holes, to: part, first: holes.first, last: holes.last, count: holes.count, holes.bytes)
    holes.removeAll()
  }
}
