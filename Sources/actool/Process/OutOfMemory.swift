import CMemory

/// When the system has no memory left for this process, it ends with one line and the status for "could not be done".
/// Like a kill, that can leave a job's files behind, which the next run removes.
enum OutOfMemory {
  private static let message: StaticString =
    "actool: out of memory; use less with --threads and --memory, or raise the limit (ulimit -v, or the container's)\n"

  static func endsProcess() {
    message.withUTF8Buffer { text in
      // A static string ends in a zero and lives forever.
      guard let start = text.baseAddress else { return }
      end_when_out_of_memory(UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self), ExitStatus.failed.code)
    }
  }
}
