import Glibc

/// The descriptors 0 to 2. If one of them is closed (`>&-`), the next file to be opened gets its number, and a message
/// meant for the stream would end up in the middle of an RFile.
enum StandardStreams {
  /// Opens /dev/null in place of each closed stream, but the wrong way round: reading and writing still fail. Call this
  /// before anything else is opened.
  /// - Returns: whether standard output was open.
  static func occupy() -> Bool {
    var isOutputOpen = true
    for number in 0...2 as ClosedRange<Int32> where fcntl(number, F_GETFD) < 0 && errno == EBADF {
      if number == 1 { isOutputOpen = false }
      // The system assigns the lowest free number, which is this one.
      guard open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY) == number else { exit(ExitStatus.failed.code) }
    }
    return isOutputOpen
  }
}
