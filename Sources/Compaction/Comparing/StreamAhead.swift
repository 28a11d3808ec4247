package import BlockFile
package import Entries
internal import Files

/// A stream that another thread reads ahead, so that both sides of a comparison are decoded at the same time.
///
///     stream ──> thread: copy into slabs ──> up to two slabs ──> next()
///
/// To copy an entry costs a third of decoding it. The slabs go round: nothing is allocated once they are large enough.
package final class StreamAhead: EntryCursor {
  private let thread: ReadingThread<EntrySlab>
  /// Nil at the end.
  private var slab: EntrySlab?
  private var place = 0

  /// - Parameters:
  ///   - stream: nobody else may use it from now on.
  ///   - pool: the thread counts as one of its threads.
  /// - Returns: nil when there is no thread to be had; the stream is as it was then.
  package init?(_ stream: any EntryCursor, _ pool: CodecPool) {
    let handed = HandedStream(stream: stream)
    let thread = ReadingThread<EntrySlab>(from: pool.supply) { put in
      try pool.occupy {
        let slabs = (0..<ReadingThread<EntrySlab>.ahead + 2).map { _ in EntrySlab() }
        var turn = 0
        var next = try handed.stream.next()
        while next != nil {
          let slab = slabs[turn % slabs.count]
          turn += 1
          let failure = slab.fill(&next, from: handed.stream)
          guard put(slab) else { return }
          if let failure { throw failure }
        }
      }
    }
    guard let thread else { return nil }
    self.thread = thread
    slab = EntrySlab()
  }

  /// Call this at the end. Then the stream is nobody's.
  package func stop() { thread.stop() }

  package func next() throws -> EntryPointer? {
    guard let slab else { return nil }
    if place < slab.count {
      place += 1
      return slab[place - 1]
    }
    self.slab = try thread.next()
    place = 0
    return try next()
  }
}

/// The stream on its way to the thread that reads it.
private struct HandedStream: @unchecked Sendable {
  let stream: any EntryCursor
}

/// Owned copies of entries, one behind the other. Used by one thread at a time.
private final class EntrySlab: @unchecked Sendable {
  private(set) var count = 0
  private let views = UnsafeMutablePointer<EntryView>.allocate(capacity: EntrySlab.mostEntries)
  private var bytes: UnsafeMutablePointer<UInt8>
  private var capacity = 256 << 10
  private var used = 0

  private static let mostEntries = 4096

  init() { bytes = .allocate(capacity: capacity + PaddedBytes.padding) }

  deinit {
    views.deallocate()
    bytes.deallocate()
  }

  subscript(place: Int) -> EntryPointer { EntryPointer(views + place) }

  /// Takes `next` and what follows it, in place of what it had. Leaves in `next` what does not fit any more; nil at the
  /// end.
  /// - Returns: what the stream threw after the entries taken.
  func fill(_ next: inout EntryPointer?, from stream: any EntryCursor) -> (any Error)? {
    (count, used) = (0, 0)
    do {
      while let entry = next, add(entry) { next = try stream.next() }
      return nil
    } catch {
      return error
    }
  }

  /// False when it is full. The first entry always fits.
  private func add(_ entry: EntryPointer) -> Bool {
    let size = entry.pointee.keySize + entry.pointee.value.count
    if used + size > capacity || count == Self.mostEntries {
      if count > 0 { return false }
      bytes.deallocate()
      bytes = .allocate(capacity: size + PaddedBytes.padding)
      capacity = size
    }
    (views + count).initialize(
      to: EntryView(
        row: copy(padded: entry.pointee.row), family: copy(padded: entry.pointee.family),
        qualifier: copy(padded: entry.pointee.qualifier), visibility: copy(padded: entry.pointee.visibility),
        timestamp: entry.pointee.timestamp,
        deleted: entry.pointee.deleted, value: copy(entry.pointee.value)))
    count += 1
    return true
  }

  /// A short field goes as one word of 16 bytes: there is padding behind it, and behind the slab.
  @inline(__always) private func copy(padded view: ByteView) -> ByteView {
    guard view.count <= PaddedBytes.padding else { return copy(view) }
    let start = bytes + used
    let word = UnsafeRawPointer(view.start).loadUnaligned(as: SIMD2<UInt64>.self)
    UnsafeMutableRawPointer(start).storeBytes(of: word, as: SIMD2<UInt64>.self)
    used += view.count
    return ByteView(start: start, count: view.count)
  }

  /// What follows the bytes, at least the padding at the end, may be read.
  private func copy(_ view: ByteView) -> ByteView {
    let start = bytes + used
    start.update(from: view.start, count: view.count)
    used += view.count
    return ByteView(start: start, count: view.count)
  }
}
