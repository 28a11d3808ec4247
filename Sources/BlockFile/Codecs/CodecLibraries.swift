import CZlib
import CZstd

#if Libdeflate
  import CDeflate
#endif
#if LZ4
  import CLZ4
#endif
#if Bzip2
  import CBzip2
#endif

/// The libraries that implement the codecs.
package enum CodecLibraries {
  /// Names and versions, those of gz first, as they run except for libdeflate, which does not tell:
  /// `gz: libdeflate 1.14, isal 2.0.30; zstd 1.5.4; zlib 1.2.13; snappy; lz4 1.9.4; bzip2 1.0.8`.
  package static var summary: String {
    let zstd = "zstd \(String(cString: ZSTD_versionString()))"
    let zlib = "zlib \(String(cString: zlibVersion()))"
    #if Libdeflate
      // The version of its header: the library itself does not report one.
      var all = ["gz: libdeflate \(LIBDEFLATE_VERSION_STRING)", zstd, zlib]
    #else
      var all = ["gz: \(zlib)", zstd]
    #endif
    #if ISAL
      // Its only version at run time is that of its file: ISA-L 2.30 is libisal.so.2.0.30.
      if let name = ISALLibrary.name { all[0] += ", isal \(name.dropFirst("libisal.so.".count))" }
    #endif
    #if Snappy
      // Its C interface does not report a version.
      all.append("snappy")
    #endif
    #if LZ4
      all.append("lz4 \(String(cString: LZ4_versionString()))")
    #endif
    #if Bzip2
      // "1.0.8, 13-Jul-2019"
      all.append("bzip2 \(String(cString: BZ2_bzlibVersion()).prefix { $0 != "," })")
    #endif
    return all.joined(separator: "; ")
  }
}
