// A block is inflated as a whole, and some tens of kilobytes may claim to be gigabytes. So a block that is larger than
// a limit is refused before memory is asked for; inflating then takes no more than was claimed. What an index makes of
// its bytes in memory may be several times as large as they are: it is counted against the same limit before it is
// made.

/// How large a block may be, and what a part of the index may take in memory.
package struct BlockLimit: Hashable, Sendable {
  /// In the file as well as inflated.
  package var bytes: Int64

  package init(bytes: Int64) { self.bytes = bytes }

  /// What may always be read: Accumulo's blocks have 100 kB, and grow beyond it only by a single entry.
  package static let smallestDefault = BlockLimit(bytes: 64 << 20)

  /// For a process with so much memory (bytes): a quarter of it, at least 64 MiB.
  package init(memory: Int64) { bytes = max(memory / 4, Self.smallestDefault.bytes) }

  /// As large as blocks can be: for files that this process wrote itself.
  package static let none = BlockLimit(bytes: BlockRegion.maxSize)

  /// What to do about a block that is refused.
  static let hint = "; --block-limit SIZE allows more"

  /// What to say of a block that is too large; nil: it is not.
  func problem(with region: BlockRegion) -> String? {
    let size = max(region.compressedSize, region.rawSize)
    guard size > bytes else { return nil }
    return "a block of \(size) bytes is larger than the limit of \(bytes)" + Self.hint
  }
}
