// Where this room calls libc.

internal import Glibc
internal import SystemPackage

/// Repeats a call as long as signals interrupt it.
func uninterrupted<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}

func lastErrno() -> Errno { Errno(rawValue: errno) }

func open(_ path: FilePath, _ flags: Int32, _ mode: UInt32, _ operation: String) throws -> Int32 {
  let descriptor = path.withPlatformString { text in uninterrupted { systemOpen(text, flags, mode_t(mode)) } }
  guard descriptor >= 0 else { throw SystemError(operation, path, lastErrno()) }
  return descriptor
}

/// Returns 0 or the errno, and nil when the kernel, libc or the file system does not support the call.
func renameNoReplace(_ source: UnsafePointer<CChar>, _ target: UnsafePointer<CChar>) -> Int32? {
  typealias Renameat2 = @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
  // libc has had it since 2.28, but Swift's import of libc lacks it.
  guard let symbol = dlsym(nil, "renameat2") else { return nil }
  let noReplace: UInt32 = 1
  guard unsafeBitCast(symbol, to: Renameat2.self)(AT_FDCWD, source, AT_FDCWD, target, noReplace) != 0 else { return 0 }
  return errno == EINVAL || errno == ENOSYS || errno == ENOTSUP ? nil : errno
}

/// Copies bytes within the kernel, from where both files stand. Returns how many, 0 at the end, -1 with an errno; nil when
/// libc lacks the call.
func copyRange(_ source: Int32, _ target: Int32, _ count: Int) -> Int? {
  typealias CopyFileRange =
    @convention(c) (
      Int32, UnsafeMutableRawPointer?, Int32, UnsafeMutableRawPointer?, Int, UInt32
    ) -> Int
  // libc has had it since 2.27, but Swift's import of libc lacks it.
  guard let symbol = dlsym(nil, "copy_file_range") else { return nil }
  return uninterrupted { unsafeBitCast(symbol, to: CopyFileRange.self)(source, nil, target, nil, count, 0) }
}

/// Locks a file that is open for writing against all other open file descriptions. Fails at once when another one holds
/// the lock.
func lockWholeFile(_ descriptor: Int32) -> Int32 {
  var range = flock()
  range.l_type = Int16(F_WRLCK)
  range.l_whence = Int16(SEEK_SET)
  // F_OFD_SETLK, which Swift's import of libc lacks.
  let setLock: Int32 = 37
  return fcntl(descriptor, setLock, &range)
}

// libc's functions under names that do not clash with the methods that call them.
func systemOpen(_ path: UnsafePointer<CChar>, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }
func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
func linkFile(_ source: UnsafePointer<CChar>, _ target: UnsafePointer<CChar>) -> Int32 { link(source, target) }
func renameFile(_ source: UnsafePointer<CChar>, _ target: UnsafePointer<CChar>) -> Int32 { rename(source, target) }
func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }
