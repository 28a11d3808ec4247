import CZstd

/// Deflates blocks with one codec and level. Not for use by two threads at once.
package final class Compressor {
  package let codec: Codec
  package let level: Int

  private let deflater: (any BlockDeflater)?
  private var zstd: OpaquePointer?

  /// `level` nil takes the codec's default; it must lie in the codec's levels.
  package convenience init(_ codec: Codec, level: Int? = nil) { self.init(codec, level: level, engine: .best) }

  /// With an engine for gz that is not the best one. The level must be one of the engine's.
  package init(_ codec: Codec, level: Int? = nil, engine: DeflateEngine) {
    let chosen = level ?? codec.defaultLevel
    let levels = codec == .gz ? engine.levels : codec.levels
    precondition(level == nil || levels?.contains(chosen) == true, "callers check the level")
    self.codec = codec
    self.level = chosen
    deflater = codec == .gz ? engine.makeDeflater(level: chosen) : nil
  }

  deinit { ZSTD_freeCCtx(zstd) }

  /// Replaces the contents of `output` by the compressed `input`. For `none` use the input itself.
  package func compress(_ input: UnsafeRawBufferPointer, into output: BlockBuffer) {
    output.removeAll()
    switch codec {
    case .none: preconditionFailure("nothing to compress")
    case .gz: deflater?.deflate(input, into: output)
    case .zstd: compressZstd(input, into: output)
    }
  }

  private func compressZstd(_ input: UnsafeRawBufferPointer, into output: BlockBuffer) {
    if zstd == nil { zstd = ZSTD_createCCtx() }
    output.reserve(ZSTD_compressBound(input.count))
    let count = ZSTD_compressCCtx(
      zstd, output.state.pointee.start, output.state.pointee.capacity, input.baseAddress, input.count, Int32(level))
    precondition(ZSTD_isError(count) == 0, "the output has room for the worst case")
    output.state.pointee.count = count
  }
}
