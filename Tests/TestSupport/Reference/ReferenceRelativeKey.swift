package import Entries

// A data block: entries one after the other, each key stored as its difference from the one before.
//
//   flags | [second flags] | [row] [family] [qualifier] [visibility] [timestamp] | int32 length, value

/// The entries of a data block, from its decompressed bytes. `version` is the RFile's: before 7 there are no second flags.
package func referenceEntries(_ block: [UInt8], version: Int, place: String) throws -> [Entry] {
  var bytes = ReferenceBytes(block, place)
  var entries: [Entry] = []
  while !bytes.rest.isEmpty {
    bytes.place = "\(place), entry \(entries.count)"
    let key = try referenceKey(&bytes, previous: entries.last?.key, version: version)
    let value = try bytes.take(try bytes.count32())
    entries.append(Entry(key: key, value: value))
  }
  return entries
}

private func referenceKey(_ bytes: inout ReferenceBytes, previous: Key?, version: Int) throws -> Key {
  let flags = try bytes.byte()
  try require(flags & 0x40 == 0, "\(bytes.place): bit 6 is set")
  try require(flags & 0x80 == 0 || version >= 7, "\(bytes.place): second flags in version \(version)")
  let second = flags & 0x80 == 0 ? 0 : try bytes.byte()
  try require(second & 0xe0 == 0, "\(bytes.place): second flags \(second)")
  try require(second & flags & 0x1f == 0, "\(bytes.place): both equal and not (\(flags), \(second))")
  try require(previous != nil || (flags & 0x1f == 0 && second == 0), "\(bytes.place): nothing to be relative to")

  func field(_ bit: Int, _ before: [UInt8]?) throws -> [UInt8] {
    if flags & bit != 0 { return before! }
    guard second & bit != 0 else { return try bytes.take(try bytes.countW()) }
    let shared = try bytes.countW()
    let rest = try bytes.countW()
    try require(shared > 1 && shared <= before!.count, "\(bytes.place): \(shared) bytes shared of \(before!.count)")
    return Array(before!.prefix(shared)) + (try bytes.take(rest))
  }

  let row = try field(1, previous?.row)
  let family = try field(2, previous?.family)
  let qualifier = try field(4, previous?.qualifier)
  let visibility = try field(8, previous?.visibility)
  let timestamp: Int64
  if flags & 16 != 0 {
    timestamp = previous!.timestamp
  } else {
    let stored = try bytes.longW()
    timestamp = second & 16 != 0 ? previous!.timestamp &+ stored : stored
  }
  return Key(
    row: row, family: family, qualifier: qualifier, visibility: visibility, timestamp: timestamp,
    deleted: flags & 32 != 0)
}
