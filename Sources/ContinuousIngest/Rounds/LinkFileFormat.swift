internal import Digests
import Records

// The files that the tasks of a verification leave for one another. All have the same form, which is this program's own:
//
//     file        magic 8 | identity frame | data frames .. | end frame            nothing follows
//     frame       kind 1 | size of the payload 4 | payload | checksum 8
//     checksum    the low 64 bits of XXH3-128 of: checksum of the frame before 8 | kind 1 | size 4 | payload
//
// So a frame is only good after the very frames that it was written after. Numbers are big endian.
//
//     frame      kind   payload
//     identity   I      what the file holds 1 (L, C or H) | shard 4 | shards 4 | bucket 4 | buckets 4 | input 8
//     links      L      links in rising order: the first as it is, then differences, packed as in `RisingRows`
//     corrupt    C      corrupt entries in order, one after the other: see `CorruptEntry.append`
//     end        E      numbers of 8 bytes
//
//     file       data   shard, bucket   numbers at the end
//     links      L      3/8, 2/4        how many links
//     corrupt    C      3/8, 0/4        entries read, corrupt ones, those with a stray NUL, those that Accumulo fails on
//     holes      L      0/8, 2/4        rows referenced, unreferenced, undefined; shards with references to undefined rows
//
// A link is (row << 1) when the row is defined and (row << 1 | 1) when an entry refers to it. A row of which both is true
// has both links, the second of which takes one byte; they are always in the same frame:
//
//     rows 3 (defined), 5 (both), 9 (referred to)     links 6 10 11 19     packed 06 04 01 08

/// What a file of a verification holds.
struct LinkFileIdentity: Hashable, Sendable {
  enum Content: UInt8, Sendable {
    /// The links of a shard's entries in one bucket.
    case links = 0x4C
    /// The corrupt entries of a shard, and its counts. Written last: with it, the shard is done.
    case corrupt = 0x43
    /// The undefined rows of a bucket, and its counts.
    case holes = 0x48
  }

  var content: Content
  /// 0 for `holes`.
  var shard: Int
  var shards: Int
  /// 0 for `corrupt`.
  var bucket: Int
  var buckets: Int
  /// `VerifyInput.digest` of the whole input, not only of the shard.
  var input: UInt64

  static let byteCount = 25

  func append(to bytes: inout [UInt8]) {
    bytes.append(content.rawValue)
    for number in [shard, shards, bucket, buckets] {
      withUnsafeBytes(of: UInt32(number).bigEndian) { bytes.append(contentsOf: $0) }
    }
    withUnsafeBytes(of: input.bigEndian) { bytes.append(contentsOf: $0) }
  }

  /// Nil when the bytes are no identity.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.byteCount, let content = Content(rawValue: bytes[0]) else { return nil }
    func number(_ i: Int) -> Int {
      Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 1 + 4 * i, as: UInt32.self)))
    }
    self.init(
      content: content, shard: number(0), shards: number(1), bucket: number(2), buckets: number(3),
      input: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 17, as: UInt64.self)))
    guard 1...PartNumber.limit ~= shards, 0...shards ~= shard, 1...PartNumber.limit ~= buckets, 0...buckets ~= bucket
    else { return nil }
  }

  init(content: Content, shard: Int, shards: Int, bucket: Int, buckets: Int, input: UInt64) {
    self.content = content
    (self.shard, self.shards, self.bucket, self.buckets) = (shard, shards, bucket, buckets)
    self.input = input
  }

  static func links(_ shard: PartNumber, _ bucket: PartNumber, input: UInt64) -> Self {
    Self(
      content: .links, shard: shard.number, shards: shard.count, bucket: bucket.number, buckets: bucket.count,
      input: input)
  }

  static func corrupt(_ shard: PartNumber, buckets: Int, input: UInt64) -> Self {
    Self(content: .corrupt, shard: shard.number, shards: shard.count, bucket: 0, buckets: buckets, input: input)
  }

  static func holes(_ bucket: PartNumber, shards: Int, input: UInt64) -> Self {
    Self(content: .holes, shard: 0, shards: shards, bucket: bucket.number, buckets: bucket.count, input: input)
  }

  /// `links of shard 3/8, bucket 2/4`
  var name: String { "\(content) of shard \(shard)/\(shards), bucket \(bucket)/\(buckets)" }

  /// How to make the file, for error messages.
  var remedy: String {
    content == .holes ? "verify --join \(bucket)/\(buckets)" : "verify --shard \(shard)/\(shards) --buckets \(buckets)"
  }
}

/// The frames of such files.
enum LinkFrame {
  enum Kind: UInt8, Sendable {
    case identity = 0x49
    case links = 0x4C
    case corrupt = 0x43
    case end = 0x45
  }

  static let magic = Array("ACLINKS1".utf8)
  /// Kind and size.
  static let headerSize = 5
  static let checksumSize = 8
  /// The most links in a frame: what the join holds of each shard.
  static let linkLimit = 4096
  /// A frame of corrupt entries ends when it has so many bytes.
  static let corruptSize = 1 << 14

  /// - Parameter bytes: the checksum before, the header and the payload.
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    guard let start = bytes.baseAddress else { return 0 }
    return XXH3.digest(start, count: bytes.count).low
  }
}

/// Why the files of a verification cannot be used: which file, what is wrong with it, and what to do.
package struct LinkFileError: Error, Hashable, CustomStringConvertible {
  package var description: String

  init(_ path: String, _ problem: String, _ advice: String) { description = "\(path): \(problem); \(advice)" }
}
