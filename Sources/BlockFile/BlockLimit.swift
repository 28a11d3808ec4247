// Blocks are inflated whole, and a few tens of kilobytes can claim to inflate to gigabytes. So a block larger than a
// limit is refused before memory is allocated, and inflating never uses more than was claimed. A decoded index can be
// several times as large as its bytes, so its memory is counted against the same limit before it is allocated.

/// The largest allowed block, and the most memory for a part of the index.
package struct BlockLimit: Hashable, Sendable {
  /// The limit in bytes, for the stored and the inflated size.
  package var bytes: Int64

  package init(bytes: Int64) { self.bytes = bytes }

  /// Blocks of this size are always read. Accumulo's blocks have 100 kB, and only a single huge entry makes one much
  /// larger.
  package static let smallestDefault = BlockLimit(bytes: 64 << 20)

  /// The limit for a process with `memory` bytes: a quarter of it, at least 64 MiB.
  package init(memory: Int64) { bytes = max(memory / 4, Self.smallestDefault.bytes) }

  /// The largest size that the format allows: for files that this process wrote itself.
  package static let none = BlockLimit(bytes: BlockRegion.maxSize)

  /// What the user can do about a refused block.
  static let hint = "; --block-limit SIZE allows more"

  /// The cause to report for a block that is too large; nil if it is not.
  func problem(with region: BlockRegion) -> String? {
    let size = max(region.compressedSize, region.rawSize)
    guard size > bytes else { return nil }
    return "a block of \(size) bytes is larger than the limit of \(bytes)" + Self.hint
  }
}
