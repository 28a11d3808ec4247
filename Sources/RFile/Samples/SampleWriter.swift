import BlockFile
import Entries

// The sample of one group on its way into the file. Accumulo: `RFile.SampleLocalityGroupWriter`.
//
// Sampled entries wait in memory, so that the sample's blocks lie together behind the group's. When a block of the group
// ends and more than 10 MB wait, all of them but the last are written at once:
//
//     group     | block | block | block | index
//     sample                            | block | block | index                    few sampled entries
//
//     group     | block |               | block | index
//     sample            | block | block |               | block | index            many
//
// The last entry that waits belongs to the group's next block: it comes here before it can end the one before. So the sample
// has an entry left for its last block, however often it overflows.

final class SampleWriter {
  let group: LocalityGroupWriter
  private var choice: SampleChoice
  /// Bytes of waiting entries that may be exceeded by one block of the group.
  private let limit: Int
  private let waiting = WaitingEntries()
  /// Bytes that waited since the last overflow.
  private var size = 0

  /// Bytes; Accumulo has no property for it.
  static let bufferSize = 10_000_000

  /// - Parameter group: takes the sample, with the name and the families of the group that it is of.
  init(_ sampler: Sampler, limit: Int, into group: LocalityGroupWriter) {
    choice = SampleChoice(sampler)
    self.limit = limit
    self.group = group
  }

  deinit { choice.free() }

  /// The next entry of the group, before it is appended there.
  func add(_ entry: EntryPointer) {
    guard choice.picks(entry) else { return }
    waiting.append(entry.pointee)
    size += entry.pointee.keySize + entry.pointee.value.count
  }

  /// A block of the group ended.
  func groupEndedBlock() throws {
    guard size > limit, waiting.count > 1 else { return }
    try waiting.forEach(butLast: true) { try group.append($0) }
    try group.endBlock()
    waiting.keepLast()
    size = 0
  }

  /// Writes what waits, after the group's last block and its index.
  func finish() throws {
    try waiting.forEach(butLast: false) { try group.append($0) }
    waiting.removeAll()
    try group.finish()
  }
}

/// Entries in memory of their own, one behind the other:
///
///     row | family | qualifier | visibility | value | row ...
///
/// Behind each field there is another one or the padding of the buffer, so all of them are padded.
private final class WaitingEntries {
  private struct Place {
    var start: Int
    /// Bytes.
    var row, family, qualifier, visibility, value: Int
    var timestamp: Int64
    var deleted: Bool
  }
  private let bytes = BlockBuffer()
  private var places: [Place] = []

  var count: Int { places.count }

  func append(_ entry: EntryView) {
    places.append(
      Place(
        start: bytes.count, row: entry.row.count, family: entry.family.count, qualifier: entry.qualifier.count,
        visibility: entry.visibility.count, value: entry.value.count, timestamp: entry.timestamp,
        deleted: entry.deleted))
    bytes.append(UnsafeRawBufferPointer(entry.row.bytes))
    bytes.append(UnsafeRawBufferPointer(entry.family.bytes))
    bytes.append(UnsafeRawBufferPointer(entry.qualifier.bytes))
    bytes.append(UnsafeRawBufferPointer(entry.visibility.bytes))
    bytes.append(UnsafeRawBufferPointer(entry.value.bytes))
  }

  func forEach(butLast: Bool, _ body: (EntryPointer) throws -> Void) rethrows {
    for place in butLast ? places.dropLast() : places[...] {
      var next = bytes.start + place.start
      func field(_ count: Int) -> ByteView {
        defer { next += count }
        return ByteView(start: next, count: count)
      }
      var view = EntryView(
        row: field(place.row), family: field(place.family), qualifier: field(place.qualifier),
        visibility: field(place.visibility), timestamp: place.timestamp, deleted: place.deleted,
        value: field(place.value))
      try withUnsafePointer(to: &view) { try body($0) }
    }
  }

  func keepLast() {
    guard var last = places.last else { return }
    let kept = [UInt8](bytes.bytes[last.start...])
    removeAll()
    bytes.append(kept)
    last.start = 0
    places.append(last)
  }

  func removeAll() {
    bytes.removeAll()
    places.removeAll(keepingCapacity: true)
  }
}
