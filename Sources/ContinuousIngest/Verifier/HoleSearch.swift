import Entries
internal import Synchronization

// Finds the entries that refer to holes. This needs another pass over the files, and is done only when there are holes.
//
// Each pass looks for as many holes as fit into memory, from the lowest up: normally all of them. For each entry, a
// small table of bits says whether the row that it points to can be a hole (one in sixteen of the other rows gets
// through), and then the row is looked up. Only then is the entry's checksum computed.
//
// If more entries refer to the holes than fit, the upper half of the holes is deferred to the next pass.

/// An entry that refers to a hole.
struct HoleReference: RadixKeyed {
  var hole: UInt64
  var row: UInt64
  /// How many entries its client had written before; `.max` when unknown.
  var count: UInt64
  var timestamp: Int64
  /// An index into the clients of the search.
  var client: Int32

  var radixKey: UInt64 { hole }
}

/// The holes of one pass over the files. Thread-safe.
final class HoleSearch: Sendable {
  private let holes: [UInt64]
  private let bits: [UInt64]
  private let shift: UInt64
  private let capacity: Int

  private struct Found {
    var references: [HoleReference] = []
    /// Holes from here on are deferred.
    var limit: UInt64 = .max
    var clients: [[UInt8]: Int32] = [:]
  }
  private let found = Mutex(Found())

  /// - Parameters:
  ///   - holes: distinct, in rising order.
  ///   - capacity: the number of references to keep.
  init(_ holes: [UInt64], capacity: Int) {
    self.holes = holes
    self.capacity = max(16, capacity)
    let width = max(10, Int.bitWidth - (16 * holes.count).leadingZeroBitCount)
    shift = UInt64(64 - width)
    var bits = [UInt64](repeating: 0, count: 1 << (width - 6))
    for hole in holes {
      let place = Self.place(hole, UInt64(64 - width))
      bits[Int(place >> 6)] |= 1 << (place & 63)
    }
    self.bits = bits
  }

  private static func place(_ row: UInt64, _ shift: UInt64) -> UInt64 { (row &* 0x9e37_79b9_7f4a_7c15) >> shift }

  /// True when the row is one of the holes.
  @inline(__always) func isHole(_ row: UInt64) -> Bool {
    let place = (row &* 0x9e37_79b9_7f4a_7c15) >> shift
    let isMaybe = bits.withUnsafeBufferPointer { $0[Int(truncatingIfNeeded: place >> 6)] >> (place & 63) & 1 == 1 }
    return isMaybe && contains(row)
  }

  @inline(never) private func contains(_ row: UInt64) -> Bool {
    var (low, high) = (0, holes.count)
    while low < high {
      let middle = (low + high) / 2
      if holes[middle] < row { low = middle + 1 } else { high = middle }
    }
    return low < holes.count && holes[low] == row
  }

  /// Records a sound entry that refers to a hole.
  func add(_ entry: EntryPointer, row: UInt64, hole: UInt64) {
    let origin = NodeOrigin(entry.pointee.value)
    found.withLock { found in
      guard hole < found.limit else { return }
      if found.references.count >= capacity { Self.makeRoom(&found) }
      guard hole < found.limit else { return }
      let client = found.clients[origin.client] ?? Int32(found.clients.count)
      found.clients[origin.client] = client
      found.references.append(
        HoleReference(
          hole: hole, row: row, count: origin.count ?? .max, timestamp: entry.pointee.timestamp, client: client))
    }
  }

  /// Defers the upper half of the holes. References to a single hole are all kept, however many there are.
  private static func makeRoom(_ found: inout Found) {
    found.references.withUnsafeMutableBufferPointer { radixSort($0) }
    guard let first = found.references.first?.hole else { return }
    let count = found.references.count
    guard let next = found.references[(count / 2)...].first(where: { $0.hole != first })?.hole else { return }
    found.limit = next
    found.references.removeAll { $0.hole >= next }
  }

  /// The references sorted by hole, row, client and count; the deferred holes; the clients by index.
  func result() -> (references: [HoleReference], putOff: [UInt64], clients: [[UInt8]]) {
    found.withLock { found in
      let clients = found.clients.sorted { $0.value < $1.value }.map(\.key)
      found.references.sort { a, b in
        if a.hole != b.hole { return a.hole < b.hole }
        if a.row != b.row { return a.row < b.row }
        if a.count != b.count { return a.count < b.count }
        if a.timestamp != b.timestamp { return a.timestamp < b.timestamp }
        return clients[Int(a.client)].lexicographicallyPrecedes(clients[Int(b.client)])
      }
      return (found.references, holes.filter { $0 >= found.limit }, clients)
    }
  }
}
