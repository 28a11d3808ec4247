// Rising numbers as differences, seven bits per byte, the lowest first; the high bit means that more bytes follow.
//
//     the differences of 5, 5, 300:   05 | 00 | a7 02         (300 - 5 = 295 = 2 * 128 + 39)

/// Packs numbers that never fall. Not thread-safe. Its owner must call `free()`.
struct RisingRows {
  private let memory: UnsafeMutablePointer<UInt8>
  private let capacity: Int
  private(set) var byteCount = 0
  private(set) var count = 0
  private(set) var first: UInt64 = 0
  private(set) var last: UInt64 = 0

  /// The most bytes for one number.
  static let longest = 10

  init(capacity: Int) {
    self.capacity = max(capacity, 4 * Self.longest)
    memory = .allocate(capacity: self.capacity)
  }

  func free() { memory.deallocate() }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory, count: byteCount) }
  var isFull: Bool { byteCount + Self.longest > capacity }

  mutating func removeAll() {
    byteCount = 0
    count = 0
  }

  /// Appends a number, which must not be smaller than the last. `isFull` must be false.
  @inline(__always) mutating func append(_ number: UInt64) {
    if count == 0 { first = number }
    var rest = count == 0 ? number : number &- last
    while rest >= 128 {
      memory[byteCount] = UInt8(truncatingIfNeeded: rest) | 128
      byteCount += 1
      rest >>= 7
    }
    memory[byteCount] = UInt8(truncatingIfNeeded: rest)
    byteCount += 1
    count += 1
    last = number
  }

  /// Calls `body` with each number in packed bytes.
  @inline(__always) static func forEach(_ bytes: UnsafeRawBufferPointer, _ body: (UInt64) throws -> Void) rethrows {
    var reader = Reader(bytes)
    while let number = reader.next() { try body(number) }
  }

  /// Reads what `append` packed.
  struct Reader {
    private var position: UnsafePointer<UInt8>?
    private let end: UnsafePointer<UInt8>?
    private var last: UInt64 = 0

    init(_ bytes: UnsafeRawBufferPointer) {
      position = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
      end = position.map { $0 + bytes.count }
    }

    @inline(__always) mutating func next() -> UInt64? {
      guard var place = position, place != end else { return nil }
      var difference: UInt64 = 0
      var shift: UInt64 = 0
      while place.pointee >= 128 {
        difference |= UInt64(place.pointee & 127) << shift
        shift += 7
        place += 1
      }
      difference |= UInt64(place.pointee) << shift
      position = place + 1
      last &+= difference
      return last
    }
  }
}
