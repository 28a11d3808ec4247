internal import Glibc
package import SystemPackage

/// A new file, written from its start, by one thread at a time.
package final class OutputFile {
  package let path: FilePath
  private let disk: Disk
  private var descriptor: Int32

  init(path: FilePath, descriptor: Int32, disk: Disk) {
    self.path = path
    self.descriptor = descriptor
    self.disk = disk
  }

  deinit { if descriptor >= 0 { _ = systemClose(descriptor) } }

  /// Appends all bytes.
  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    let half = disk.isWatched ? bytes.count / 2 : 0
    if half > 0 { try append(UnsafeRawBufferPointer(rebasing: bytes[..<half])) }
    try disk.willMake(.write, at: path)
    try append(UnsafeRawBufferPointer(rebasing: bytes[half...]))
  }

  /// On return all bytes written so far are on the disk.
  package func sync() throws {
    try disk.willMake(.sync, at: path)
    guard uninterrupted({ fsync(descriptor) }) == 0 else { throw SystemError("sync", path, lastErrno()) }
  }

  /// Closes the file. Throws late write errors; NFS reports a full disk here.
  package func close() throws {
    let closing = descriptor
    descriptor = -1
    // On Linux an interrupted close has still released the descriptor: never close twice.
    guard systemClose(closing) == 0 || errno == EINTR else { throw SystemError("close", path, lastErrno()) }
  }

  package func status() throws -> FileStatus { try FileStatus(of: descriptor, path) }

  private func append(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      let written = uninterrupted { systemWrite(descriptor, rest.baseAddress, rest.count) }
      guard written > 0 else {
        throw SystemError("write", path, written == 0 ? .noSpace : lastErrno())
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }
}
