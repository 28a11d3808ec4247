// Unsafe fence: copies of bytes that may be read, and overwritten, a little behind their end.
//
//     r  o  w  1 |  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .       16 bytes of padding, which mean nothing
//     ^ start     ^ start + count
//
// The fields of a key are short. To copy or compare one by its exact number of bytes takes a loop or a call, which costs
// more than decoding the whole entry; with padding on both sides 16 bytes are moved by one load and one store. So the key
// fields of every `EntryView` are padded, and what is copied from them is padded again.

/// Memory for one byte string after the other. What it holds is known by the view that each copy returns, which is
/// valid until the next one.
///
/// Plain memory for hot paths: its owner must call `free()`.
public struct PaddedBytes {
  /// Bytes behind the end that may be read and written.
  public static let padding = 16

  public private(set) var start: UnsafeMutablePointer<UInt8>
  /// Bytes that fit before it must grow, without the padding.
  public private(set) var capacity = 48

  public init() { start = Self.allocate(capacity) }

  public func free() { start.deallocate() }

  /// Of no bytes.
  public var empty: ByteView { ByteView(start: start, count: 0) }

  /// Keeps the first `shared` bytes and puts `count` others behind them, which must be padded, too.
  @inlinable @inline(__always) public mutating func replace(
    from shared: Int, by rest: UnsafePointer<UInt8>, count: Int
  ) -> ByteView {
    if shared &+ count > capacity { grow(shared &+ count, keeping: shared) }
    let target = start + shared
    if count <= 16 {
      let words = UnsafeRawPointer(rest).loadUnaligned(as: SIMD2<UInt64>.self)
      UnsafeMutableRawPointer(target).storeBytes(of: words, as: SIMD2<UInt64>.self)
    } else {
      target.update(from: rest, count: count)
    }
    return ByteView(start: start, count: shared &+ count)
  }

  /// Copies padded bytes.
  @inlinable @inline(__always) public mutating func copy(padded bytes: ByteView) -> ByteView {
    replace(from: 0, by: bytes.start, count: bytes.count)
  }

  /// Copies bytes behind which nothing may be read.
  public mutating func copy(_ bytes: ByteView) -> ByteView {
    if bytes.count > capacity { grow(bytes.count, keeping: 0) }
    start.update(from: bytes.start, count: bytes.count)
    return ByteView(start: start, count: bytes.count)
  }

  public mutating func copy(_ bytes: [UInt8]) -> ByteView {
    bytes.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { copy(ByteView(start: $0, count: buffer.count)) } ?? empty
    }
  }

  /// Room for `wanted` bytes; of those that are there the first `kept` stay.
  @usableFromInline @inline(never) mutating func grow(_ wanted: Int, keeping kept: Int) {
    let grown = max(wanted, capacity * 2)
    let fresh = Self.allocate(grown)
    fresh.update(from: start, count: kept)
    start.deallocate()
    start = fresh
    capacity = grown
  }

  private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<UInt8> {
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + padding)
    memory.initialize(repeating: 0, count: capacity + padding)
    return memory
  }
}

/// Of two views that are both padded: whole words are compared, and what lies behind the end is left out.
extension ByteView {
  @inlinable @inline(__always) public func equals(padded other: ByteView) -> Bool {
    guard count == other.count else { return false }
    var i = 0
    while i &+ 8 <= count {
      if word(at: i) != other.word(at: i) { return false }
      i &+= 8
    }
    return i == count || (word(at: i) ^ other.word(at: i)) &<< UInt64(64 &- 8 &* (count &- i)) == 0
  }

  /// How many bytes both begin with; -1 when they are equal.
  @inlinable @inline(__always) public func sharedPrefix(padded other: ByteView) -> Int {
    let shorter = Swift.min(count, other.count)
    var i = 0
    while i < shorter {
      let difference = word(at: i) ^ other.word(at: i)
      if difference != 0 {
        let at = i &+ difference.trailingZeroBitCount &>> 3
        if at < shorter { return at }
        break
      }
      i &+= 8
    }
    return count == other.count ? -1 : shorter
  }

  /// Eight bytes, the first in the lowest bits.
  @inlinable @inline(__always) func word(at offset: Int) -> UInt64 {
    UnsafeRawPointer(start + offset).loadUnaligned(as: UInt64.self).littleEndian
  }
}
