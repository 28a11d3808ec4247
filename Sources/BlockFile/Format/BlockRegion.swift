/// Where a block is stored and how large it is. Accumulo: `BCFile.BlockRegion`.
///
///     VLong-U offset | VLong-U compressed size | VLong-U raw size
package struct BlockRegion: Hashable, Sendable {
  /// Bytes from the start of the file.
  package var offset: Int64
  /// Bytes in the file.
  package var compressedSize: Int64
  /// Bytes after decompression.
  package var rawSize: Int64

  package init(offset: Int64, compressedSize: Int64, rawSize: Int64) {
    self.offset = offset
    self.compressedSize = compressedSize
    self.rawSize = rawSize
  }

  /// No block is larger: this is the limit of Java's arrays and of the sizes that Accumulo writes.
  package static let maxSize: Int64 = (1 << 31) - 1

  /// The fewest bytes of an encoded region: three small numbers.
  static let smallestSize = 3

  package init(from reader: inout ByteReader) throws(DecodeError) {
    offset = try reader.bcFileVLong("block offset")
    compressedSize = try reader.bcFileVLong("compressed size")
    rawSize = try reader.bcFileVLong("raw size")
  }

  package func encode(into bytes: inout [UInt8]) {
    bytes.appendBCFileVLong(offset)
    bytes.appendBCFileVLong(compressedSize)
    bytes.appendBCFileVLong(rawSize)
  }

  /// Why the region is impossible in a file whose blocks end at the offset `end`; nil if it is possible.
  package func problem(codec: Codec, end: Int64) -> String? {
    if offset < 0 || compressedSize < 0 || offset > end || compressedSize > end - offset {
      return "region at \(offset) of \(compressedSize) bytes is outside the file's blocks (0 to \(end))"
    }
    if rawSize < 0 || rawSize > Self.maxSize || compressedSize > Self.maxSize {
      return "block sizes \(compressedSize) and \(rawSize) are not within 0 to 2 GiB"
    }
    if codec == .none && compressedSize != rawSize {
      return "codec none, but \(compressedSize) bytes stored and \(rawSize) raw"
    }
    return nil
  }
}
