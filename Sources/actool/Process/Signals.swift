import Files
import Glibc

/// SIGINT and SIGTERM ask for a rollback. A second one ends the process as if it had been killed, which is also safe.
enum Signals {
  static let stop = StopFlag()

  /// Lets the signals that end a program reach this one. Its parent may have blocked them, and a process inherits the
  /// mask of the thread that starts it.
  static func unblock() {
    var mask = sigset_t()
    sigemptyset(&mask)
    for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] { sigaddset(&mask, signal) }
    pthread_sigmask(SIG_UNBLOCK, &mask, nil)
  }

  static func install() {
    // A global is initialised at its first use, and that must not happen in the handler.
    _ = stop
    // A file beyond the shell's limit (ulimit -f) then makes the write fail, like a full disk.
    _ = signal(SIGXFSZ, SIG_IGN)
    for signal in [SIGINT, SIGTERM] {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { Signals.stop.raise(signal: $0) }
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
      sigaction(signal, &action, nil)
    }
  }
}
