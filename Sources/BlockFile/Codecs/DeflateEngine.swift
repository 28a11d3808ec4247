// The codec gz has up to three engines, which write and read the same format (RFC 1950), but do not write the same
// bytes. Libdeflate and ISAL are package traits:
//
//     zlib         always there; reads anything
//     libdeflate   only whole blocks, which is all we need; two to three times as fast
//     isal         the same at one level only: five times as fast as libdeflate's level 6; see Ladder.swift. Its library
//                  is loaded at run time, if there is one
//
// zlib has the last word on damage: a block that another engine rejects is inflated again by zlib, which succeeds or
// reports what is wrong. So every build gives the same errors.

/// A library that implements the codec gz.
package enum DeflateEngine: String, Sendable {
  case zlib
  #if Libdeflate
    case libdeflate
  #endif
  #if ISAL
    case isal
  #endif

  /// The engines that can be used here.
  package static var all: [DeflateEngine] {
    var all: [DeflateEngine] = [.zlib]
    #if Libdeflate
      all.append(.libdeflate)
    #endif
    #if ISAL
      if ISALLibrary.name != nil { all.append(.isal) }
    #endif
    return all
  }

  /// The engine of this build whose levels are those of `--level N`.
  package static var numbered: DeflateEngine {
    #if Libdeflate
      .libdeflate
    #else
      .zlib
    #endif
  }

  /// The engine that deflates fastest here, at its level 1.
  static var quickest: DeflateEngine { all.last ?? numbered }

  /// The engines of which the fastest is to inflate. On one processor, ISA-L inflates continuous ingest a fifth faster than
  /// libdeflate, which inflates text a fifth faster than ISA-L.
  package static var inflating: [DeflateEngine] { all.count > 1 ? all.filter { $0 != .zlib } : all }

  /// The compression levels of the engine.
  package var levels: ClosedRange<Int> {
    switch self {
    case .zlib: 1...9
    #if Libdeflate
      case .libdeflate: 1...12
    #endif
    #if ISAL
      // Its levels 2 and 3 are slower and take no fewer bytes.
      case .isal: 1...1
    #endif
    }
  }

  func makeDeflater(level: Int) -> any BlockDeflater {
    switch self {
    case .zlib: ZlibDeflater(level: level)
    #if Libdeflate
      case .libdeflate: LibdeflateDeflater(level: level)
    #endif
    #if ISAL
      case .isal: ISALDeflater()
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
    #if ISAL
      case .isal: ISALInflater()
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
