public import SystemPackage

/// A system call that failed: the world's fault, not the input's.
public struct SystemError: Error, CustomStringConvertible, Equatable {
  /// What was tried, as a verb: "open", "read", "rename".
  public var operation: String
  public var path: String
  public var errno: Errno

  public init(_ operation: String, _ path: String, _ errno: Errno) {
    self.operation = operation
    self.path = path
    self.errno = errno
  }

  /// `cannot open tables/2/t-1/F0001.rf: No such file or directory`
  public var description: String { "cannot \(operation) \(path): \(errno.description)" }
}
