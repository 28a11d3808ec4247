import Glibc
import Synchronization

/// Runs a program to its end.
enum ChildProcess {
  struct Outcome {
    /// What it wrote to standard output.
    var output: [UInt8] = []
    /// Peak memory in bytes.
    var peakMemory = 0
    /// CPU time in seconds.
    var cpu = 0.0
    /// Seconds from start to end.
    var wall = 0.0
  }

  /// Runs this program again.
  static func ofBench(_ arguments: [String], output: String? = nil) throws -> Outcome {
    try run(program, arguments, output: output)
  }

  private static let program: String = {
    guard let path = realpath("/proc/self/exe", nil) else { return CommandLine.arguments[0] }
    defer { free(path) }
    return String(cString: path)
  }()

  /// Runs `program`, which is searched for in PATH. Standard input comes from the file `input`, and standard output
  /// goes to the file `output`, where these are given. Otherwise there is no input, and the output is part of the
  /// outcome. `quiet` drops the program's messages. Throws `BenchError` when the program cannot be started or does not
  /// end with status 0, and `Interruption` after a signal, once the program has ended.
  static func run(
    _ program: String, _ arguments: [String], input: String = "/dev/null", output: String? = nil, quiet: Bool = false
  ) throws -> Outcome {
    var pipe: (read: Int32, write: Int32) = (-1, -1)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    if quiet { posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) }
    if let output {
      posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    } else {
      pipe = try makePipe()
      posix_spawn_file_actions_adddup2(&actions, pipe.write, 1)
      posix_spawn_file_actions_addclose(&actions, pipe.read)
      posix_spawn_file_actions_addclose(&actions, pipe.write)
    }
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }

    let start = Instant.now
    var child: pid_t = 0
    let status = posix_spawnp(&child, program, &actions, nil, &words, environ)
    if output == nil { close(pipe.write) }
    defer { if output == nil { close(pipe.read) } }
    guard status == 0 else { throw BenchError("\(program) cannot be started: \(String(cString: strerror(status)))") }
    var outcome = Outcome()
    if output == nil { outcome.output = readAll(pipe.read, from: child) }
    try wait(for: child, program, arguments, &outcome)
    outcome.wall = Instant.now.wall - start.wall
    return outcome
  }

  private static func makePipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw BenchError("no pipe: \(String(cString: strerror(errno)))") }
    return (ends[0], ends[1])
  }

  private static func readAll(_ descriptor: Int32, from child: pid_t) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &piece, piece.count)
      if count > 0 { bytes += piece[..<count] }
      if count == 0 || count < 0 && errno != EINTR { return bytes }
      if Interruption.happened { kill(child, SIGTERM) }
    }
  }

  private static func wait(for child: pid_t, _ program: String, _ arguments: [String], _ outcome: inout Outcome) throws
  {
    var status: Int32 = 0
    var usage = rusage()
    while wait4(child, &status, 0, &usage) < 0, errno == EINTR {
      if Interruption.happened { kill(child, SIGTERM) }
    }
    if Interruption.happened { throw Interruption() }
    guard status == 0 else {
      let how = status & 0x7f == 0 ? "status \((status >> 8) & 0xff)" : "signal \(status & 0x7f)"
      throw BenchError("\(program) \(arguments.joined(separator: " ")) ended with \(how)")
    }
    outcome.peakMemory = usage.ru_maxrss << 10
    for time in [usage.ru_utime, usage.ru_stime] { outcome.cpu += Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
  }
}

/// A signal asked this program to end: the child is ended and files are removed.
struct Interruption: Error, CustomStringConvertible {
  private static let flag = Atomic<Bool>(false)

  var description: String { "interrupted" }

  static var happened: Bool { flag.load(ordering: .relaxed) }

  /// From now on, a signal ends only the children, and then the wait for them throws. Children do not inherit this.
  static func watch() {
    // A global is initialised at its first use, which must not happen in the handler.
    _ = happened
    // The parent of this process may have blocked these signals.
    var mask = sigset_t()
    sigemptyset(&mask)
    for signal in [SIGINT, SIGTERM, SIGHUP] {
      sigaddset(&mask, signal)
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { _ in Interruption.flag.store(true, ordering: .relaxed) }
      sigaction(signal, &action, nil)
    }
    pthread_sigmask(SIG_UNBLOCK, &mask, nil)
  }
}
