import CZlib
import CZstd

/// Blocks out of the file, whole: `raw` bytes must come out of exactly these bytes.
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
  default: throw ReferenceError("\(place): codec \(codec)")
  }
}
