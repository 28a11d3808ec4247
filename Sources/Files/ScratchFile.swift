internal import Glibc
internal import Synchronization
package import SystemPackage

/// Space on a disk for what does not fit into memory. Safe to use from several threads.
///
/// The file is unlinked as soon as it is open, so the kernel frees it when the process ends, however that happens.
package final class ScratchFile: Sendable {
  private let file: FileDescriptor
  private let name: String
  private let end = Atomic<Int64>(0)

  /// A process that is killed between creating and unlinking one leaves a name that begins so.
  package static let prefix = ".actool-scratch-"

  /// Creates an empty file in `directory`. Throws `SystemError`.
  package init(in directory: FilePath, on disk: Disk = Disk()) throws {
    let path = directory.appending(Self.prefix + "\(getpid())-\(UInt64.random(in: 0 ... .max))")
    name = path.string
    do {
      try disk.willMake(.create, at: path)
      file = try FileDescriptor.open(
        path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: [.ownerReadWrite])
    } catch let errno as Errno {
      throw SystemError("create a scratch file", path.string, errno)
    }
    do { try disk.remove(path) } catch {
      try? file.close()
      throw error
    }
  }

  deinit { try? file.close() }

  /// Bytes written so far.
  package var count: Int64 { end.load(ordering: .relaxed) }

  /// Writes bytes to a place of their own and returns its offset. Throws `SystemError`.
  package func append(_ bytes: UnsafeRawBufferPointer) throws -> Int64 {
    let offset = end.add(Int64(bytes.count), ordering: .relaxed).oldValue
    do { _ = try file.writeAll(toAbsoluteOffset: offset, bytes) } catch let errno as Errno {
      throw SystemError("write", name, errno)
    }
    return offset
  }

  /// Writes bytes to a place of their owner's choice; for files that have one owner. Throws `SystemError`.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
    do { _ = try file.writeAll(toAbsoluteOffset: offset, bytes) } catch let errno as Errno {
      throw SystemError("write", name, errno)
    }
  }

  /// Fills `buffer` with the bytes at `offset`. Throws `SystemError`.
  package func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws {
    var done = 0
    while done < buffer.count {
      let count: Int
      do {
        count = try file.read(
          fromAbsoluteOffset: offset + Int64(done), into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
      } catch let errno as Errno {
        throw SystemError("read", name, errno)
      }
      guard count > 0 else { throw SystemError("read", name, .ioError) }
      done += count
    }
  }
}
