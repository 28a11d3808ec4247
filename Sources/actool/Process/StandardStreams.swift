import Glibc

/// The descriptors 0 to 2. A file that gets one of these numbers because it was closed (`>&-`) would also get what is
/// meant for the stream: a message in the middle of an RFile.
enum StandardStreams {
  /// To be called before anything else is opened. Puts /dev/null where a stream is closed, opened the wrong way round, so
  /// that reading and writing fail as they would have.
  /// - Returns: whether standard output was open.
  static func occupy() -> Bool {
    var isOutputOpen = true
    for number in 0...2 as ClosedRange<Int32> where fcntl(number, F_GETFD) < 0 && errno == EBADF {
      if number == 1 { isOutputOpen = false }
      // The lowest free number is taken, which is this one.
      guard open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY) == number else { exit(ExitStatus.failed.code) }
    }
    return isOutputOpen
  }
}
