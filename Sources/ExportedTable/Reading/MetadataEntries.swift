// metadata.bin: the entries of a table in the metadata table, one after the other, with no count and no end mark. An entry
// is a key and a value (Accumulo: `Key.write`, `Value.write`):
//
//     03 07 44 44               where row, family, qualifier and visibility end: variable integers (Hadoop's VInt)
//     31 3b 32                  "1;2"      row: table id, and ; and the end row, or < for the last tablet
//     66 69 6c 65               "file"     family
//     68 64 66 73 .. 72 66      "hdfs://.../A0000008.rf"
//     12 00                     timestamp (VLong) and whether it is a deletion
//     00 00 00 05               length of the value, 4 bytes
//     32 32 39 2c 32            "229,2"

import Entries

/// An entry of metadata.bin; the bytes are valid until the next one is read.
struct MetadataEntry {
  var row: ByteView
  var family: ByteView
  var qualifier: ByteView
  var value: ByteView
}

/// Reads entries from a stream. Holds one entry and a block of what follows it.
final class MetadataEntries {
  /// Entries read so far.
  private(set) var count = 0

  private let place: String
  private let read: (UnsafeMutableRawBufferPointer) throws -> Int
  private var memory: UnsafeMutablePointer<UInt8>
  private var capacity = 1 << 18
  /// The bytes that are not read yet lie from `start` to `end`.
  private var start = 0
  private var end = 0
  private var isAtEnd = false

  /// No key and no value of the metadata table is that long (bytes).
  private static let limit = 1 << 26

  /// - Parameters:
  ///   - place: the part of the archive, for errors.
  ///   - read: fills a part of the memory and returns how much, 0 at the end.
  init(place: String, read: @escaping (UnsafeMutableRawBufferPointer) throws -> Int) {
    self.place = place
    self.read = read
    memory = .allocate(capacity: capacity)
  }

  deinit { memory.deallocate() }

  /// The next entry; nil at the end.
  /// - Throws: `ExportError` for an entry that is cut off or makes no sense, and what the stream throws.
  func next() throws -> MetadataEntry? {
    guard try has(1) else { return nil }
    count += 1
    var offset = 0
    let row = try length(&offset, after: 0)
    let family = try length(&offset, after: row)
    let qualifier = try length(&offset, after: family)
    let total = try length(&offset, after: qualifier)
    let key = offset
    offset += total
    try need(offset)
    _ = try variableInteger(&offset)
    try need(offset + 5)
    let deleted = memory[start + offset]
    guard deleted <= 1 else { throw error("expected 0 or 1 behind the timestamp, found \(deleted)") }
    let size = (1...4).reduce(0) { $0 << 8 | Int(memory[start + offset + $1]) }
    guard size <= Self.limit else { throw error("a value of \(size) bytes, longer than any of the metadata") }
    offset += 5
    try need(offset + size)
    let first = UnsafePointer(memory + start)
    start += offset + size
    return MetadataEntry(
      row: ByteView(start: first + key, count: row),
      family: ByteView(start: first + key + row, count: family - row),
      qualifier: ByteView(start: first + key + family, count: qualifier - family),
      value: ByteView(start: first + offset, count: size))
  }

  /// Reads what is left, so that its checksum is compared. True when there was something.
  func skipRest() throws -> Bool {
    var isEmpty = true
    while try has(1) {
      isEmpty = false
      start = end
    }
    return !isEmpty
  }

  /// An error about the last entry.
  func error(_ problem: String) -> ExportError { ExportError(place: "\(place), entry \(count)", problem: problem) }

  private func length(_ offset: inout Int, after before: Int) throws -> Int {
    let value = try variableInteger(&offset)
    guard value >= before, value <= Self.limit else {
      throw error("expected lengths of a key that rise to \(Self.limit) bytes at most, found \(value) after \(before)")
    }
    return Int(value)
  }

  private func variableInteger(_ offset: inout Int) throws -> Int64 {
    try need(offset + 1)
    let first = Int8(bitPattern: memory[start + offset])
    offset += 1
    if first >= -112 { return Int64(first) }
    let count = first < -120 ? -(Int(first) + 120) : -(Int(first) + 112)
    try need(offset + count)
    var value: Int64 = 0
    for _ in 0..<count {
      value = value << 8 | Int64(memory[start + offset])
      offset += 1
    }
    return first < -120 ? ~value : value
  }

  private func need(_ count: Int) throws {
    guard end - start < count else { return }
    guard try has(count) else { throw error("is cut off: expected \(count) bytes, found \(end - start)") }
  }

  /// Whether there are so many more bytes. Memory grows only with bytes that are there.
  private func has(_ count: Int) throws -> Bool {
    while end - start < count {
      if isAtEnd { return false }
      if start > 0 {
        memory.update(from: memory + start, count: end - start)
        (start, end) = (0, end - start)
      }
      if end == capacity {
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2)
        larger.update(from: memory, count: end)
        memory.deallocate()
        (memory, capacity) = (larger, capacity * 2)
      }
      let more = try read(UnsafeMutableRawBufferPointer(start: memory + end, count: capacity - end))
      end += more
      isAtEnd = more == 0
    }
    return true
  }
}
