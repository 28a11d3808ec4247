import CMinizip
import Files
import SystemPackage

/// An archive, or a part of it, that cannot be what `exporttable` wrote.
package struct ExportError: Error, Hashable, CustomStringConvertible {
  /// The path of the archive, and the part of it: `x/exportMetadata.zip, metadata.bin, entry 12`.
  package var place: String
  package var problem: String

  package init(place: String, problem: String) {
    self.place = place
    self.problem = problem
  }

  package var description: String { "\(place): \(problem)" }
}

/// A zip archive that reads the same from both ends: by its central directory, as minizip does, and by the headers before
/// each entry, as the importer does (Java's `ZipInputStream`).
final class ZipReader {
  /// What the central directory says about an entry.
  struct Entry {
    var name: [UInt8]
    /// 0 stored, 8 deflated.
    var method: Int
    var crc: UInt64
    /// Bytes in the archive.
    var compressedSize: UInt64
    /// Bytes of the contents.
    var size: UInt64
    fileprivate var position: unz64_file_pos
  }

  let path: FilePath
  let entries: [Entry]
  private let archive: unzFile

  /// An export has three.
  private static let mostEntries = 1000
  private static let longestName: UInt = 1000

  /// Opens an archive and compares its two ends.
  /// - Throws: `ExportError` for a file that is no archive, or that Java would read otherwise; `SystemError`; `RemoteError`.
  init(_ path: FilePath) throws {
    if let url = RemotePath.url(of: path) {
      throw RemoteError(url, "exported tables are read from this machine only: copy the directory")
    }
    guard let status = try FileStatus.of(path) else { throw SystemError("open", path.string, .noSuchFileOrDirectory) }
    guard status.kind == .file else { throw ExportError(place: path.string, problem: "is not a regular file") }
    guard let archive = path.withPlatformString({ unzOpen64($0) }) else {
      throw ExportError(
        place: path.string, problem: "cannot be read as a zip archive: it is none, is cut off, or cannot be opened")
    }
    let found: [Entry]
    do {
      found = try Self.entries(of: archive, path)
      try LocalHeaders(path).check(found)
    } catch {
      unzClose(archive)
      throw error
    }
    // Only now, because `deinit` runs after an error when everything is set.
    (self.path, self.archive, entries) = (path, archive, found)
  }

  deinit { unzClose(archive) }

  /// The first entry of a name, as Java finds it; nil when there is none.
  func index(of name: String) -> Int? { entries.firstIndex { $0.name == Array(name.utf8) } }

  /// The contents of an entry, as a stream. One can be open at a time.
  func open(_ index: Int) throws -> ZipStream {
    var position = entries[index].position
    guard unzGoToFilePos64(archive, &position) == UNZ_OK, unzOpenCurrentFile(archive) == UNZ_OK else {
      throw error(index, "is damaged")
    }
    return ZipStream(self, index, archive)
  }

  /// The whole contents of an entry.
  /// - Throws: `ExportError` for more than `limit` bytes, and for damage.
  func contents(_ index: Int, limit: Int) throws -> [UInt8] {
    guard entries[index].size <= UInt64(limit) else {
      throw error(index, "more than \(limit) bytes, too large for what it should be")
    }
    let stream = try open(index)
    var bytes: [UInt8] = []
    while true {
      let chunk = try [UInt8](unsafeUninitializedCapacity: 1 << 16) { memory, count in
        count = try stream.read(into: UnsafeMutableRawBufferPointer(memory))
      }
      if chunk.isEmpty { return bytes }
      bytes += chunk
    }
  }

  func error(_ index: Int, _ problem: String) -> ExportError {
    ExportError(place: "\(path), \(String(decoding: entries[index].name, as: UTF8.self))", problem: problem)
  }

  private static func entries(of archive: unzFile, _ path: FilePath) throws -> [Entry] {
    var entries: [Entry] = []
    var status = unzGoToFirstFile(archive)
    while status == UNZ_OK {
      guard entries.count < mostEntries else {
        throw ExportError(place: path.string, problem: "expected the three entries of an export, found more than 1000")
      }
      entries.append(try entry(of: archive, path))
      status = unzGoToNextFile(archive)
    }
    guard status == UNZ_END_OF_LIST_OF_FILE || entries.isEmpty else {
      throw ExportError(place: path.string, problem: "its central directory is damaged")
    }
    return entries
  }

  private static func entry(of archive: unzFile, _ path: FilePath) throws -> Entry {
    var info = unz_file_info64()
    var position = unz64_file_pos()
    guard unzGetCurrentFileInfo64(archive, &info, nil, 0, nil, 0, nil, 0) == UNZ_OK, info.size_filename <= longestName,
      unzGetFilePos64(archive, &position) == UNZ_OK
    else { throw ExportError(place: path.string, problem: "its central directory is damaged") }
    var name = [CChar](repeating: 0, count: Int(info.size_filename))
    guard unzGetCurrentFileInfo64(archive, nil, &name, uLong(name.count), nil, 0, nil, 0) == UNZ_OK else {
      throw ExportError(place: path.string, problem: "its central directory is damaged")
    }
    return Entry(
      name: name.map { UInt8(bitPattern: $0) }, method: Int(info.compression_method), crc: UInt64(info.crc),
      compressedSize: info.compressed_size, size: info.uncompressed_size, position: position)
  }
}

/// The contents of an entry from its start to its end, where their checksum is compared.
final class ZipStream {
  private let reader: ZipReader
  private let index: Int
  private let archive: unzFile
  private var isOpen = true
  private var count: UInt64 = 0

  init(_ reader: ZipReader, _ index: Int, _ archive: unzFile) {
    self.reader = reader
    self.index = index
    self.archive = archive
  }

  deinit { if isOpen { unzCloseCurrentFile(archive) } }

  /// Fills a part of the memory and returns how much; 0 at the end.
  /// - Throws: `ExportError` for bytes that cannot be inflated or have another checksum.
  func read(into memory: UnsafeMutableRawBufferPointer) throws -> Int {
    guard isOpen, let start = memory.baseAddress, memory.count > 0 else { return 0 }
    let more = unzReadCurrentFile(archive, start, UInt32(min(memory.count, 1 << 30)))
    if more > 0 {
      count += UInt64(more)
      return Int(more)
    }
    isOpen = false
    let status = unzCloseCurrentFile(archive)
    guard more == 0, status == UNZ_OK, count == reader.entries[index].size else {
      throw reader.error(index, status == UNZ_CRCERROR ? "is damaged: its checksum is another" : "is damaged")
    }
    return 0
  }
}
