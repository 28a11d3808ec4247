import Files
import Glibc
import Synchronization
import SystemPackage

/// What the tests of crashes need: `ACTOOL_TEST_FAULT` makes the process do something at the n-th change of the disk.
///
///     list       writes each change to standard error
///     5:kill     kills the process before the fifth change (in the middle of it, when it is a write)
///     5:ENOSPC   fails the fifth change, and only that
///     5:EIO
///     5:stop     stops the process there, until it gets SIGCONT
///
/// Without the variable it is the plain disk.
enum TestFault {
  static func disk() -> Disk {
    guard let text = getenv("ACTOOL_TEST_FAULT").map({ String(cString: $0) }) else { return Disk() }
    if text == "list" { return Disk { change, path in Messages.write("change: \(change.rawValue) \(path)") } }
    let parts = text.split(separator: ":")
    guard parts.count == 2, let number = Int(parts[0]) else { return Disk() }
    let (counter, action) = (ChangeCounter(), String(parts[1]))
    return Disk { change, path in
      guard counter.next() == number else { return }
      switch action {
      case "kill": kill(getpid(), SIGKILL)
      // To this thread: another might take the signal, and this one go on until that is scheduled.
      case "stop": raise(SIGSTOP)
      case "ENOSPC": throw SystemError(change.rawValue, path.string, .noSpace)
      default: throw SystemError(change.rawValue, path.string, .ioError)
      }
    }
  }
}

private final class ChangeCounter: Sendable {
  private let count = Atomic(0)

  func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
