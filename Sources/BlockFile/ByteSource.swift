import Files
import SystemPackage

/// The bytes of a file, readable at any offset: from the disk by `pread`, from a server, or from memory (tests, small files).
///
/// Not memory-mapped, because a file that shrinks while it is read must cause an error, not a signal. Several threads
/// can use it at the same time.
package final class ByteSource: Sendable {
  package let path: String
  /// The size of the file in bytes, as of opening it.
  package let count: Int64

  private enum Storage {
    case file(FileDescriptor)
    case remote(any RemoteFile)
    case memory([UInt8])
  }
  private let storage: Storage

  /// Opens a file, also one on a server. Throws `SystemError`, `RemoteError`, and `FileError` for anything but a regular
  /// file: opening a pipe would wait.
  package init(path: String) throws {
    self.path = RemotePath.shown(path)
    if let files = try RemotePath.files(with: FilePath(path)) {
      let file = try files.open(FilePath(path))
      storage = .remote(file)
      count = file.count
      return
    }
    do {
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
      storage = .file(file)
      do {
        switch try FileStatus.of(FilePath(path))?.kind {
        case .file?: break
        case .directory?: throw FileError(path: path, kind: .unsupported, cause: "a directory, not an RFile")
        default: throw FileError(path: path, kind: .unsupported, cause: "not a regular file")
        }
        count = try file.seek(offset: 0, from: .end)
      } catch {
        try? file.close()
        throw error
      }
    } catch let errno as Errno {
      throw SystemError("open", path, errno)
    }
  }

  /// Bytes in memory; `name` is used in messages.
  package init(bytes: [UInt8], name: String) {
    path = name
    count = Int64(bytes.count)
    storage = .memory(bytes)
  }

  deinit {
    if case .file(let file) = storage { try? file.close() }
  }

  /// Fills `buffer` from `offset` on. Throws `SystemError`, `RemoteError`, or `FileError` when the file ends before it is full.
  package func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws {
    guard offset >= 0, offset <= count, Int64(buffer.count) <= count - offset else {
      throw FileError(
        path: path, place: "offset \(offset)",
        cause: "expected \(buffer.count) bytes, found the end of the file at \(count)")
    }
    switch storage {
    case .memory(let bytes):
      bytes.withUnsafeBytes { buffer.copyMemory(from: .init(rebasing: $0[Int(offset)..<Int(offset) + buffer.count])) }
    case .remote(let file): try file.read(at: offset, into: buffer)
    case .file(let file):
      var done = 0
      while done < buffer.count {
        let got: Int
        do {
          got = try file.read(
            fromAbsoluteOffset: offset + Int64(done), into: .init(rebasing: buffer[done...]), retryOnInterrupt: true)
        } catch let errno as Errno {
          throw SystemError("read", path, errno)
        }
        guard got > 0 else {
          throw FileError(path: path, place: "offset \(offset)", cause: "the file became shorter while it was read")
        }
        done += got
      }
    }
  }

  /// A part of the file as an array. The caller must have checked that the count is reasonable.
  package func bytes(at offset: Int64, count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
      try read(at: offset, into: .init(start: buffer.baseAddress, count: count))
      used = count
    }
  }
}
