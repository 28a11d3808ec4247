import ArgumentParser
import BlockFile
import Files
import Glibc
import SystemPackage

@main
struct Actool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "actool",
    abstract: "Plans and runs compactions of Apache Accumulo's RFiles, on plain directories.",
    discussion: """
      Records flow between the commands as lines of JSON:

        actool plan tables/2 | actool compact

      Status: 0 done; 1 done, and something was found to be wrong; 2 could not do it; 64 wrong usage; 128+n ended by signal n.
      """,
    version: "actool 0.1.0 (\(CodecLibraries.summary))",
    subcommands: [
      Plan.self, Compact.self, Verify.self, TabletsCommand.self, Balance.self, Info.self, Scan.self, Diff.self,
      CheckConfig.self, Ingest.self,
    ])

  /// Parses, runs, and ends with a status that only `ExitStatus` decides.
  ///
  /// Nothing is asynchronous: Swift's tasks would need threads, which may not be there (see `ThreadSupply`).
  static func main() {
    Signals.unblock()
    let isOutputOpen = StandardStreams.occupy()
    // A closed pipe is an error of write, not a signal: see StandardOutput.
    signal(SIGPIPE, SIG_IGN)
    OpenFiles.allowMany()
    OutOfMemory.endsProcess()
    do {
      guard isOutputOpen else { throw SystemError("write", "standard output", .badFileDescriptor) }
      try Arguments.checkText()
      var command = try parseAsRoot()
      try command.run()
    } catch {
      ExitStatus.end(after: error, of: Arguments.command)
    }
  }
}
