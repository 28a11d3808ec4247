import CZlib
import CZstd

#if Bzip2
  import CBzip2
#endif

// Unsafe fence: compressed streams whose length is not known, piece by piece.

/// Inflates one stream that says itself where it ends.
protocol UnitInflater: AnyObject {
  /// Begins another stream.
  func begin()
  /// Goes on with the stream. Returns how many bytes of the input were used and how many were made.
  func step(_ input: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer) -> UnitStep
}

struct UnitStep {
  enum State { case goesOn, ended, damaged }
  var used: Int
  var made: Int
  var state: State
}

/// A zlib stream.
final class ZlibUnit: UnitInflater {
  private let opened = InflateStream()

  func begin() { opened.reset() }

  func step(_ input: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer) -> UnitStep {
    let stream = opened.stream
    stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(input.count)
    stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(room.count)
    let status = inflate(stream, Z_NO_FLUSH)
    let state: UnitStep.State =
      switch status {
      case Z_STREAM_END: .ended
      case Z_OK, Z_BUF_ERROR: .goesOn
      default: .damaged
      }
    return UnitStep(
      used: input.count - Int(stream.pointee.avail_in), made: room.count - Int(stream.pointee.avail_out), state: state)
  }
}

/// A zstd frame.
final class ZstdUnit: UnitInflater {
  private let context: OpaquePointer

  init() {
    guard let context = ZSTD_createDCtx() else { preconditionFailure("zstd context: out of memory") }
    self.context = context
  }

  deinit { ZSTD_freeDCtx(context) }

  func begin() { ZSTD_DCtx_reset(context, ZSTD_reset_session_only) }

  func step(_ input: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer) -> UnitStep {
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var sink = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
    let status = ZSTD_decompressStream(context, &sink, &source)
    let state: UnitStep.State = ZSTD_isError(status) != 0 ? .damaged : status == 0 ? .ended : .goesOn
    return UnitStep(used: source.pos, made: sink.pos, state: state)
  }
}

#if Bzip2
  /// A bzip2 stream.
  final class Bzip2Unit: UnitInflater {
    private let stream: UnsafeMutablePointer<bz_stream>
    private var isOpen = false

    init() {
      stream = .allocate(capacity: 1)
      stream.initialize(to: bz_stream())
    }

    deinit {
      if isOpen { BZ2_bzDecompressEnd(stream) }
      stream.deallocate()
    }

    func begin() {
      if isOpen { BZ2_bzDecompressEnd(stream) }
      stream.pointee = bz_stream()
      precondition(BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK, "libbz2 cannot start: out of memory")
      isOpen = true
    }

    func step(_ input: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer) -> UnitStep {
      stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: CChar.self))
      stream.pointee.avail_in = UInt32(input.count)
      stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: CChar.self)
      stream.pointee.avail_out = UInt32(room.count)
      let status = BZ2_bzDecompress(stream)
      let state: UnitStep.State = status == BZ_STREAM_END ? .ended : status == BZ_OK ? .goesOn : .damaged
      return UnitStep(
        used: input.count - Int(stream.pointee.avail_in), made: room.count - Int(stream.pointee.avail_out),
        state: state)
    }
  }
#endif
