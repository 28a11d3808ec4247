// minizip seeks back in what it writes, so that sizes and checksums stand before the data of an entry, and never behind it:
// the importer needs that for stored entries and takes it for all. So an archive goes to scratch space first, and its bytes
// to the disk when they are final:
//
//     texts, metadata.bin in scratch space ─minizip─> the archive in scratch space ─> exportMetadata.zip_tmp

import CMinizip
import Files
import Glibc
import SystemPackage

/// Writes an archive of deflated entries, in their order.
final class ZipWriter {
  private let archive: zipFile
  private let output: ScratchArchive
  private let path: String
  private var time = zip_fileinfo()

  /// - Parameters:
  ///   - output: an empty file for the archive.
  ///   - path: what errors call it.
  ///   - modified: the time of all entries, in ms since 1970.
  init(to output: ScratchFile, path: String, modified: Int64) throws {
    let output = ScratchArchive(output)
    var functions = output.functions
    guard let archive = zipOpen2_64(path, APPEND_STATUS_CREATE, nil, &functions) else {
      throw ExportError(place: path, problem: "the archive cannot be begun")
    }
    (self.archive, self.output, self.path) = (archive, output, path)
    var seconds = time_t(modified / 1000)
    var date = tm()
    gmtime_r(&seconds, &date)
    (time.tmz_date.tm_sec, time.tmz_date.tm_min) = (numericCast(date.tm_sec), numericCast(date.tm_min))
    (time.tmz_date.tm_hour, time.tmz_date.tm_mday) = (numericCast(date.tm_hour), numericCast(date.tm_mday))
    (time.tmz_date.tm_mon, time.tmz_date.tm_year) = (numericCast(date.tm_mon), numericCast(date.tm_year + 1900))
  }

  /// Adds an entry.
  /// - Parameters:
  ///   - size: the bytes of its contents.
  ///   - next: gives them in pieces; an empty one ends them.
  func add(_ name: String, size: Int64, _ next: () throws -> [UInt8]) throws {
    let isLarge: Int32 = size >= 0xFFFF_FFFF ? 1 : 0
    try check(
      zipOpenNewFileInZip3_64(
        archive, name, &time, nil, 0, nil, 0, nil, Z_DEFLATED, Z_DEFAULT_COMPRESSION, 0, -MAX_WBITS, DEF_MEM_LEVEL,
        Z_DEFAULT_STRATEGY, nil, 0, isLarge))
    while case let piece = try next(), !piece.isEmpty {
      try check(zipWriteInFileInZip(archive, piece, UInt32(piece.count)))
    }
    try check(zipCloseFileInZip(archive))
  }

  /// Writes the end of the archive and closes it. Call it once, after an error too.
  /// - Returns: the bytes of the archive.
  func finish() throws -> Int64 {
    try check(zipClose(archive, nil))
    return output.size
  }

  private func check(_ status: Int32) throws {
    guard status != ZIP_OK || output.failure != nil else { return }
    throw output.failure ?? ExportError(place: path, problem: "the archive cannot be written (\(status))")
  }
}

/// A scratch file as the place where minizip writes an archive.
private final class ScratchArchive {
  private let file: ScratchFile
  private(set) var size: Int64 = 0
  private(set) var failure: (any Error)?
  private var offset: Int64 = 0

  init(_ file: ScratchFile) { self.file = file }

  /// minizip calls these; the object must live until the archive is closed.
  var functions: zlib_filefunc64_def {
    zlib_filefunc64_def(
      zopen64_file: { context, _, _ in context },
      zread_file: { context, _, memory, count in
        ScratchArchive.of(context).transfer(count) {
          try $0.file.read(at: $0.offset, into: UnsafeMutableRawBufferPointer(start: memory, count: Int(count)))
        }
      },
      zwrite_file: { context, _, memory, count in
        ScratchArchive.of(context).transfer(count) {
          try $0.file.write(UnsafeRawBufferPointer(start: memory, count: Int(count)), at: $0.offset)
        }
      },
      ztell64_file: { context, _ in ZPOS64_T(ScratchArchive.of(context).offset) },
      zseek64_file: { context, _, offset, origin in ScratchArchive.of(context).seek(offset, origin) },
      zclose_file: { _, _ in 0 },
      zerror_file: { context, _ in ScratchArchive.of(context).failure == nil ? 0 : 1 },
      opaque: Unmanaged.passUnretained(self).toOpaque())
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> ScratchArchive {
    guard let context else { preconditionFailure("minizip lost its context") }
    return Unmanaged<ScratchArchive>.fromOpaque(context).takeUnretainedValue()
  }

  private func transfer(_ count: uLong, _ body: (ScratchArchive) throws -> Void) -> uLong {
    do {
      try body(self)
      offset += Int64(count)
      size = max(size, offset)
      return count
    } catch {
      failure = failure ?? error
      return 0
    }
  }

  private func seek(_ target: ZPOS64_T, _ origin: Int32) -> Int {
    let base = origin == ZLIB_FILEFUNC_SEEK_CUR ? offset : origin == ZLIB_FILEFUNC_SEEK_END ? size : 0
    offset = base + Int64(truncatingIfNeeded: target)
    return 0
  }
}
