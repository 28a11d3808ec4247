// Blocks without an index. What a codec writes says itself where it ends, and mostly where it begins:
//
//     gz       a zlib stream    78 9c or another header of two bytes, a multiple of 31; Adler-32 at the end
//     zstd     a frame          28 b5 2f fd
//     bzip2    a stream         "BZh" and a digit
//     snappy   a frame          int32 raw length, int32 stored length of its first chunk (HadoopFrames.swift)
//     lz4      a frame          the same
//     none     -                nothing: its entries have to be followed one by one
//
// One of these is a unit. A block is one unit with gz and bzip2, and one or more with the others.

/// Finds and inflates the units of a file, and loads blocks whose regions may be wrong. For one thread.
package final class UnitReader {
  package let source: ByteSource
  package let codec: Codec
  package let limit: BlockLimit
  private let window: SourceWindow
  private let inflater: (any UnitInflater)?
  private let loader: BlockLoader
  private let chunk = BlockBuffer()

  /// True once there was a block larger than the limit.
  package private(set) var metLimit = false
  /// Bytes that were read and made in vain.
  private var wasted: Int64 = 0
  /// Bytes of units that were read, in vain or not.
  private var read: Int64 = 0

  /// Attempts may cost so many times the size of the file. Only a file that is made to cost time comes near it.
  private static let patience: Int64 = 64

  /// Called from time to time. What it throws ends the search.
  package let beat: () throws -> Void

  package init(
    _ source: ByteSource, codec: Codec, limit: BlockLimit, beat: @escaping () throws -> Void = {}
  ) {
    self.source = source
    self.beat = beat
    self.codec = codec
    self.limit = limit
    window = SourceWindow(source)
    loader = BlockLoader(limit: limit) { _ in try beat() }
    inflater =
      switch codec {
      case .gz: ZlibUnit()
      case .zstd: ZstdUnit()
      #if Bzip2
        case .bzip2: Bzip2Unit()
      #endif
      default: nil
      }
  }

  /// Notes bytes in which entries were looked for in vain, which costs far less than to inflate them.
  package func waste(_ bytes: Int) { wasted += Int64(bytes) / 16 }

  /// Blocks begin here.
  package static let firstOffset = Int64(BCFile.headerSize)

  /// Whether a block is always one unit.
  package var hasOneUnit: Bool { codec.rawValue == "gz" || codec.rawValue == "bzip2" }

  /// Whether searching on would cost more than any damage could.
  package var isExhausted: Bool { wasted / Self.patience > source.count + (1 << 20) }

  /// Loads a block. Returns what is wrong with it, or nil. Throws `SystemError`.
  package func load(_ region: BlockRegion, end: Int64, into buffer: BlockBuffer) throws -> String? {
    if let problem = region.problem(codec: codec, end: end) { return problem }
    if let problem = limit.problem(with: region) {
      metLimit = true
      return problem
    }
    do {
      try loader.load(region, codec: codec, from: source, into: buffer)
      return nil
    } catch let error as DecodeError {
      return error.description
    } catch let error as FileError {
      return error.cause
    }
  }

  /// Inflates the unit that begins at `offset` and ends before `end`, and appends its raw bytes. Returns its size in
  /// the file; nil when there is no sound unit, and then nothing is appended. Throws `SystemError`.
  package func append(at offset: Int64, end: Int64, to output: BlockBuffer) throws -> Int64? {
    let (before, readBefore) = (output.count, read)
    let size = try inflater == nil ? appendFrame(at: offset, end, output) : appendStream(at: offset, end, output)
    if size == nil {
      wasted += 64 + Int64(output.count - before) + read - readBefore
      output.state.pointee.count = before
    }
    return size
  }

  private func appendStream(at offset: Int64, _ end: Int64, _ output: BlockBuffer) throws -> Int64? {
    guard let inflater else { return nil }
    inflater.begin()
    let before = output.count
    var at = offset
    while true {
      let input = try window.bytes(at: at, end: end)
      let step = inflater.step(input, into: output.room(Self.piece))
      at += Int64(step.used)
      read += Int64(step.used)
      output.state.pointee.count += step.made
      guard isWithinLimit(output.count - before), isWithinLimit(Int(clamping: at - offset)) else { return nil }
      switch step.state {
      case .ended: return at - offset
      case .damaged: return nil
      case .goesOn: if step.used == 0 && step.made == 0 { return nil }
      }
    }
  }
  private static let piece = 64 << 10

  /// Notes when a block is too large.
  private func isWithinLimit(_ size: Int) -> Bool {
    if Int64(size) > limit.bytes { metLimit = true }
    return Int64(size) <= limit.bytes
  }

  private func appendFrame(at offset: Int64, _ end: Int64, _ output: BlockBuffer) throws -> Int64? {
    #if Snappy
      if codec == .snappy { return try appendFrame(SnappyChunks.self, at: offset, end, output) }
    #endif
    #if LZ4
      if codec == .lz4 { return try appendFrame(LZ4Chunks.self, at: offset, end, output) }
    #endif
    return nil
  }

  private func appendFrame<Chunks: ChunkCodec>(
    _: Chunks.Type, at offset: Int64, _ end: Int64, _ output: BlockBuffer
  ) throws -> Int64? {
    guard let raw = try int32(at: offset, end), raw > 0, isWithinLimit(raw) else { return nil }
    let whole = output.count + raw
    var at = offset + 4
    while output.count < whole {
      guard let size = try int32(at: at, end), 1...Self.largestChunk ~= size, Int64(size) <= end - at - 4 else {
        return nil
      }
      try chunk.read(size, at: at + 4, of: source)
      read += Int64(size)
      guard let most = Chunks.mostRaw(in: chunk.bytes), most > 0 else { return nil }
      let made = Chunks.decompress(chunk.bytes, into: output.room(min(most, whole - output.count)))
      guard let made, made > 0 else { return nil }
      output.state.pointee.count += made
      at += 4 + Int64(size)
    }
    return at - offset
  }

  /// Bytes of a stored chunk. Hadoop's buffers have 64 and 256 KiB.
  private static let largestChunk = 1 << 20

  /// A few bytes of the file, fewer at `end`.
  package func bytes(at offset: Int64, end: Int64, count: Int) throws -> [UInt8] {
    Array(try window.bytes(at: offset, end: end, atLeast: count).prefix(count))
  }

  private func int32(at offset: Int64, _ end: Int64) throws -> Int? {
    let bytes = try window.bytes(at: offset, end: end, atLeast: 4)
    guard bytes.count >= 4 else { return nil }
    return Int(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
  }

  /// The first offset from `start` on where a block can begin, by the bytes there; nil when there is none before `end`.
  package func candidate(from start: Int64, end: Int64) throws -> Int64? {
    let needed = 8
    var at = start
    while end - at >= Int64(needed) {
      let bytes = try window.bytes(at: at, end: end, atLeast: needed)
      for i in 0...bytes.count - needed where canBegin(bytes, i) { return at + Int64(i) }
      at += Int64(bytes.count - needed + 1)
    }
    return nil
  }

  private func canBegin(_ bytes: UnsafeRawBufferPointer, _ i: Int) -> Bool {
    switch codec {
    case .none:
      // The flags of a whole key, or the first byte of an index.
      return bytes[i] & ~RawFlags.marker == 0
    case .gz:
      return bytes[i] & 0x8f == 8 && bytes[i + 1] & 0x20 == 0 && (Int(bytes[i]) << 8 | Int(bytes[i + 1])) % 31 == 0
    case .zstd:
      return bytes[i] == 0x28 && bytes[i + 1] == 0xb5 && bytes[i + 2] == 0x2f && bytes[i + 3] == 0xfd
    #if Bzip2
      case .bzip2: return bytes[i] == 0x42 && bytes[i + 1] == 0x5a && bytes[i + 2] == 0x68
    #endif
    #if Snappy
      case .snappy: return canBeginChunk(bytes, i)
    #endif
    #if LZ4
      case .lz4: return canBeginChunk(bytes, i)
    #endif
    }
  }

  /// Hadoop's framing: the inflated size of what follows, and the size of its first chunk.
  private func canBeginChunk(_ bytes: UnsafeRawBufferPointer, _ i: Int) -> Bool {
    let raw = Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: i, as: Int32.self))
    let stored = Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: i + 4, as: Int32.self))
    return raw > 0 && Int64(raw) <= limit.bytes && stored > 0 && Int(stored) <= Self.largestChunk
  }

  /// Whether a unit at `offset` that was inflated has a checksum of its contents.
  package func hasChecksum(at offset: Int64) throws -> Bool {
    guard codec == .zstd else { return hasOneUnit }
    let bytes = try window.bytes(at: offset, end: source.count, atLeast: 5)
    return bytes.count >= 5 && bytes[4] & 1 << 2 != 0
  }
}

/// What a container without an index must know of entries: the first byte of one that does not refer to another.
private enum RawFlags {
  /// Set in a delete marker, and in the first byte of `RFile.index`.
  static let marker: UInt8 = 0x20
}
