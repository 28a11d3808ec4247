// The codec gz has two engines, which write and read the same format (RFC 1950). zlib is always available. libdeflate
// is available when the package was built with the trait Libdeflate. It handles only whole blocks, which is all we
// need, and is two to three times as fast. Each reads what the other writes, but they do not write the same bytes.
//
// zlib has the last word on damage: a block that libdeflate rejects is inflated again by zlib, which succeeds or
// reports what is wrong. So a build without libdeflate gives the same errors.

/// A library that implements the codec gz.
package enum DeflateEngine: String, Sendable, CaseIterable {
  case zlib
  #if Libdeflate
    case libdeflate
  #endif

  /// The fastest engine in this build.
  package static var best: DeflateEngine {
    #if Libdeflate
      .libdeflate
    #else
      .zlib
    #endif
  }

  /// The compression levels of the engine.
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

  /// The inflater to try before zlib; nil if zlib itself is the engine.
  func makeInflater() -> (any WholeBlockInflater)? {
    switch self {
    case .zlib: nil
    #if Libdeflate
      case .libdeflate: LibdeflateInflater()
    #endif
    }
  }
}

/// Inflates blocks of known raw size into memory that is reserved in one step.
protocol WholeBlockInflater: AnyObject {
  /// True: `input` was one whole zlib stream of exactly `rawSize` raw bytes, which are in `output`. False: it was not,
  /// or this engine rejects it; then the contents of `output` are meaningless.
  func inflate(_ input: UnsafeRawBufferPointer, rawSize: Int, into output: BlockBuffer) -> Bool
}
