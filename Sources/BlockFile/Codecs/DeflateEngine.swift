// The codec gz has two engines that write and read the same format (RFC 1950). zlib is always there. libdeflate is
// there when the package was built with the trait Libdeflate; it takes whole blocks only, which is all we have, and is
// two to three times as fast. What one writes the other reads, but not every byte comes out alike.
//
// Damage is zlib's to judge: whatever libdeflate does not take is inflated again by zlib, which succeeds or says what
// is wrong. So a build without libdeflate gives the same errors.

/// A library that does the work of the codec gz.
package enum DeflateEngine: String, Sendable, CaseIterable {
  case zlib
  #if Libdeflate
    case libdeflate
  #endif

  /// The fastest that was built in.
  package static var best: DeflateEngine {
    #if Libdeflate
      .libdeflate
    #else
      .zlib
    #endif
  }

  /// The levels of compression that it knows.
  package var levels: ClosedRange<Int> {
    switch self {
    case .zlib: 1...9
    #if Libdeflate
      case .libdeflate: 1...12
    #endif
    }
  }

  func makeDeflater(level: Int) -> any BlockDeflater {
    switch self {
    case .zlib: ZlibDeflater(level: level)
    #if Libdeflate
      case .libdeflate: LibdeflateDeflater(level: level)
    #endif
    }
  }

  /// What to try before zlib; nil where zlib itself is the engine.
  func makeInflater() -> (any WholeBlockInflater)? {
    switch self {
    case .zlib: nil
    #if Libdeflate
      case .libdeflate: LibdeflateInflater()
    #endif
    }
  }
}

/// Inflates blocks whose raw size is known, into memory that is all reserved at once.
protocol WholeBlockInflater: AnyObject {
  /// True: `input` was one whole zlib stream of exactly `rawSize` bytes, and they are in `output`. False: it was not,
  /// or this engine does not take it; `output` holds nothing of worth.
  func inflate(_ input: UnsafeRawBufferPointer, rawSize: Int, into output: BlockBuffer) -> Bool
}
