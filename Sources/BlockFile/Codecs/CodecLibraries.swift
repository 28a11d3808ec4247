import CZlib
import CZstd

#if Libdeflate
  import CDeflate
#endif

/// The libraries that codecs are made of.
package enum CodecLibraries {
  /// Names and versions, the engine of gz first: `gz: libdeflate 1.14; zstd 1.5.4; zlib 1.2.13`.
  package static var summary: String {
    let zstd = "zstd \(String(cString: ZSTD_versionString()))"
    let zlib = "zlib \(String(cString: zlibVersion()))"
    #if Libdeflate
      // Of its header: the library itself does not tell.
      return "gz: libdeflate \(LIBDEFLATE_VERSION_STRING); \(zstd); \(zlib)"
    #else
      return "gz: \(zlib); \(zstd)"
    #endif
  }
}
