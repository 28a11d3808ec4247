import CZstd

/// Compresses blocks with one rung. Not thread-safe.
package final class Compressor {
  package let rung: Rung

  private let deflater: (any BlockDeflater)?
  private var zstd: OpaquePointer?

  package init(_ rung: Rung) {
    self.rung = rung
    deflater = rung.makeDeflater()
  }

  /// `level` nil is the codec's default; otherwise it must be one of the codec's levels.
  package convenience init(_ codec: Codec, level: Int? = nil) {
    precondition(level.map { codec.levels?.contains($0) == true } ?? true, "callers check the level")
    self.init(Rung(codec, level: level ?? codec.defaultLevel))
  }

  deinit { ZSTD_freeCCtx(zstd) }

  /// Replaces the contents of `output` with the compressed `input`. Not for `none`: use the input itself.
  package func compress(_ input: UnsafeRawBufferPointer, into output: BlockBuffer) {
    output.removeAll()
    switch rung.codec {
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
      ZSTD_CCtx_setParameter(made, ZSTD_c_compressionLevel, Int32(rung.level)),
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

extension Rung {
  /// Nil for `none`, and for zstd, which `Compressor` handles itself.
  fileprivate func makeDeflater() -> (any BlockDeflater)? {
    switch codec {
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
