// Which blocks have a checksum that reveals changed bytes?
//
//     none     no: any bytes are valid
//     gz       yes: Adler-32 of the raw bytes at the end of the zlib stream
//     zstd     if the frame says so: our Compressor adds one, Hadoop does not
//     snappy   no: neither Hadoop's frames nor snappy's and LZ4's blocks have one
//     lz4      no
//     bzip2    yes: a CRC-32 of each bzip2 block, and one of the whole stream
//
//     zstd frame:  magic 28 b5 2f fd | descriptor | ... | 4 bytes of xxHash of the content, if bit 2 of descriptor is set

extension BCFileReader {
  /// Whether a data or index block has a checksum of its contents, which every reader checks. For zstd, this reads the
  /// first frame's header. Throws `FileError` and `SystemError`.
  package func hasChecksum(_ region: BlockRegion, _ place: @autoclosure () -> String) throws -> Bool {
    switch codec {
    case .none: return false
    case .gz: return true
    case .zstd:
      if let refusal = refusal(of: region, place()) { throw refusal }
      guard region.compressedSize > 4 else { return false }
      return try source.bytes(at: region.offset, count: 5)[4] & 1 << 2 != 0
    #if Snappy
      case .snappy: return false
    #endif
    #if LZ4
      case .lz4: return false
    #endif
    #if Bzip2
      case .bzip2: return true
    #endif
    }
  }
}
