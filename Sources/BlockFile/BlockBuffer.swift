// Unsafe fence: the memory that blocks are inflated into and built in.

/// Growing memory for one block, followed by 64 readable bytes, so that code that copies or compares fields can load
/// whole words at the end.
package final class BlockBuffer {
  package static let padding = 64

  /// Mutable through the pointer, not through the class: no exclusivity check on the hot path.
  package let state: UnsafeMutablePointer<State>

  package struct State {
    package var start: UnsafeMutablePointer<UInt8>
    /// Bytes in use.
    package var count: Int
    /// Bytes that fit before the memory must grow, without the padding.
    package var capacity: Int
  }

  package init(capacity: Int = 0) {
    state = .allocate(capacity: 1)
    let start = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + Self.padding)
    start.initialize(repeating: 0, count: capacity + Self.padding)
    state.initialize(to: State(start: start, count: 0, capacity: capacity))
  }

  deinit {
    state.pointee.start.deallocate()
    state.deallocate()
  }

  package var start: UnsafePointer<UInt8> { UnsafePointer(state.pointee.start) }
  package var count: Int { state.pointee.count }
  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

  /// Makes room for at least `capacity` bytes in all. The bytes in use are kept.
  package func reserve(_ capacity: Int) { state.pointee.reserve(capacity) }
  /// Like `reserve`, but does not grow by more than is needed.
  func reserve(exactly capacity: Int) { state.pointee.reserve(exactly: capacity) }

  package func append(_ bytes: UnsafeRawBufferPointer) {
    let old = count
    reserve(old + bytes.count)
    if let from = bytes.baseAddress {
      (state.pointee.start + old).update(from: from.assumingMemoryBound(to: UInt8.self), count: bytes.count)
    }
    state.pointee.count = old + bytes.count
  }

  package func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

  package func removeAll() { state.pointee.count = 0 }

  /// Swaps contents and memory with another buffer.
  package func swap(with other: BlockBuffer) { Swift.swap(&state.pointee, &other.state.pointee) }
}

extension BlockBuffer.State {
  /// Makes room for at least `wanted` bytes in all. A buffer in use grows by half its size (a block of 2 GiB must not
  /// allocate 4). An empty buffer grows to a little more than is wanted, because the blocks of a file have about the
  /// same size.
  package mutating func reserve(_ wanted: Int) {
    guard wanted > capacity else { return }
    grow(to: count > 0 ? max(wanted, capacity + capacity / 2) : wanted + wanted / 16)
  }

  fileprivate mutating func reserve(exactly wanted: Int) {
    if wanted > capacity { grow(to: wanted) }
  }

  private mutating func grow(to grown: Int) {
    let fresh = UnsafeMutablePointer<UInt8>.allocate(capacity: grown + BlockBuffer.padding)
    fresh.update(from: start, count: count)
    (fresh + grown).initialize(repeating: 0, count: BlockBuffer.padding)
    start.deallocate()
    start = fresh
    capacity = grown
  }
}
