import BlockFile
import RFile

/// What the codec alone costs: seconds of CPU time of one thread, with the libraries and levels of the case.
enum CodecFloor {
  /// The time to inflate every data block of some files.
  static func inflate(_ paths: [String]) throws -> Double {
    let decompressor = Decompressor()
    let (stored, raw) = (BlockBuffer(), BlockBuffer())
    var seconds = 0.0
    for path in paths {
      let reader = try RFileReader(path: path)
      guard reader.file.codec != .none else { continue }
      try forEachBlock(of: reader) { region in
        stored.removeAll()
        stored.append(try reader.file.source.bytes(at: region.offset, count: Int(region.compressedSize)))
        let start = Instant.threadSeconds
        try decompressor.decompress(stored.bytes, codec: reader.file.codec, rawSize: Int(region.rawSize), into: raw)
        seconds += Instant.threadSeconds - start
      }
    }
    return seconds
  }

  /// The time to choose encoders for every data block of a file and deflate it again.
  static func deflate(_ path: String, level: CompressionLevel) throws -> Double {
    let reader = try RFileReader(path: path)
    guard reader.file.codec != .none else { return 0 }
    let writer = try BCFileWriter(ByteSink(discarding: "nowhere"), codec: reader.file.codec, level: level)
    let stream = writer.makeStream()
    let loader = BlockLoader()
    let raw = BlockBuffer()
    var seconds = 0.0
    try forEachBlock(of: reader) { region in
      try reader.file.load(region, into: raw, loader: loader, place: "data block")
      let start = Instant.threadSeconds
      try writer.add(raw, to: stream) { _ in }
      seconds += Instant.threadSeconds - start
    }
    return seconds
  }

  private static func forEachBlock(of reader: RFileReader, _ body: (BlockRegion) throws -> Void) throws {
    for group in reader.groups.indices {
      try reader.forEachDataBlock(ofGroup: group, loader: BlockLoader()) { _, region in try body(region) }
    }
  }
}
