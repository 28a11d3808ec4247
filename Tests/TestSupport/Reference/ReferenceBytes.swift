/// The complaint of the reference reader about a file.
package struct ReferenceError: Error, CustomStringConvertible {
  package var description: String

  init(_ description: String) { self.description = description }
}

/// Throws unless the condition holds.
func require(_ condition: Bool, _ complaint: @autoclosure () -> String) throws {
  guard condition else { throw ReferenceError(complaint()) }
}

/// Bytes that are read from the front; reading throws when there are not enough.
///
/// Fixed-width integers are big-endian. There are two variable-length forms, named as in Accumulo's own sources of them:
/// W (Hadoop's `WritableUtils`) in keys, U (BCFile's `Utils`) in regions, strings and the meta index.
struct ReferenceBytes {
  var rest: ArraySlice<UInt8>
  var place: String

  init(_ bytes: some Sequence<UInt8>, _ place: String) {
    rest = Array(bytes)[...]
    self.place = place
  }

  mutating func take(_ count: Int) throws -> [UInt8] {
    try require(count >= 0 && count <= rest.count, "\(place): \(count) bytes wanted, \(rest.count) left")
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  func requireEnd() throws { try require(rest.isEmpty, "\(place): \(rest.count) bytes too many") }

  mutating func byte() throws -> Int { Int(try take(1)[0]) }

  mutating func signedByte() throws -> Int { Int(Int8(bitPattern: try take(1)[0])) }

  /// Big-endian, not negative, of up to 8 bytes.
  mutating func unsigned(_ count: Int) throws -> UInt64 { try take(count).reduce(0) { $0 << 8 | UInt64($1) } }

  /// Big-endian two's complement of up to 8 bytes.
  mutating func signed(_ count: Int) throws -> Int64 {
    let unused = (8 - count) * 8
    return Int64(bitPattern: try unsigned(count) << unused) >> unused
  }

  mutating func int32() throws -> Int { Int(try signed(4)) }

  /// An int32 that is a length or a count.
  mutating func count32() throws -> Int {
    let value = try int32()
    try require(value >= 0, "\(place): negative count \(value)")
    return value
  }

  mutating func boolean() throws -> Bool {
    let value = try byte()
    try require(value < 2, "\(place): \(value) is no boolean")
    return value == 1
  }

  /// Hadoop's `WritableUtils.writeVLong`.
  mutating func longW() throws -> Int64 {
    let first = try signedByte()
    switch first {
    case -112...127: return Int64(first)
    case -120 ... -113: return Int64(bitPattern: try unsigned(-(first + 112)))
    default: return ~Int64(bitPattern: try unsigned(-(first + 120)))
    }
  }

  mutating func countW() throws -> Int {
    let value = try longW()
    try require(value >= 0 && value <= Int64(Int32.max), "\(place): \(value) is no length")
    return Int(value)
  }

  /// BCFile's `Utils.writeVLong`.
  mutating func longU() throws -> Int64 {
    let first = try signedByte()
    switch first {
    case -32...127: return Int64(first)
    case -72 ... -33: return Int64((first + 52) << 8 | (try byte()))
    case -104 ... -73: return Int64((first + 88) << 16) | Int64(try unsigned(2))
    case -120 ... -105: return Int64((first + 112) << 24) | Int64(try unsigned(3))
    default: return try signed(first + 129)
    }
  }

  mutating func countU() throws -> Int {
    let value = try longU()
    try require(value >= 0 && value <= 1 << 40, "\(place): \(value) is no length or offset")
    return Int(value)
  }

  /// A string as BCFile writes it.
  mutating func stringU() throws -> String { String(decoding: try take(try countU()), as: UTF8.self) }

  /// A string as Java's `writeUTF` writes it.
  mutating func stringJava() throws -> String { String(decoding: try take(Int(try unsigned(2))), as: UTF8.self) }
}
