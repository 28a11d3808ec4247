import BlockFile
import RFile

/// What the codec alone costs.
enum CodecFloor {
  /// Seconds of CPU to inflate every data block of a file.
  static func inflate(_ path: String) throws -> Double {
    let reader = try RFileReader(path: path)
    guard reader.file.codec != .none else { return 0 }
    let decompressor = Decompressor()
    let stored = BlockBuffer()
    let raw = BlockBuffer()
    var seconds = 0.0
    for region in try blocks(of: reader) {
      stored.removeAll()
      stored.append(try reader.file.source.bytes(at: region.offset, count: Int(region.compressedSize)))
      let start = Measurement.threadSeconds
      try decompressor.decompress(stored.bytes, codec: reader.file.codec, rawSize: Int(region.rawSize), into: raw)
      seconds += Measurement.threadSeconds - start
    }
    return seconds
  }

  /// Seconds of CPU to deflate every data block of a file again.
  static func deflate(_ path: String) throws -> Double {
    let reader = try RFileReader(path: path)
    guard reader.file.codec != .none else { return 0 }
    let compressor = Compressor(reader.file.codec)
    let loader = BlockLoader()
    let raw = BlockBuffer()
    let stored = BlockBuffer()
    var seconds = 0.0
    for region in try blocks(of: reader) {
      try reader.file.load(region, into: raw, loader: loader, place: "data block")
      let start = Measurement.threadSeconds
      compressor.compress(raw.bytes, into: stored)
      seconds += Measurement.threadSeconds - start
    }
    return seconds
  }

  private static func blocks(of reader: RFileReader) throws -> [BlockRegion] {
    var regions: [BlockRegion] = []
    for group in reader.groups.indices {
      try reader.forEachIndexBlock(ofGroup: group, loader: BlockLoader()) { block, _ in
        guard block.level == 0 else { return }
        for i in 0..<block.count {
          if let region = try block.entry(i).region { regions.append(region) }
        }
      }
    }
    return regions
  }
}
