package import Glibc

/// The outcome of a command.
package struct CommandOutcome: Sendable {
  package var stdout: [UInt8]
  package var stderr: String
  /// The exit status, or 128 + n when signal n ended it.
  package var status: Int32

  package var output: String { String(decoding: stdout, as: UTF8.self) }
  package var lines: [Substring] { output.split(separator: "\n") }
}

/// Runs the built `actool` in a fresh directory, which is removed with the runner.
///
///     let actool = CommandRunner()
///     actool.write("a.properties", "table.file.max=3\n")
///     let outcome = actool.run("plan", "--config", "a.properties", stdin: records)
///     #expect(outcome.status == 0)
package final class CommandRunner: Sendable {
  /// The working directory of the commands.
  package let directory: String

  /// The binary is beside the test bundle, in the same build directory.
  package static let binary: String = {
    let bundle = CommandLine.arguments[0]
    let folder = bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let path = (folder.isEmpty ? "." : folder) + "/actool"
    precondition(access(path, X_OK) == 0, "no actool beside \(bundle)")
    return path
  }()

  package init() {
    var template = Array(((getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp") + "/actool-XXXXXX").utf8CString)
    precondition(mkdtemp(&template) != nil, "no temporary directory: errno \(errno)")
    directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { _ = Self.launch("/bin/rm", ["-rf", directory], in: nil, stdin: "/dev/null", to: nil).map(Self.wait) }

  /// The full path of a file in the directory.
  package func path(_ name: String) -> String { directory + "/" + name }

  /// Creates a file in the directory, and the folders of its path.
  package func write(_ name: String, _ bytes: [UInt8]) {
    let folders = name.split(separator: "/").dropLast()
    for count in 0..<folders.count { mkdir(path(folders[...count].joined(separator: "/")), 0o755) }
    let file = open(path(name), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    precondition(file >= 0, "cannot create \(name): errno \(errno)")
    defer { close(file) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      precondition(count > 0, "cannot write \(name): errno \(errno)")
      rest = rest.dropFirst(count)
    }
  }

  package func write(_ name: String, _ text: String) { write(name, Array(text.utf8)) }

  /// The bytes of a file in the directory; nil if it does not exist.
  package func read(_ name: String) -> [UInt8]? { Self.contents(path(name)) }

  /// Names in the directory, or in a folder of it, sorted.
  package func names(in folder: String = "") -> [String] {
    guard let stream = opendir(path(folder)) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Runs the command to its end.
  package func run(_ arguments: String..., stdin: [UInt8] = []) -> CommandOutcome {
    start(arguments, stdin: stdin).wait()
  }

  package func run(_ arguments: String..., stdin: String) -> CommandOutcome {
    start(arguments, stdin: Array(stdin.utf8)).wait()
  }

  package func run(
    _ arguments: [String], stdin: [UInt8] = [], environment: [String: String] = [:]
  ) -> CommandOutcome { start(arguments, stdin: stdin, environment: environment).wait() }

  /// Starts the command and returns immediately.
  ///
  /// `environment` is added to the test's own.
  package func start(
    _ arguments: [String], stdin: [UInt8] = [], environment: [String: String] = [:]
  ) -> RunningCommand {
    let streams = Self.streams()
    let input = streams + ".in"
    writeOutside(input, stdin)
    let settings = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let (program, words) =
      settings.isEmpty ? (Self.binary, arguments) : ("/usr/bin/env", settings + [Self.binary] + arguments)
    guard let process = Self.launch(program, words, in: directory, stdin: input, to: streams) else {
      preconditionFailure("cannot start \(Self.binary): errno \(errno)")
    }
    return RunningCommand(process: process, streams: streams)
  }

  /// Runs a line of `sh` in the directory, with `actool` on the path: for pipes.
  package func shell(_ line: String, stdin: [UInt8] = []) -> CommandOutcome {
    let folder = Self.binary.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let streams = Self.streams()
    writeOutside(streams + ".in", stdin)
    let line = "PATH='\(folder)':$PATH; " + line
    guard
      let process = Self.launch("/bin/sh", ["-c", line], in: directory, stdin: streams + ".in", to: streams)
    else { preconditionFailure("cannot start sh: errno \(errno)") }
    return RunningCommand(process: process, streams: streams).wait()
  }

  /// Standard input and output are files outside the directory: nothing can block, and the directory holds only the
  /// command's files.
  private static func streams() -> String {
    var template = Array("/tmp/actool-streams-XXXXXX".utf8CString)
    let file = mkstemp(&template)
    precondition(file >= 0, "no temporary file: errno \(errno)")
    close(file)
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private func writeOutside(_ path: String, _ bytes: [UInt8]) {
    guard let file = fopen(path, "w") else { preconditionFailure("cannot create \(path): errno \(errno)") }
    precondition(fwrite(bytes, 1, bytes.count, file) == bytes.count, "cannot write \(path)")
    fclose(file)
  }

  private static func launch(
    _ program: String, _ arguments: [String], in directory: String?, stdin: String, to streams: String?
  ) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, stdin, O_RDONLY, 0)
    for (number, suffix) in [(Int32(1), ".out"), (2, ".err")] {
      let path = streams.map { $0 + suffix } ?? "/dev/null"
      posix_spawn_file_actions_addopen(&actions, number, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    }
    // The program's path can be relative to the current directory. The shell changes to the other one and becomes the
    // program.
    guard let absolute = realpath(program, nil) else { return nil }
    defer { free(absolute) }
    var words = [String(cString: absolute)] + arguments
    if let directory { words = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, directory] + words }
    var argv = words.map { strdup($0) } + [nil]
    defer { for argument in argv { free(argument) } }
    var process: pid_t = 0
    return posix_spawn(&process, argv[0]!, &actions, nil, &argv, environ) == 0 ? process : nil
  }

  static func wait(_ process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  }

  static func contents(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&block, 1, block.count, file)
      if count == 0 { return bytes }
      bytes += block[..<count]
    }
  }
}

/// A command that was started and not yet waited for.
package struct RunningCommand: Sendable {
  package let process: pid_t
  let streams: String

  package func signal(_ number: Int32) { kill(process, number) }

  /// What it has written to standard error so far.
  package var messages: String { String(decoding: CommandRunner.contents(streams + ".err") ?? [], as: UTF8.self) }

  /// What it has written to standard output so far.
  package var outputSoFar: [UInt8] { CommandRunner.contents(streams + ".out") ?? [] }

  /// Waits until the command stops itself or ends. Returns whether it has stopped: then `signal(SIGCONT)` lets it go on.
  package func waitForStop() -> Bool {
    var status: Int32 = 0
    var info = siginfo_t()
    while waitid(P_PID, id_t(process), &info, WSTOPPED | WEXITED | WNOWAIT) < 0, errno == EINTR {}
    guard info.si_code == CLD_STOPPED else { return false }
    return waitpid(process, &status, WUNTRACED) == process
  }

  /// Waits for its end. Call it once.
  package func wait() -> CommandOutcome {
    let status = CommandRunner.wait(process)
    let outcome = CommandOutcome(
      stdout: CommandRunner.contents(streams + ".out") ?? [], stderr: messages, status: status)
    for suffix in ["", ".in", ".out", ".err"] { unlink(streams + suffix) }
    return outcome
  }
}
