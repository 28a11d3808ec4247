import CZstd
import Files

// The other direction is in Compressor.swift. Contexts are reused: one decompressor serves all files of a thread.

/// Inflates blocks of any codec. Not thread-safe.
package final class Decompressor {
  /// Memory for output of up to this size is reserved in one step. For larger output, it grows as output is produced,
  /// unless the claimed size is plausible for the stored size (`isBelievable`).
  private static let trusted = 4 << 20

  /// Claims of up to this many times the stored size are believed without proof.
  private static let believedRatio = 8

  private let engines: [DeflateEngine]
  private var zlib: ZlibInflater?
  /// Of each engine, once it is needed.
  private var whole: [(any WholeBlockInflater)?]
  private var race: Race
  private var zstd: OpaquePointer?

  /// Uses the engine for gz that is the fastest for the blocks at hand.
  package convenience init() { self.init(engines: DeflateEngine.inflating) }

  /// Uses a specific engine for gz.
  package convenience init(engine: DeflateEngine) { self.init(engines: [engine]) }

  private init(engines: [DeflateEngine]) {
    self.engines = engines
    whole = engines.map { _ in nil }
    race = Race(contenders: engines.count)
  }

  deinit { ZSTD_freeDCtx(zstd) }

  /// Replaces the contents of `output` with the inflated `input`, which must have exactly `rawSize` bytes.
  ///
  /// Memory grows to at most `rawSize` (below 4 MiB a little more, for the next block). Above 4 MiB, it grows only as
  /// output is produced, up to 8 times the stored size (gz, snappy, lz4), or as far as the stored size of a chunk
  /// allows (snappy, lz4). Throws `DecodeError`.
  package func decompress(
    _ input: UnsafeRawBufferPointer, codec: Codec, rawSize: Int, into output: BlockBuffer
  ) throws(DecodeError) {
    output.removeAll()
    switch codec {
    case .none:
      guard input.count == rawSize else { throw Self.wrongSize(input.count, rawSize) }
      output.reserve(rawSize)
      if let from = input.baseAddress {
        output.state.pointee.start.update(from: from.assumingMemoryBound(to: UInt8.self), count: rawSize)
      }
      output.state.pointee.count = rawSize
    case .gz: try inflate(input, rawSize: rawSize, into: output)
    case .zstd: try decompressZstd(input, rawSize: rawSize, into: output)
    #if Snappy
      case .snappy: try FrameInflater<SnappyChunks>.inflate(input, rawSize: rawSize, into: output)
    #endif
    #if LZ4
      case .lz4: try FrameInflater<LZ4Chunks>.inflate(input, rawSize: rawSize, into: output)
    #endif
    #if Bzip2
      case .bzip2: try Bzip2Inflater.inflate(input, rawSize: rawSize, into: output)
    #endif
    }
  }

  /// Makes room for the whole raw size, or for its next piece.
  static func reserve(_ count: Int, in output: BlockBuffer) {
    if count <= trusted { output.reserve(count) } else { output.reserve(exactly: count) }
  }

  static func wrongSize(_ found: Int, _ rawSize: Int) -> DecodeError {
    DecodeError(at: found, expected: "\(rawSize) raw bytes, as the index says", found: "\(found)")
  }

  private func inflate(
    _ input: UnsafeRawBufferPointer, rawSize: Int, into output: BlockBuffer
  ) throws(DecodeError) {
    if Self.isBelievable(rawSize, stored: input.count) {
      let isDone = race.run(size: rawSize) { place in
        if whole[place] == nil { whole[place] = engines[place].makeInflater() }
        return whole[place]?.inflate(input, rawSize: rawSize, into: output) ?? false
      }
      if isDone { return }
      output.removeAll()
    }
    let zlib = zlib ?? ZlibInflater()
    self.zlib = zlib
    try zlib.inflate(input, rawSize: rawSize, into: output)
  }

  /// Whether memory for the whole claimed raw size can be reserved before any output: a false index must not make us
  /// allocate gigabytes. Blocks of more than 4 MiB that deflate better than 8 to 1 are not worth the risk.
  static func isBelievable(_ rawSize: Int, stored: Int) -> Bool {
    rawSize >= 0 && (rawSize <= trusted || rawSize / believedRatio <= stored)
  }

  private func decompressZstd(
    _ input: UnsafeRawBufferPointer, rawSize: Int, into output: BlockBuffer
  ) throws(DecodeError) {
    if zstd == nil { zstd = ZSTD_createDCtx() }
    guard let zstd else { preconditionFailure("zstd context: out of memory") }
    if rawSize <= Self.trusted {
      output.reserve(rawSize)
      let count = ZSTD_decompressDCtx(
        zstd, output.state.pointee.start, output.state.pointee.capacity, input.baseAddress, input.count)
      try Self.checkZstd(count)
      output.state.pointee.count = count
    } else {
      try streamZstd(zstd, input, rawSize: rawSize, into: output)
    }
    guard output.count == rawSize else { throw Self.wrongSize(output.count, rawSize) }
  }

  private func streamZstd(
    _ context: OpaquePointer, _ input: UnsafeRawBufferPointer, rawSize: Int, into output: BlockBuffer
  ) throws(DecodeError) {
    ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    while true {
      Self.reserve(Self.nextCapacity(output, rawSize: rawSize), in: output)
      var sink = ZSTD_outBuffer(
        dst: output.state.pointee.start, size: output.state.pointee.capacity + 1, pos: output.count)
      let before = (source.pos, sink.pos)
      let status = ZSTD_decompressStream(context, &sink, &source)
      try Self.checkZstd(status)
      output.state.pointee.count = sink.pos
      guard sink.pos <= rawSize else {
        throw DecodeError(at: rawSize, expected: "\(rawSize) raw bytes, as the index says", found: "more")
      }
      if status == 0 && source.pos == source.size { return }
      guard before != (source.pos, sink.pos) else {
        throw DecodeError(at: source.pos, expected: "more of the zstd frame", found: "its end")
      }
    }
  }

  private static func checkZstd(_ status: Int) throws(DecodeError) {
    guard ZSTD_isError(status) == 0 else {
      throw DecodeError(at: 0, expected: "a sound zstd frame", found: String(cString: ZSTD_getErrorName(status)))
    }
  }

  /// The next capacity of the output: the whole raw size if that is small, otherwise twice the output so far.
  static func nextCapacity(_ output: BlockBuffer, rawSize: Int) -> Int {
    output.count < output.state.pointee.capacity
      ? output.state.pointee.capacity : min(rawSize, max(trusted, output.count * 2))
  }
}
