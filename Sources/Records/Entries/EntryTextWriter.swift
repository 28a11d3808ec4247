// Entries as lines of text. Besides decoding, this is the whole work of a scan, so it uses lookup tables and plain
// memory: one store per input byte, no allocation per entry.
//
//     hex    726f77 66 71  1234 0 76616c
//            row, family, qualifier, visibility, timestamp, 1 for a delete marker or 0, value
//     text   row f:q [vis] 1234<tab>value               as in Accumulo's shell; ` deleted` after a marker's timestamp
//     json   {"type":"entry","row":"row",...}           bytes as in the text form, then escaped for JSON

package import Entries

/// Renders entries into a growing buffer, which its owner empties.
package struct EntryTextWriter: ~Copyable, KeyFieldWriter {
  package enum Format: String, CaseIterable, Sendable {
    case json
    case text
    case hex
  }

  typealias Bytes = ByteView

  package let format: Format
  private var start: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// Bytes written since the last `removeAll`.
  package private(set) var count = 0
  /// The text of each byte value: up to 8 characters, the first in the lowest byte, and how many there are.
  private let forms: UnsafeMutablePointer<(bytes: UInt64, count: Int)>

  package init(_ format: Format) {
    self.format = format
    capacity = 1 << 17
    start = .allocate(capacity: capacity)
    forms = .allocate(capacity: 256)
    for byte in 0..<256 { (forms + byte).initialize(to: Self.form(of: UInt8(byte), format)) }
  }

  deinit {
    start.deallocate()
    forms.deallocate()
  }

  /// The text so far. Valid until the next change.
  package var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

  /// Forgets the text but keeps the memory.
  package mutating func removeAll() { count = 0 }

  /// Appends one entry and a line feed.
  package mutating func append(_ entry: EntryPointer) {
    reserve(for: entry)
    switch format {
    case .hex: appendHex(entry)
    case .text: appendText(entry)
    case .json: appendJSON("entry", entry)
    }
    append("\n")
  }

  /// Appends a record of another type, with the fields of an entry and perhaps one more value, and a line feed.
  package mutating func appendRecord(
    _ type: StaticString, _ entry: EntryPointer, _ other: (name: StaticString, value: ByteView)? = nil
  ) {
    precondition(format == .json, "records are JSON")
    reserve(for: entry, andBytes: other?.value.count ?? 0)
    appendJSON(type, entry, other)
    append("\n")
  }

  private mutating func reserve(for entry: EntryPointer, andBytes more: Int = 0) {
    let sum = entry.pointee.keySize + entry.pointee.value.count + more
    // The text of a byte is at most 5 bytes long, but each store writes 8. The words between the fields and the
    // timestamp take fewer than 200.
    reserve(5 * sum + 8 + 200)
  }

  private mutating func appendHex(_ entry: EntryPointer) {
    append(entry.pointee.row)
    append(" ")
    append(entry.pointee.family)
    append(" ")
    append(entry.pointee.qualifier)
    append(" ")
    append(entry.pointee.visibility)
    append(" ")
    append(entry.pointee.timestamp)
    append(entry.pointee.deleted ? " 1 " : " 0 ")
    append(entry.pointee.value)
  }

  private mutating func appendText(_ entry: EntryPointer) {
    append(entry.pointee.row)
    append(" ")
    append(entry.pointee.family)
    append(":")
    append(entry.pointee.qualifier)
    append(" [")
    append(entry.pointee.visibility)
    append("] ")
    append(entry.pointee.timestamp)
    append(entry.pointee.deleted ? " deleted\t" : "\t")
    append(entry.pointee.value)
  }

  private mutating func appendJSON(
    _ type: StaticString, _ entry: EntryPointer, _ other: (name: StaticString, value: ByteView)? = nil
  ) {
    append("{\"type\":\"")
    append(type)
    append("\"")
    keyFields(
      row: entry.pointee.row, family: entry.pointee.family, qualifier: entry.pointee.qualifier,
      visibility: entry.pointee.visibility, timestamp: entry.pointee.timestamp, deleted: entry.pointee.deleted)
    keyField("value", entry.pointee.value)
    if let other { keyField(other.name, other.value) }
    append("}")
  }

  @inline(__always) mutating func keyField(_ name: StaticString, _ bytes: ByteView) {
    appendName(name)
    append("\"")
    append(bytes)
    append("\"")
  }

  @inline(__always) mutating func keyField(_ name: StaticString, _ number: Int64) {
    appendName(name)
    append(number)
  }

  @inline(__always) mutating func keyField(_ name: StaticString, _ flag: Bool) {
    appendName(name)
    append(flag ? "true" : "false")
  }

  /// Appends a comma and the name: no field of an entry is the first of its object.
  @inline(__always) private mutating func appendName(_ name: StaticString) {
    append(",\"")
    append(name)
    append("\":")
  }

  // MARK: Pieces, written into memory that is already reserved

  @inline(__always) private mutating func append(_ text: StaticString) {
    let size = text.utf8CodeUnitCount
    (start + count).update(from: text.utf8Start, count: size)
    count += size
  }

  @inline(__always) private mutating func append(_ bytes: ByteView) {
    var end = UnsafeMutableRawPointer(start + count)
    if format == .hex {
      for byte in bytes.bytes {
        end.storeBytes(of: UInt16(truncatingIfNeeded: forms[Int(byte)].bytes), as: UInt16.self)
        end += 2
      }
    } else {
      for byte in bytes.bytes {
        let form = forms[Int(byte)]
        end.storeBytes(of: form.bytes, as: UInt64.self)
        end += form.count
      }
    }
    count = end - UnsafeMutableRawPointer(start)
  }

  /// Appends a number in decimal.
  private mutating func append(_ number: Int64) {
    var rest = number.magnitude
    var digits = 1
    var next = rest / 10
    while next > 0 {
      digits += 1
      next /= 10
    }
    if number < 0 { append("-") }
    for place in (count..<count + digits).reversed() {
      start[place] = 48 + UInt8(rest % 10)
      rest /= 10
    }
    count += digits
  }

  private mutating func reserve(_ more: Int) {
    guard capacity - count < more else { return }
    let larger = max(capacity * 2, count + more)
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    memory.update(from: start, count: count)
    start.deallocate()
    start = memory
    capacity = larger
  }

  private static func form(of byte: UInt8, _ format: Format) -> (bytes: UInt64, count: Int) {
    var text: [UInt8] = []
    switch (format, byte) {
    case (.hex, _):
      text = [ByteText.hexDigit(byte >> 4, upperCase: false), ByteText.hexDigit(byte & 15, upperCase: false)]
    case (.json, UInt8(ascii: "\"")): text = [UInt8(ascii: "\\"), byte]
    case (.json, UInt8(ascii: "\\")): text = [byte, byte, byte, byte]
    case (.json, _):
      ByteText.append(byte, to: &text)
      // A backslash in the string is written as two in JSON.
      if text.count > 1 { text.insert(UInt8(ascii: "\\"), at: 0) }
    case (.text, _): ByteText.append(byte, to: &text)
    }
    return (text.reversed().reduce(0) { $0 << 8 | UInt64($1) }, text.count)
  }
}
