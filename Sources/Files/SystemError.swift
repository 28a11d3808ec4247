package import SystemPackage

/// A system call that failed. The system is at fault, not the input.
package struct SystemError: Error, CustomStringConvertible, Equatable {
  /// What was tried, as a verb: "open", "read", "rename".
  package var operation: String
  package var path: String
  package var errno: Errno

  package init(_ operation: String, _ path: String, _ errno: Errno) {
    self.operation = operation
    self.path = path
    self.errno = errno
  }

  /// The path becomes text here and not at the call, where `lastErrno()` is taken: libc's allocator may change errno even
  /// when it succeeds.
  init(_ operation: String, _ path: FilePath, _ errno: Errno) {
    self.init(operation, path.string, errno)
  }

  /// `cannot open tables/2/t-1/F0001.rf: No such file or directory`
  package var description: String { "cannot \(operation) \(RemotePath.shown(path)): \(errno.description)\(advice)" }

  /// What to do, where the text of the system does not suggest it.
  private var advice: String {
    switch errno {
    case .tooManyOpenFiles:
      "; a merge keeps all its inputs open: allow more files with ulimit -n, or merge fewer at once"
    case .tooManyOpenFilesInSystem: " on this machine; raise fs.file-max, or end other programs"
    default: ""
    }
  }
}
