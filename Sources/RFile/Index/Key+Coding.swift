import BlockFile
import Entries

// A whole key, as stored in index entries and as the first key of a group. Accumulo: `Key.write`, `Key.readFields`.
//
//     VInt-W end of row | VInt-W end of family | VInt-W end of qualifier | VInt-W total length
//     row, family, qualifier, visibility: their bytes, one after another
//     VLong-W timestamp | boolean deleted

extension Key {
  /// `what` names the key in errors.
  init(from reader: inout ByteReader, _ what: String) throws(DecodeError) {
    let at = reader.offset
    var ends: [Int] = []
    for _ in 0..<4 { ends.append(try reader.writableLength(what)) }
    guard ends == ends.sorted() else {
      throw DecodeError(at: at, expected: "rising field ends in \(what)", found: "\(ends)")
    }
    let fields = try reader.take(ends[3], what)
    let base = fields.startIndex
    func field(_ from: Int, _ to: Int) -> [UInt8] { Array(fields[base + from..<base + to]) }
    let timestamp = try reader.writableVLong("timestamp of \(what)")
    let deleted = try reader.boolean("delete flag of \(what)")
    self.init(
      row: field(0, ends[0]), family: field(ends[0], ends[1]), qualifier: field(ends[1], ends[2]),
      visibility: field(ends[2], ends[3]), timestamp: timestamp, deleted: deleted)
  }

  func encode(into bytes: inout [UInt8]) {
    var end = 0
    for field in [row, family, qualifier, visibility] {
      end += field.count
      bytes.appendWritableVLong(Int64(end))
    }
    bytes += row
    bytes += family
    bytes += qualifier
    bytes += visibility
    bytes.appendWritableVLong(timestamp)
    bytes.append(deleted ? 1 : 0)
  }
}
