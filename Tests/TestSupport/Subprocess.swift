internal import Glibc

/// Another process, started by a test. Its output goes to files, so it never waits for a reader.
package final class Subprocess: Sendable {
  package struct Outcome: Sendable {
    /// Exit status, or nil when a signal ended it.
    package var status: Int32?
    package var signal: Int32?
    package var stdout: String
    package var stderr: String
  }

  package let pid: Int32
  private let stdoutPath: String
  private let stderrPath: String

  /// Starts a program. `stdin` is the path of a file to read, `environment` is added to the test's own.
  package init(
    _ program: String, _ arguments: [String], stdin: String = "/dev/null", environment: [String: String] = [:],
    directory: String? = nil
  ) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    stdoutPath = Self.temporary()
    stderrPath = Self.temporary()
    posix_spawn_file_actions_addopen(&actions, 0, stdin, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, stdoutPath, O_WRONLY | O_TRUNC, 0)
    posix_spawn_file_actions_addopen(&actions, 2, stderrPath, O_WRONLY | O_TRUNC, 0)
    var variables: [String] = []
    var next = environ
    while let variable = next.pointee {
      let text = String(cString: variable)
      if !environment.keys.contains(where: { text.hasPrefix($0 + "=") }) { variables.append(text) }
      next += 1
    }
    variables += environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let command = (directory.map { ["/usr/bin/env", "--chdir=" + $0] } ?? []) + [program] + arguments
    var argv: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
    defer { for text in argv + envp { free(text) } }
    var child: pid_t = 0
    let status = posix_spawn(&child, command[0], &actions, nil, &argv, &envp)
    guard status == 0 else { fatalError("cannot start \(program): \(status)") }
    pid = child
  }

  /// Waits for its end. Call it once.
  package func wait() -> Outcome {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    defer {
      unlink(stdoutPath)
      unlink(stderrPath)
    }
    let signal = status & 0x7f
    return Outcome(
      status: signal == 0 ? (status >> 8) & 0xff : nil, signal: signal == 0 ? nil : signal,
      stdout: Self.text(of: stdoutPath), stderr: Self.text(of: stderrPath))
  }

  package func send(_ signal: Int32) { _ = kill(pid, signal) }

  /// What it printed so far.
  package var stdoutSoFar: String { Self.text(of: stdoutPath) }
  package var stderrSoFar: String { Self.text(of: stderrPath) }

  /// Runs a program to its end.
  package static func run(
    _ program: String, _ arguments: [String], stdin: String = "/dev/null", environment: [String: String] = [:],
    directory: String? = nil
  ) -> Outcome {
    Subprocess(program, arguments, stdin: stdin, environment: environment, directory: directory).wait()
  }

  /// The binary that was built beside the tests.
  package static var actool: String {
    var path = [CChar](repeating: 0, count: 4096)
    let length = readlink("/proc/self/exe", &path, path.count - 1)
    var directory = length > 0 ? String(decoding: path.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self) : ""
    // The tests can be run by the toolchain's own program: then the arguments name the bundle.
    for candidate in [directory] + CommandLine.arguments {
      directory = candidate.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
      if access(directory + "/actool", X_OK) == 0 { return directory + "/actool" }
    }
    fatalError("no actool beside the tests: \(CommandLine.arguments)")
  }

  private static func temporary() -> String {
    var template = Array("/tmp/actool-output-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { fatalError("no temporary file: \(errno)") }
    close(descriptor)
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func text(of path: String) -> String {
    guard let stream = fopen(path, "r") else { return "" }
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while case let count = fread(&chunk, 1, chunk.count, stream), count > 0 { bytes += chunk[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
