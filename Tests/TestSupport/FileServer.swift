internal import Glibc

/// A server of files on this machine, which can be told to misbehave: see Tests/Servers/server.py. It ends with the value.
package final class FileServer: Sendable {
  package let port: Int
  private let process: Subprocess

  private static let python: String? = ["/usr/bin/python3", "/usr/local/bin/python3"].first { access($0, X_OK) == 0 }

  /// Whether there is one. Tests that need it are skipped otherwise.
  package static let isAvailable = python != nil
  package static let missing = "python3 is not installed"

  /// - Parameters:
  ///   - directory: whose files are served.
  ///   - credentials: `ID:SECRET:TOKEN`, with which requests to S3 must be signed.
  package init(_ directory: String, credentials: String? = nil) {
    process = Subprocess(
      Self.python ?? "/usr/bin/python3",
      ["\(Fixtures.root)/Tests/Servers/server.py", directory] + (credentials.map { [$0] } ?? []))
    var port: Int?
    for _ in 0..<3000 where port == nil {
      usleep(10_000)
      port = process.stdoutSoFar.hasSuffix("\n") ? Int(process.stdoutSoFar.dropLast()) : nil
    }
    self.port = port ?? 0
  }

  deinit {
    process.send(SIGKILL)
    _ = process.wait()
  }

  package var host: String { "127.0.0.1:\(port)" }
}
