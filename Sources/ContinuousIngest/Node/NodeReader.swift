package import Entries

#if Libdeflate
  import CDeflate
#else
  import CZlib
#endif

// A node of a linked list, as org.apache.accumulo.testing.continuous.ContinuousIngest writes it and ContinuousWalk
// reads it:
//
//     row          16 hex digits
//     value        <uuid>:<count>:<previous row>:[<random bytes>:]<crc>
//     byte          0    36|37 52|53
//                          |     |54             70|
//       uuid, 36 bytes ────┘     |                 |    with a previous row there are colons at 36, 53 and 70
//       count, 16 hex digits ────┘                 |
//       previous row, 16 hex digits, or nothing ───┘    without one the colon at 54 is the third
//
//     crc          CRC-32 over row, family, qualifier, visibility and the value up to its last colon, as 8 hex digits
//
// A value that ends in a colon has no checksum. The zipfian form has random bytes before the last colon, and these may
// contain colons. So the checksum is found from the end, the previous row from the start, and neither depends on the
// other.

/// What is wrong with an entry. Accumulo's own verify counts the entry as corrupt, or fails.
package enum NodeFault: String, Sendable, CaseIterable {
  case badChecksum = "bad checksum"
  case noChecksumColon = "no colon before the checksum"
  case shortValue = "value too short"
  case noUuidColon = "no colon after uuid and count"
  case noPreviousColon = "no colon after the previous row"
  case previousNoNumber = "previous row is no hex number below 2^63"
  case rowNoNumber = "row is no hex number below 2^63"
  case strayNUL = "stray NUL at the end of the value"

  /// Accumulo's verify counts a bad checksum and goes on; on any other fault its job fails.
  var failsAccumulo: Bool { self != .badChecksum }
}

/// Reads nodes from entries. Used by one thread; nothing is allocated per entry.
package struct NodeReader {
  /// The row of the last entry as a number; nil when it is not one.
  private(set) var row: UInt64?
  /// The row that the last entry points to, as a number.
  private(set) var previous: UInt64?

  /// Positions in a value.
  static let countStart = 37
  static let uuidColon = 53
  static let previousStart = 54
  static let previousColon = 70

  /// Reads an entry. Returns nil when it is sound; then `row` and `previous` hold what it says.
  ///
  /// Checks the row first, then the checksum, then the previous row, as ContinuousVerify's mapper does.
  @inline(__always) mutating func read(_ entry: EntryPointer) -> NodeFault? {
    row = RowNumber.parse(entry.pointee.row)
    guard row != nil else { return .rowNoNumber }
    if let fault = Self.checksumFault(entry) {
      return fault == .noChecksumColon && Self.hasStrayNUL(entry) ? .strayNUL : fault
    }
    return readPrevious(entry)
  }

  /// Reads only the previous row, for callers that read the whole entry later if it matters.
  @inline(__always) mutating func readPrevious(_ entry: EntryPointer) -> NodeFault? {
    previous = nil
    let value = entry.pointee.value
    guard value.count > Self.previousStart else { return .shortValue }
    guard value.start[Self.uuidColon] == 0x3A else { return .noUuidColon }
    if value.start[Self.previousStart] == 0x3A { return nil }
    guard value.count > Self.previousColon else { return .shortValue }
    guard value.start[Self.previousColon] == 0x3A else { return .noPreviousColon }
    previous = RowNumber.parse(ByteView(start: value.start + Self.previousStart, count: 16))
    return previous == nil ? .previousNoNumber : nil
  }

  /// Checks the checksum. Returns nil when it is right, or when there is none.
  @inline(__always) package static func checksumFault(_ entry: EntryPointer) -> NodeFault? {
    let value = entry.pointee.value
    guard value.count > 0 else { return .shortValue }
    if value.start[value.count - 1] == 0x3A { return nil }
    guard value.count >= 9 else { return .shortValue }
    guard value.start[value.count - 9] == 0x3A else { return .noChecksumColon }
    let written = UnsafeRawPointer(value.start + value.count - 8).loadUnaligned(as: UInt64.self)
    let sum = checksum(entry.pointee, valueBytes: value.count - 8)
    if UInt64(bigEndian: written) == RowNumber.eightDigits(UInt64(sum)) { return nil }
    let text = UnsafeBufferPointer(start: value.start + value.count - 8, count: 8)
    return RowNumber.javaHex(text) == Int64(sum) ? nil : .badChecksum
  }

  /// CRC-32 over the four key fields and the first bytes of the value.
  @inline(__always) static func checksum(_ entry: EntryView, valueBytes: Int) -> UInt32 {
    var sum: UInt32 = 0
    sum = add(entry.row, to: sum)
    sum = add(entry.family, to: sum)
    sum = add(entry.qualifier, to: sum)
    if entry.visibility.count > 0 { sum = add(entry.visibility, to: sum) }
    return add(ByteView(start: entry.value.start, count: valueBytes), to: sum)
  }

  /// Adding no bytes changes nothing. Both libraries take a null pointer as a request to start over, but a ByteView's
  /// pointer is never null. For the bytes of an entry, libdeflate needs a quarter of zlib's time.
  @inline(__always) private static func add(_ bytes: ByteView, to sum: UInt32) -> UInt32 {
    #if Libdeflate
      libdeflate_crc32(sum, bytes.start, bytes.count)
    #else
      UInt32(truncatingIfNeeded: crc32_z(UInt(sum), bytes.start, bytes.count))
    #endif
  }

  /// Ingest without the zipfian option writes one NUL too many (from 2.1 until this is fixed). Such a value would be
  /// sound without its last byte.
  @inline(never) private static func hasStrayNUL(_ entry: EntryPointer) -> Bool {
    var view = entry.pointee
    guard view.value.count > 0, view.value.start[view.value.count - 1] == 0 else { return false }
    view.value.count -= 1
    return withUnsafePointer(to: view) { entry in
      var reader = NodeReader()
      return checksumFault(entry) == nil && reader.readPrevious(entry) == nil
    }
  }
}

/// The client that wrote a sound entry: its uuid, 36 bytes as they are, and how many entries it had written before.
struct NodeOrigin: Hashable {
  var client: [UInt8]
  /// Nil when the text is not a number.
  var count: UInt64?

  init(_ value: ByteView) {
    let bytes = value.bytes
    client = Array(bytes.prefix(36))
    count =
      bytes.count >= NodeReader.uuidColon
      ? RowNumber.parse(ByteView(start: value.start + NodeReader.countStart, count: 16)) : nil
  }
}
