import BlockFile
import Entries

// A whole key, as index entries and the first key of a group hold it. Accumulo: `Key.write`, `Key.readFields`.
//
//     VInt-W end of row | VInt-W end of family | VInt-W end of qualifier | VInt-W total length
//     row, family, qualifier, visibility: their bytes, one after the other
//     VLong-W timestamp | boolean deleted

extension ByteReader {
  mutating func key(_ what: String) throws(DecodeError) -> Key {
    let at = offset
    var ends: [Int] = []
    for _ in 0..<4 { ends.append(try writableLength(what)) }
    guard ends == ends.sorted() else {
      throw DecodeError(at: at, expected: "rising field ends in \(what)", found: "\(ends)")
    }
    let fields = try take(ends[3], what)
    let base = fields.startIndex
    func field(_ from: Int, _ to: Int) -> [UInt8] { Array(fields[base + from..<base + to]) }
    let timestamp = try writableVLong("timestamp of \(what)")
    let deleted = try boolean("delete flag of \(what)")
    return Key(
      row: field(0, ends[0]), family: field(ends[0], ends[1]), qualifier: field(ends[1], ends[2]),
      visibility: field(ends[2], ends[3]), timestamp: timestamp, deleted: deleted)
  }
}

extension Array where Element == UInt8 {
  mutating func appendKey(_ key: Key) {
    var end = 0
    for field in [key.row, key.family, key.qualifier, key.visibility] {
      end += field.count
      appendWritableVLong(Int64(end))
    }
    append(contentsOf: key.row)
    append(contentsOf: key.family)
    append(contentsOf: key.qualifier)
    append(contentsOf: key.visibility)
    appendWritableVLong(key.timestamp)
    append(key.deleted ? 1 : 0)
  }
}
