import CZlib
import CZstd

#if Bzip2
  import CBzip2
#endif

/// Decompresses a whole block: exactly these bytes must give exactly `raw` bytes.
func referenceDecompress(_ stored: [UInt8], codec: String, raw: Int, place: String) throws -> [UInt8] {
  switch codec {
  case "none":
    try require(stored.count == raw, "\(place): \(stored.count) bytes stored as they are, but raw size \(raw)")
    return stored
  case "gz":
    var bytes = [UInt8](repeating: 0, count: raw + 1)
    var made = UInt(bytes.count)
    var used = UInt(stored.count)
    let status = uncompress2(&bytes, &made, stored, &used)
    try require(status == Z_OK, "\(place): zlib status \(status)")
    try require(Int(used) == stored.count, "\(place): \(stored.count - Int(used)) bytes after the zlib stream")
    try require(Int(made) == raw, "\(place): \(made) bytes came out, not \(raw)")
    bytes.removeLast()
    return bytes
  case "zstd":
    var bytes = [UInt8](repeating: 0, count: raw + 1)
    let made = ZSTD_decompress(&bytes, bytes.count, stored, stored.count)
    try require(ZSTD_isError(made) == 0, "\(place): zstd error \(String(cString: ZSTD_getErrorName(made)))")
    try require(made == raw, "\(place): \(made) bytes came out, not \(raw)")
    bytes.removeLast()
    return bytes
  case "snappy", "lz4":
    let bytes = try referenceInflate(stored, codec: codec, place: place)
    try require(bytes.count == raw, "\(place): \(bytes.count) bytes came out, not \(raw)")
    return bytes
  #if Bzip2
    case "bzip2":
      var bytes = [CChar](repeating: 0, count: raw + 1)
      var input = stored.map { CChar(bitPattern: $0) }
      var made = UInt32(bytes.count)
      let status = BZ2_bzBuffToBuffDecompress(&bytes, &made, &input, UInt32(input.count), 0, 0)
      try require(status == BZ_OK, "\(place): bzip2 status \(status)")
      try require(Int(made) == raw, "\(place): \(made) bytes came out, not \(raw)")
      return bytes[..<raw].map { UInt8(bitPattern: $0) }
  #endif
  default: throw ReferenceError("\(place): codec \(codec)")
  }
}
