internal import Files
internal import Synchronization
internal import SystemPackage

// What is kept of each entry: the number of its row, and of the row that it points to, but not which row points where.
//
//     row space   |  part 0  |   part 1   | part 2 |  ...      cut where the rows are, so that parts are about equal
//     part        chunks of links     8 bytes each, (number << 1) | 1 if referred to, in any order
//                 chunks of rows      defined rows in rising order: the first as it is, then differences of 5 to 6 bytes
//
// A tablet returns its rows in order, so defined rows cost little. Rows that are out of order nevertheless (numbers
// without exactly 16 digits sort differently) become links without the flag.
//
// Chunks stay in memory while there is room; later ones go to the scratch file. They are only appended.

/// The defined and the referenced rows of a run, divided into parts of the row space.
final class LinkStore: Sendable {
  /// A piece of a part, in memory or in the scratch file.
  struct Chunk: Sendable {
    enum Kind: Sendable { case links, rows, holes }

    var kind: Kind
    /// The first and the last row, for rows and holes.
    var first: UInt64 = 0
    var last: UInt64 = 0
    /// The number of elements.
    var count: Int
    var byteCount: Int
    fileprivate var place: Place
  }

  fileprivate enum Place: Sendable {
    case memory([UInt8])
    case scratch(Int64)
  }

  /// Part i contains the rows from `borders[i]` to before `borders[i + 1]`.
  let borders: [UInt64]
  private let firstParts: [Int32]
  private let shift: UInt64

  private struct State {
    var chunks: [[Chunk]]
    var memoryLeft: Int
    var scratch: ScratchFile?
  }
  private let state: Mutex<State>
  private let makeScratch: @Sendable () throws -> ScratchFile

  /// - Parameters:
  ///   - borders: at least two, in rising order.
  ///   - memory: bytes to keep in memory before the scratch file is created.
  init(borders: [UInt64], memory: Int, scratch: @escaping @Sendable () throws -> ScratchFile) {
    precondition(borders.count >= 2)
    self.borders = borders
    makeScratch = scratch
    let partCount = borders.count - 1
    state = Mutex(State(chunks: Array(repeating: [], count: partCount), memoryLeft: memory, scratch: nil))
    // The part of a row is found from its highest bits and a step or two from there.
    let width = borders[partCount].bitWidth - (borders[partCount] - 1).leadingZeroBitCount
    let shift = max(0, width - 12)
    var part = 0
    firstParts = (0...(1 << 12)).map { slot in
      let row = UInt64(slot) << UInt64(shift)
      while part + 1 < partCount, borders[part + 1] <= row { part += 1 }
      return Int32(part)
    }
    self.shift = UInt64(shift)
  }

  var partCount: Int { borders.count - 1 }

  /// The parts of a range of rows that begins and ends at borders.
  func parts(in rows: Range<UInt64>) -> Range<Int> {
    (borders.firstIndex { $0 >= rows.lowerBound } ?? partCount)..<(borders.firstIndex { $0 >= rows.upperBound }
      ?? partCount)
  }

  /// The size of the scratch file in bytes.
  var scratchBytes: Int64 { state.withLock { $0.scratch?.count ?? 0 } }

  /// The part of a row. The row must be between the borders.
  @inline(__always) func part(of row: UInt64) -> Int {
    var part = firstParts.withUnsafeBufferPointer { Int($0[Int(truncatingIfNeeded: row >> shift)]) }
    borders.withUnsafeBufferPointer { borders in while borders[part + 1] <= row { part += 1 } }
    return part
  }

  func append(
    _ kind: Chunk.Kind, to part: Int, first: UInt64 = 0, last: UInt64 = 0, count: Int, _ bytes: UnsafeRawBufferPointer
  ) throws {
    guard count > 0 else { return }
    let scratch: ScratchFile? = try state.withLock { state in
      if state.memoryLeft >= bytes.count {
        state.memoryLeft -= bytes.count
        return nil
      }
      if state.scratch == nil { state.scratch = try makeScratch() }
      return state.scratch
    }
    let place: Place = try scratch.map { .scratch(try $0.append(bytes)) } ?? .memory([UInt8](bytes))
    let chunk = Chunk(kind: kind, first: first, last: last, count: count, byteCount: bytes.count, place: place)
    state.withLock { $0.chunks[part].append(chunk) }
  }

  /// The chunks of a part, in the order in which they were appended.
  func chunks(ofPart part: Int) -> [Chunk] { state.withLock { $0.chunks[part] } }

  /// Calls `body` with each hole, in rising order.
  func forEachHole(_ body: (UInt64) throws -> Void) throws {
    for part in 0..<partCount {
      for chunk in chunks(ofPart: part) where chunk.kind == .holes {
        try withBytes(of: chunk) { try RisingRows.forEach($0, body) }
      }
    }
  }

  /// Removes the links and rows of a part that was swept, which frees their memory.
  func removeLinks(ofPart part: Int) {
    state.withLock { state in
      for chunk in state.chunks[part] where chunk.kind != .holes {
        if case .memory(let bytes) = chunk.place { state.memoryLeft += bytes.count }
      }
      state.chunks[part].removeAll { $0.kind != .holes }
    }
  }

  /// Calls `body` with the bytes of a chunk.
  func withBytes<Result>(of chunk: Chunk, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    switch chunk.place {
    case .memory(let bytes): return try bytes.withUnsafeBytes(body)
    case .scratch(let offset):
      let scratch = state.withLock { $0.scratch }
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk.byteCount, alignment: 8)
      defer { buffer.deallocate() }
      try scratch?.read(at: offset, into: buffer)
      return try body(UnsafeRawBufferPointer(buffer))
    }
  }
}
