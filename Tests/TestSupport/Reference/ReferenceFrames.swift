// Hadoop's frames, and snappy and LZ4 within them, written from their descriptions alone, byte by byte:
//
//   block   (int32 raw length, chunks until that many raw bytes)...    a length of 0 ends it
//   chunk   int32 stored length, a raw snappy or LZ4 block
//
// https://github.com/google/snappy/blob/main/format_description.txt
// https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md

/// The frames of a block: raw and stored length of each chunk.
package func referenceFrames(_ stored: [UInt8], codec: String) throws -> [[(raw: Int, stored: Int)]] {
  var frames: [[(raw: Int, stored: Int)]] = []
  _ = try referenceInflate(stored, codec: codec) { frames.append($0) }
  return frames
}

/// All raw bytes of a block.
package func referenceInflate(
  _ stored: [UInt8], codec: String, place: String = "block", tell: ([(raw: Int, stored: Int)]) -> Void = { _ in }
) throws -> [UInt8] {
  var bytes = ReferenceBytes(stored, place)
  var raw: [UInt8] = []
  while !bytes.rest.isEmpty {
    let length = try bytes.count32()
    let start = raw.count
    var chunks: [(raw: Int, stored: Int)] = []
    while raw.count < start + length {
      var chunk = ReferenceBytes(try bytes.take(try bytes.count32()), place)
      let size = chunk.rest.count
      let piece = codec == "snappy" ? try chunk.snappy() : try chunk.lz4()
      chunks.append((piece.count, size))
      raw += piece
    }
    try require(raw.count == start + length, "\(place): a frame of \(raw.count - start) bytes, not \(length)")
    tell(chunks)
    if length == 0 { try bytes.requireEnd() }
  }
  return raw
}

extension ReferenceBytes {
  private mutating func little(_ count: Int) throws -> Int {
    try take(count).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private func copy(_ count: Int, from distance: Int, to raw: inout [UInt8]) throws {
    try require(distance > 0 && distance <= raw.count, "\(place): a copy from \(distance) of \(raw.count) bytes back")
    for _ in 0..<count { raw.append(raw[raw.count - distance]) }
  }

  fileprivate mutating func snappy() throws -> [UInt8] {
    var (length, shift) = (0, 0)
    while true {
      let byte = try byte()
      length |= (byte & 127) << shift
      shift += 7
      if byte < 128 { break }
    }
    var raw: [UInt8] = []
    while !rest.isEmpty {
      let tag = try byte()
      switch tag & 3 {
      case 0:
        let extra = max(0, tag >> 2 - 59)
        raw += try take(1 + (extra == 0 ? tag >> 2 : little(extra)))
      case 1: try copy(4 + (tag >> 2 & 7), from: (tag >> 5) << 8 | byte(), to: &raw)
      case 2: try copy(1 + tag >> 2, from: little(2), to: &raw)
      default: try copy(1 + tag >> 2, from: little(4), to: &raw)
      }
    }
    try require(raw.count == length, "\(place): a snappy chunk of \(raw.count) bytes, not \(length)")
    return raw
  }

  fileprivate mutating func lz4() throws -> [UInt8] {
    var raw: [UInt8] = []
    func length(_ nibble: Int, _ bytes: inout ReferenceBytes) throws -> Int {
      var length = nibble
      while nibble == 15 {
        let more = try bytes.byte()
        length += more
        if more < 255 { break }
      }
      return length
    }
    while true {
      let token = try byte()
      raw += try take(length(token >> 4, &self))
      // The last sequence has only literals.
      if rest.isEmpty { return raw }
      let distance = try little(2)
      try copy(4 + length(token & 15, &self), from: distance, to: &raw)
    }
  }
}
