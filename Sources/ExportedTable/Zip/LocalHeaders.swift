// Java's `ZipInputStream` reads an archive from its front and never looks at the central directory:
//
//     0   PK\3\4  version flags method time crc csize size  namelen extralen  name  extra  DATA  [descriptor]
//                         │                                                                      │
//                         └ bit 3: crc, csize and size are 0 here, and stand in the descriptor: [PK\7\8] crc csize size
//     n   PK\3\4  ...                        the next entry
//     m   PK\1\2  ...                        the central directory: the end
//
// An archive whose central directory tells of other entries than these would be one table here and another one for the
// importer. So each header must lie where the entry before it ends, and must agree with the central directory. What Java
// refuses is refused: bytes before the first header, encryption, methods other than stored and deflated, and a stored
// entry with a descriptor, since its end cannot be found.

import Files
import SystemPackage

/// The headers before the entries of an archive.
struct LocalHeaders {
  private let path: FilePath

  init(_ path: FilePath) { self.path = path }

  /// Walks from header to header.
  /// - Throws: `ExportError` where they are not those of the central directory; `SystemError`.
  func check(_ entries: [ZipReader.Entry]) throws {
    let file: FileDescriptor
    do { file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec) } catch let error as Errno {
      throw SystemError("open", path.string, error)
    }
    try file.closeAfter {
      var offset: Int64 = 0
      for (number, entry) in entries.enumerated() {
        let header = try read(file, 30 + entry.name.count, at: offset)
        guard header.count == 30 + entry.name.count, number32(header, 0) == 0x0403_4B50,
          Array(header[30...]) == entry.name, number16(header, 26) == entry.name.count
        else {
          throw disagreement(
            "does not begin entry \(number + 1), \(String(decoding: entry.name, as: UTF8.self))", at: offset)
        }
        offset = try end(of: entry, header, file, offset)
      }
      let next = try read(file, 4, at: offset)
      guard entries.isEmpty || number32(next, 0) == 0x0201_4B50 else {
        throw disagreement("goes on after the last entry", at: offset)
      }
    }
  }

  /// Where the entry of a header ends.
  private func end(
    of entry: ZipReader.Entry, _ header: [UInt8], _ file: FileDescriptor, _ offset: Int64
  ) throws -> Int64 {
    let (flags, method) = (number16(header, 6), number16(header, 8))
    let hasDescriptor = flags & 8 != 0
    func refused(_ what: String) -> ExportError {
      ExportError(
        place: "\(path), \(String(decoding: entry.name, as: UTF8.self))",
        problem: "\(what), which the importer refuses (Java's ZipInputStream)")
    }
    guard flags & 1 == 0 else { throw refused("is encrypted") }
    guard method == 0 || method == 8 else { throw refused("is compressed by method \(method)") }
    guard !(hasDescriptor && method == 0) else { throw refused("is stored, with its size behind it") }
    guard method == entry.method else { throw disagreement("has another method", at: offset) }
    let start = offset + Int64(30 + entry.name.count + number16(header, 28))
    let isLarge = entry.compressedSize >= 0xFFFF_FFFF || entry.size >= 0xFFFF_FFFF
    guard entry.compressedSize < UInt64(Int64.max) - UInt64(start) - 24 else {
      throw disagreement("has an impossible size", at: offset)
    }
    let dataEnd = start + Int64(entry.compressedSize)
    guard hasDescriptor else {
      guard number32(header, 14) == entry.crc, isLarge || number32(header, 18) == entry.compressedSize,
        isLarge || number32(header, 22) == entry.size
      else { throw disagreement("has another size or checksum", at: offset) }
      return dataEnd
    }
    let bytes = try read(file, 24, at: dataEnd)
    let isSigned = number32(bytes, 0) == 0x0807_4B50
    let width = isLarge ? 8 : 4
    let rest = Array(bytes.dropFirst(isSigned ? 4 : 0))
    guard rest.count >= 4 + 2 * width, number32(rest, 0) == entry.crc,
      number(rest, 4, width) == entry.compressedSize, number(rest, 4 + width, width) == entry.size
    else { throw disagreement("has another size or checksum behind its data", at: offset) }
    return dataEnd + Int64((isSigned ? 4 : 0) + 4 + 2 * width)
  }

  private func disagreement(_ problem: String, at offset: Int64) -> ExportError {
    ExportError(
      place: path.string,
      problem:
        "the header at byte \(offset) \(problem), as the end of the archive says it does: the importer, which reads "
        + "from the front, would see another table")
  }

  /// Fewer bytes at the end of the file.
  private func read(_ file: FileDescriptor, _ count: Int, at offset: Int64) throws -> [UInt8] {
    do {
      return try [UInt8](unsafeUninitializedCapacity: count) { memory, done in
        done = 0
        while done < count {
          let more = try file.read(
            fromAbsoluteOffset: offset + Int64(done),
            into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: memory[done..<count])))
          if more == 0 { return }
          done += more
        }
      }
    } catch let error as Errno {
      throw SystemError("read", path.string, error)
    }
  }

  private func number16(_ bytes: [UInt8], _ offset: Int) -> Int { Int(number(bytes, offset, 2)) }
  private func number32(_ bytes: [UInt8], _ offset: Int) -> UInt64 { number(bytes, offset, 4) }

  /// Little-endian; all bits for bytes that are not there.
  private func number(_ bytes: [UInt8], _ offset: Int, _ width: Int) -> UInt64 {
    guard bytes.count >= offset + width else { return .max }
    return bytes[offset..<offset + width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
