import BlockFile

/// Finds out how a file is compressed whose index is gone.
enum CodecSearch {
  /// The codec of the first block that can be found; nil when there is none. Throws `SystemError`.
  static func codec(of source: ByteSource, limit: BlockLimit) throws -> Codec? {
    var best: (codec: Codec, at: Int64)?
    // Compressed bytes may look like entries, but entries hardly ever like a compressed block of entries.
    for codec in Codec.allCases.filter({ $0 != .none }) + [.none] where codec != .none || best == nil {
      let end = best?.at ?? source.count
      if let at = try firstBlock(of: source, codec, limit, end: end) { best = (codec, at) }
    }
    return best?.codec
  }

  /// Where the first block lies before `end`.
  private static func firstBlock(
    of source: ByteSource, _ codec: Codec, _ limit: BlockLimit, end: Int64
  ) throws -> Int64? {
    guard end > UnitReader.firstOffset else { return nil }
    var found: Int64?
    _ = try BlockWalk(UnitReader(source, codec: codec, limit: limit)).walk(UnitReader.firstOffset..<end) {
      item, bytes in
      if case .other = item { return true }
      found = bytes.lowerBound
      return false
    }
    return found
  }
}
