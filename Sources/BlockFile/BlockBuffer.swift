// Unsafe fence: the memory that blocks are inflated into and built in.

/// Growing memory for one block, followed by 64 readable bytes, so that whoever copies or compares fields may load whole
/// words at the edge.
public final class BlockBuffer {
  public static let padding = 64

  /// Mutable through the pointer, not through the class: no exclusivity check on the hot path.
  public let state: UnsafeMutablePointer<State>

  public struct State {
    public var start: UnsafeMutablePointer<UInt8>
    /// Bytes in use.
    public var count: Int
    /// Bytes that fit before it must grow, without the padding.
    public var capacity: Int
  }

  public init(capacity: Int = 0) {
    state = .allocate(capacity: 1)
    let start = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + Self.padding)
    start.initialize(repeating: 0, count: capacity + Self.padding)
    state.initialize(to: State(start: start, count: 0, capacity: capacity))
  }

  deinit {
    state.pointee.start.deallocate()
    state.deallocate()
  }

  public var start: UnsafePointer<UInt8> { UnsafePointer(state.pointee.start) }
  public var count: Int { state.pointee.count }
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

  /// Room for at least `capacity` bytes; what is in use is kept.
  public func reserve(_ capacity: Int) { state.pointee.reserve(capacity) }

  public func append(_ bytes: UnsafeRawBufferPointer) {
    let old = count
    reserve(old + bytes.count)
    if let from = bytes.baseAddress {
      (state.pointee.start + old).update(from: from.assumingMemoryBound(to: UInt8.self), count: bytes.count)
    }
    state.pointee.count = old + bytes.count
  }

  public func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

  public func removeAll() { state.pointee.count = 0 }

  /// Exchanges the contents, and the memory they lie in, with another buffer.
  public func swap(with other: BlockBuffer) { Swift.swap(&state.pointee, &other.state.pointee) }
}

extension BlockBuffer.State {
  /// Room for at least `wanted` bytes. While bytes are appended it grows in steps of a half (a block of 2 GiB must not ask
  /// for 4); an empty buffer grows to what is wanted and a little, as blocks of a file are about the same size.
  public mutating func reserve(_ wanted: Int) {
    guard wanted > capacity else { return }
    let grown = count > 0 ? max(wanted, capacity + capacity / 2) : wanted + wanted / 16
    let fresh = UnsafeMutablePointer<UInt8>.allocate(capacity: grown + BlockBuffer.padding)
    fresh.update(from: start, count: count)
    (fresh + grown).initialize(repeating: 0, count: BlockBuffer.padding)
    start.deallocate()
    start = fresh
    capacity = grown
  }
}
