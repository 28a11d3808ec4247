import Files
import Glibc

/// SIGINT and SIGTERM ask for a rollback; the second one ends the process as if it had been killed, which is safe too.
enum Signals {
  static let stop = StopFlag()

  /// Signals that end a program reach this one, although its parent may have blocked them: a process inherits the mask of
  /// the thread that starts it.
  static func unblock() {
    var mask = sigset_t()
    sigemptyset(&mask)
    for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] { sigaddset(&mask, signal) }
    pthread_sigmask(SIG_UNBLOCK, &mask, nil)
  }

  static func install() {
    // A global is made at its first use, which must not be in the handler.
    _ = stop
    // A file beyond the limit of the shell (ulimit -f) is an error of write like a full disk.
    _ = signal(SIGXFSZ, SIG_IGN)
    for signal in [SIGINT, SIGTERM] {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { Signals.stop.raise(signal: $0) }
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
      sigaction(signal, &action, nil)
    }
  }
}
