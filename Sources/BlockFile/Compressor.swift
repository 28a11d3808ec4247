import CZlib
import CZstd

/// Deflates blocks with one codec and level. Not for use by two threads at once.
public final class Compressor {
  public let codec: Codec
  public let level: Int

  private var zlib: UnsafeMutablePointer<z_stream>?
  private var zstd: OpaquePointer?

  /// `level` nil takes the codec's default; it must lie in the codec's levels.
  public init(_ codec: Codec, level: Int? = nil) {
    let chosen = level ?? codec.defaultLevel
    precondition(level == nil || codec.levels?.contains(chosen) == true, "callers check the level")
    self.codec = codec
    self.level = chosen
  }

  deinit {
    if let zlib {
      deflateEnd(zlib)
      zlib.deallocate()
    }
    ZSTD_freeCCtx(zstd)
  }

  /// Replaces the contents of `output` by the compressed `input`. For `none` use the input itself.
  public func compress(_ input: UnsafeRawBufferPointer, into output: BlockBuffer) {
    output.removeAll()
    switch codec {
    case .none: preconditionFailure("nothing to compress")
    case .gz: deflate(input, into: output)
    case .zstd: compressZstd(input, into: output)
    }
  }

  private func deflate(_ input: UnsafeRawBufferPointer, into output: BlockBuffer) {
    let stream = zlibStream()
    guard deflateReset(stream) == Z_OK else { preconditionFailure("zlib refused to reset") }
    output.reserve(Int(deflateBound(stream, UInt(input.count))))
    precondition(input.count <= Int(Int32.max) && output.state.pointee.capacity <= Int(UInt32.max))
    var none: UInt8 = 0
    withUnsafeMutablePointer(to: &none) { empty in
      let bytes = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes ?? UnsafePointer(empty))
      stream.pointee.avail_in = UInt32(input.count)
      stream.pointee.next_out = output.state.pointee.start
      stream.pointee.avail_out = UInt32(output.state.pointee.capacity)
      let status = CZlib.deflate(stream, Z_FINISH)
      precondition(status == Z_STREAM_END, "the output has room for the worst case")
      output.state.pointee.count = output.state.pointee.capacity - Int(stream.pointee.avail_out)
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

  private func zlibStream() -> UnsafeMutablePointer<z_stream> {
    if let zlib { return zlib }
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = deflateInit_(stream, Int32(level), ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib cannot start: out of memory or another version")
    zlib = stream
    return stream
  }
}
