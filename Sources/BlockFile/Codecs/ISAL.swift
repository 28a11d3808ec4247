#if ISAL
  import CISAL
  import Glibc

  // Unsafe fence: blocks to and from ISA-L. It never writes beyond the given room.

  /// The library, which need not be installed.
  enum ISALLibrary {
    /// The name of its file, such as `libisal.so.2.0.30`; nil where there is none. Loads it.
    static var name: String? { actool_isal_load().map { String(cString: $0) } }
  }

  /// Deflates with level 1 of ISA-L, which must be there. The bytes depend on the block alone, not on what was deflated before or where.
  final class ISALDeflater: BlockDeflater {
    private let context: UnsafeMutableRawPointer

    init() {
      guard let context = actool_isal_make_deflater() else { preconditionFailure("ISA-L cannot start: out of memory") }
      self.context = context
    }

    deinit { free(context) }

    func deflate(_ input: UnsafeRawBufferPointer, into output: BlockBuffer) {
      // What does not deflate is stored in pieces of up to 64 KiB with a few bytes each.
      output.reserve(input.count + input.count / 1000 + 64)
      precondition(output.state.pointee.capacity <= Int(UInt32.max))
      // An empty input has no address.
      var none: UInt8 = 0
      let count = withUnsafePointer(to: &none) { empty in
        actool_isal_deflate(
          context, input.baseAddress ?? UnsafeRawPointer(empty), UInt32(input.count), output.state.pointee.start,
          UInt32(output.state.pointee.capacity))
      }
      precondition(count > 0, "the output has room for the worst case")
      output.state.pointee.count = count
    }
  }

  /// Inflates with ISA-L, which must be there.
  final class ISALInflater: WholeBlockInflater {
    private let context: UnsafeMutableRawPointer

    init() {
      guard let context = actool_isal_make_inflater() else { preconditionFailure("ISA-L cannot start: out of memory") }
      self.context = context
    }

    deinit { free(context) }

    func inflate(_ input: UnsafeRawBufferPointer, rawSize: Int, into output: BlockBuffer) -> Bool {
      guard let bytes = input.baseAddress, input.count <= Int(UInt32.max), rawSize <= Int(UInt32.max) else {
        return false
      }
      Decompressor.reserve(rawSize, in: output)
      guard
        actool_isal_inflate(context, bytes, UInt32(input.count), output.state.pointee.start, UInt32(rawSize)) != 0
      else { return false }
      output.state.pointee.count = rawSize
      return true
    }
  }
#endif
