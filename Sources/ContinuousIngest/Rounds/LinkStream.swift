internal import SystemPackage

/// The links of a file in rising order, a frame of them in memory. Not thread-safe.
final class LinkStream {
  let reader: LinkFileReader
  private let rows: Range<UInt64>
  /// Those of the current frame that were not taken yet are at `position..<count`.
  private let links: UnsafeMutablePointer<UInt64>
  private var position = 0
  private var count = 0

  init(_ reader: LinkFileReader, rows: Range<UInt64>) {
    self.reader = reader
    self.rows = rows
    links = .allocate(capacity: LinkFrame.linkLimit)
  }

  deinit { links.deallocate() }

  /// The last link of the current frame.
  var last: UInt64 { links[count - 1] }

  /// Moves to the next frame if the current one was taken. False at the end.
  func load() throws -> Bool {
    guard position == count else { return true }
    let before = count > 0 ? last >> 1 : nil
    let hasMore = try reader.next(.links) { payload in
      count = Self.unpack(payload, into: links) ?? 0
      // Links rise within a frame, so its ends tell whether all rows are in the bucket.
      guard count > 0, rows.contains(links[0] >> 1), rows.contains(last >> 1),
        before.map({ $0 < links[0] >> 1 }) ?? true
      else { throw reader.error("expected the links of rows of this bucket in rising order") }
    }
    position = 0
    if !hasMore { count = 0 }
    return hasMore
  }

  /// Appends all links up to `limit`.
  func take(through limit: UInt64, into window: inout LinkWindow) {
    var (low, high) = (position, count)
    while low < high {
      let middle = (low + high) / 2
      if links[middle] <= limit { low = middle + 1 } else { high = middle }
    }
    window.append(UnsafeBufferPointer(start: links + position, count: low - position))
    position = low
  }

  /// All that is left of the frame.
  func taken() -> UnsafeBufferPointer<UInt64> {
    defer { position = count }
    return UnsafeBufferPointer(start: links + position, count: count - position)
  }

  /// The number of links; nil when the bytes are no packed links in rising order, or too many.
  static func unpack(_ bytes: UnsafeRawBufferPointer, into links: UnsafeMutablePointer<UInt64>) -> Int? {
    var (place, count) = (0, 0)
    var link: UInt64 = 0
    while place < bytes.count {
      guard let difference = Self.number(bytes, at: &place) else { return nil }
      let (next, overflow) = link.addingReportingOverflow(difference)
      guard !overflow, difference > 0 || count == 0, count < LinkFrame.linkLimit else { return nil }
      link = next
      links[count] = link
      count += 1
    }
    return count
  }

  /// Reads a packed number. With eight bytes at hand, without a branch for each: the seven bits of all bytes up to the
  /// first one without the high bit are pushed together in three steps, in pairs of one, two and four bytes.
  @inline(__always) private static func number(_ bytes: UnsafeRawBufferPointer, at place: inout Int) -> UInt64? {
    if bytes.count - place >= 8 {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      let ends = ~word & 0x8080_8080_8080_8080
      if ends != 0 {
        var bits = word & (ends ^ (ends - 1)) & 0x7f7f_7f7f_7f7f_7f7f
        bits = (bits & 0x007f_007f_007f_007f) | (bits & 0x7f00_7f00_7f00_7f00) >> 1
        bits = (bits & 0x0000_3fff_0000_3fff) | (bits & 0x3fff_0000_3fff_0000) >> 2
        bits = (bits & 0x0000_0000_0fff_ffff) | (bits & 0x0fff_ffff_0000_0000) >> 4
        place += ends.trailingZeroBitCount / 8 + 1
        return bits
      }
    }
    var (number, shift) = (0 as UInt64, 0 as UInt64)
    while place < bytes.count, shift < 64 {
      let byte = bytes[place]
      place += 1
      number |= UInt64(byte & 127) &<< shift
      if byte < 128 { return number }
      shift += 7
    }
    return nil
  }
}

/// Links of a range of rows from several streams, each of which gives a sorted run.
struct LinkWindow {
  private(set) var links: [UInt64] = []
  /// Where the run of each stream ends.
  private(set) var ends: [Int] = []

  private var sorted: [UInt64] = []
  private var spare: [UInt64] = []

  mutating func removeAll() {
    links.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
  }

  mutating func append(_ run: UnsafeBufferPointer<UInt64>) {
    links.append(contentsOf: run)
    ends.append(links.count)
  }

  /// Calls `body` with all links in rising order. Merges neighbouring runs in pairs until one is left; no branch depends on
  /// the links, so this is twice as fast as sorting or a heap.
  mutating func withSorted(_ body: (UnsafeBufferPointer<UInt64>) throws -> Void) rethrows {
    sorted.removeAll(keepingCapacity: true)
    sorted.append(contentsOf: links)
    if spare.count < links.count { spare += [UInt64](repeating: 0, count: links.count - spare.count) }
    var ends = ends
    while ends.count > 1 {
      var merged: [Int] = []
      for i in stride(from: 0, to: ends.count, by: 2) {
        let start = merged.last ?? 0
        let end = ends[min(i + 1, ends.count - 1)]
        sorted.withUnsafeBufferPointer { source in
          spare.withUnsafeMutableBufferPointer { Self.merge(source, start..<ends[i], ends[i]..<end, into: &$0) }
        }
        merged.append(end)
      }
      swap(&sorted, &spare)
      ends = merged
    }
    try sorted.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[..<links.count])) }
  }

  /// Merges two runs, the second of which follows the first, into the same places.
  private static func merge(
    _ source: UnsafeBufferPointer<UInt64>, _ left: Range<Int>, _ right: Range<Int>,
    into target: inout UnsafeMutableBufferPointer<UInt64>
  ) {
    guard let from = source.baseAddress, let to = target.baseAddress else { return }
    var (i, j, k) = (left.lowerBound, right.lowerBound, left.lowerBound)
    while i < left.upperBound, j < right.upperBound {
      let (a, b) = (from[i], from[j])
      let isRight = b < a
      to[k] = isRight ? b : a
      i &+= isRight ? 0 : 1
      j &+= isRight ? 1 : 0
      k &+= 1
    }
    (to + k).update(from: from + i, count: left.upperBound - i)
    (to + k + left.upperBound - i).update(from: from + j, count: right.upperBound - j)
  }

  /// The indexes of the runs that contain a link.
  func runs(with link: UInt64) -> [Int] {
    ends.indices.filter { i in
      var (low, high) = (i == 0 ? 0 : ends[i - 1], ends[i])
      while low < high {
        let middle = (low + high) / 2
        if links[middle] < link { low = middle + 1 } else { high = middle }
      }
      return low < ends[i] && links[low] == link
    }
  }
}
