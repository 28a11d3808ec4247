internal import Glibc
package import SystemPackage

/// A file that is written at its end, by one thread at a time.
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

  /// Drops all bytes behind the first `count`; what is written next follows them. For a file that was opened again.
  package func goOn(behind count: Int64) throws {
    try disk.willMake(.truncate, at: path)
    guard uninterrupted({ ftruncate(descriptor, Int(count)) }) == 0, lseek(descriptor, Int(count), SEEK_SET) == count
    else { throw SystemError("shorten", path, lastErrno()) }
  }

  /// Appends all of another file, sharing its blocks where the file system can. `beat` is called before each piece.
  func append(contentsOf source: FilePath, beat: () throws -> Void) throws {
    let input = try open(source, O_RDONLY | O_CLOEXEC, 0, "open")
    defer { _ = systemClose(input) }
    var isBegun = false
    while true {
      try beat()
      try disk.willMake(.write, at: path)
      guard let count = copyRange(input, descriptor, 64 << 20) else { return try appendBytes(of: input, source, beat) }
      // Some file systems say so of a file with bytes.
      if count == 0 { return isBegun ? () : try appendBytes(of: input, source, beat) }
      if count > 0 {
        isBegun = true
        continue
      }
      let error = lastErrno()
      guard [.improperLink, .invalidArgument, .noFunction, .notSupported].contains(error) else {
        throw SystemError("copy \(source.string) to", path.string, error)
      }
      return try appendBytes(of: input, source, beat)
    }
  }

  private func appendBytes(of input: Int32, _ source: FilePath, _ beat: () throws -> Void) throws {
    var chunk = [UInt8](repeating: 0, count: 8 << 20)
    while true {
      try beat()
      let count = chunk.withUnsafeMutableBytes { memory in
        uninterrupted { read(input, memory.baseAddress, memory.count) }
      }
      guard count >= 0 else { throw SystemError("read", source.string, lastErrno()) }
      if count == 0 { return }
      try chunk.withUnsafeBytes { try write(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
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
