import CZstd

/// Deflates blocks with one codec and level. Not thread-safe.
package final class Compressor {
  package let codec: Codec
  package let level: Int

  private let deflater: (any BlockDeflater)?
  private var zstd: OpaquePointer?

  /// `level` nil is the codec's default; otherwise it must be one of the codec's levels.
  package convenience init(_ codec: Codec, level: Int? = nil) { self.init(codec, level: level, engine: .best) }

  /// Uses a specific engine for gz. The level must be one of the engine's.
  package init(_ codec: Codec, level: Int? = nil, engine: DeflateEngine) {
    let chosen = level ?? codec.defaultLevel
    let levels = codec == .gz ? engine.levels : codec.levels
    precondition(level == nil || levels?.contains(chosen) == true, "callers check the level")
    self.codec = codec
    self.level = chosen
    deflater = codec.makeDeflater(level: chosen, engine)
  }

  deinit { ZSTD_freeCCtx(zstd) }

  /// Replaces the contents of `output` with the compressed `input`. Not for `none`: use the input itself.
  package func compress(_ input: UnsafeRawBufferPointer, into output: BlockBuffer) {
    output.removeAll()
    switch codec {
    case .none: preconditionFailure("nothing to compress")
    case .zstd: compressZstd(input, into: output)
    default: deflater?.deflate(input, into: output)
    }
  }

  /// A context that adds a checksum of the content: 4 bytes per block that every reader checks, as the zlib format
  /// always has. Hadoop's zstd frames have none.
  private func makeZstd() -> OpaquePointer {
    guard let made = ZSTD_createCCtx() else { preconditionFailure("zstd context: out of memory") }
    zstd = made
    let results = [
      ZSTD_CCtx_setParameter(made, ZSTD_c_compressionLevel, Int32(level)),
      ZSTD_CCtx_setParameter(made, ZSTD_c_checksumFlag, 1),
    ]
    precondition(results.allSatisfy { ZSTD_isError($0) == 0 }, "the level is one of the codec's")
    return made
  }

  private func compressZstd(_ input: UnsafeRawBufferPointer, into output: BlockBuffer) {
    let zstd = zstd ?? makeZstd()
    output.reserve(ZSTD_compressBound(input.count))
    let count = ZSTD_compress2(
      zstd, output.state.pointee.start, output.state.pointee.capacity, input.baseAddress, input.count)
    precondition(ZSTD_isError(count) == 0, "the output has room for the worst case")
    output.state.pointee.count = count
  }
}

/// Compresses blocks with one codec and level, and reuses its context from block to block.
protocol BlockDeflater: AnyObject {
  /// Writes the complete stored form of `input` into the empty `output`.
  func deflate(_ input: UnsafeRawBufferPointer, into output: BlockBuffer)
}

extension Codec {
  /// The deflater of this codec; nil for `none`, and for zstd, which `Compressor` handles itself.
  fileprivate func makeDeflater(level: Int, _ engine: DeflateEngine) -> (any BlockDeflater)? {
    switch self {
    case .none, .zstd: nil
    case .gz: engine.makeDeflater(level: level)
    #if Snappy
      case .snappy: FrameDeflater(SnappyChunks())
    #endif
    #if LZ4
      case .lz4: FrameDeflater(LZ4Chunks(level: level))
    #endif
    #if Bzip2
      case .bzip2: Bzip2Deflater(level: level)
    #endif
    }
  }
}
