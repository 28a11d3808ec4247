import Files
import Glibc
import Synchronization
import SystemPackage

/// Faults for the crash tests: `ACTOOL_TEST_FAULT` makes the process do something at the n-th change of the disk, or
/// makes threads unavailable.
///
///     list       writes each change to standard error
///     step       the same, and stops the process there, until it gets SIGCONT
///     5:kill     kills the process before the fifth change (in the middle of it, when it is a write)
///     5:ENOSPC   fails the fifth change, and only that
///     5:EIO
///     5:stop     stops the process there, until it gets SIGCONT
///     threads    writes a line to standard error for each new thread
///     5:thread   the fifth thread cannot be created
///     5:threads  the fifth thread and all after it cannot be created
///
/// Where changes are counted or listed, all is done by one thread, so that they come in the same order each time. Without
/// the variable, disk and threads are the system's own.
enum TestFault {
  static func disk() -> Disk {
    if text == "list" { return Disk { change, path in Messages.write("change: \(change.rawValue) \(path)") } }
    if text == "step" {
      return Disk { change, path in
        Messages.write("change: \(change.rawValue) \(path)")
        raise(SIGSTOP)
      }
    }
    guard let (number, action) = numbered, !action.hasPrefix("thread") else { return Disk() }
    let counter = Counter()
    return Disk { change, path in
      guard counter.next() == number else { return }
      switch action {
      case "kill": kill(getpid(), SIGKILL)
      // To this thread: if another one received the signal, this one could go on for a moment.
      case "stop": raise(SIGSTOP)
      case "ENOSPC": throw SystemError(change.rawValue, path.string, .noSpace)
      default: throw SystemError(change.rawValue, path.string, .ioError)
      }
    }
  }

  /// The source of all threads of this process but the first.
  static let threads: ThreadSupply = {
    if text == "threads" {
      return ThreadSupply {
        Messages.write("thread")
        return true
      }
    }
    if text == "step" || text == "list" { return ThreadSupply { false } }
    guard let (number, action) = numbered else { return ThreadSupply() }
    guard action.hasPrefix("thread") else { return ThreadSupply { false } }
    let counter = Counter()
    return ThreadSupply {
      let next = counter.next()
      return action == "thread" ? next != number : next < number
    }
  }()

  private static var text: String? { Environment.value(of: "ACTOOL_TEST_FAULT") }

  /// `5:EIO`
  private static var numbered: (number: Int, action: String)? {
    let parts = (text ?? "").split(separator: ":")
    guard parts.count == 2, let number = Int(parts[0]) else { return nil }
    return (number, String(parts[1]))
  }
}

private final class Counter: Sendable {
  private let count = Atomic(0)

  func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
