#if Libdeflate
  import CDeflate

  // Unsafe fence: blocks to and from libdeflate. libdeflate never writes beyond the given room.

  /// Deflates with libdeflate.
  final class LibdeflateDeflater: BlockDeflater {
    private let context: OpaquePointer

    init(level: Int) {
      guard let context = libdeflate_alloc_compressor(Int32(level)) else {
        preconditionFailure("libdeflate cannot start: out of memory or a level that it does not know")
      }
      self.context = context
    }

    deinit { libdeflate_free_compressor(context) }

    func deflate(_ input: UnsafeRawBufferPointer, into output: BlockBuffer) {
      output.reserve(libdeflate_zlib_compress_bound(context, input.count))
      // An empty input has no address, and C must not copy from a null pointer.
      var none: UInt8 = 0
      let count = withUnsafePointer(to: &none) { empty in
        libdeflate_zlib_compress(
          context, input.baseAddress ?? UnsafeRawPointer(empty), input.count, output.state.pointee.start,
          output.state.pointee.capacity)
      }
      precondition(count > 0, "the output has room for the worst case")
      output.state.pointee.count = count
    }
  }

  /// Inflates with libdeflate.
  ///
  /// It accepts some streams that zlib refuses: codes without an end of block, and reserved symbols. No compressor
  /// writes them, and accidental damage does not produce them, because the checksum at the end must match, too.
  final class LibdeflateInflater: WholeBlockInflater {
    private let context: OpaquePointer

    init() {
      guard let context = libdeflate_alloc_decompressor() else {
        preconditionFailure("libdeflate cannot start: out of memory")
      }
      self.context = context
    }

    deinit { libdeflate_free_decompressor(context) }

    func inflate(_ input: UnsafeRawBufferPointer, rawSize: Int, into output: BlockBuffer) -> Bool {
      guard let bytes = input.baseAddress else { return false }
      Decompressor.reserve(rawSize, in: output)
      var used = 0
      var made = 0
      let result = libdeflate_zlib_decompress_ex(
        context, bytes, input.count, output.state.pointee.start, rawSize, &used, &made)
      guard result == LIBDEFLATE_SUCCESS, used == input.count, made == rawSize else { return false }
      output.state.pointee.count = made
      return true
    }
  }
#endif
