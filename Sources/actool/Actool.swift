import ArgumentParser
import BlockFile
import Files
import Glibc
import SystemPackage

@main
struct Actool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "actool",
    abstract: "Plans and runs compactions of Apache Accumulo tables on plain directories of RFiles.",
    discussion: """
      The commands pass records to each other as lines of JSON:

        actool plan tables/2 | actool compact

      Exit status: 0 done; 1 done, but something is wrong with the data or a job failed; 2 could not be done; 64 wrong \
      usage; 75 jobs failed that may be run again; 128+n ended by signal n.
      """,
    version: "actool \(Version.number) (\(CodecLibraries.summary))",
    subcommands: [
      Plan.self, Simulate.self, Compact.self, Write.self, Split.self, SalvageCommand.self, Verify.self,
      TabletsCommand.self, Balance.self,
      Info.self, Scan.self, Advise.self, Diff.self, Audit.self, CheckConfig.self, Ingest.self, ReportCommand.self,
    ])

  /// Parses, runs, and ends with the status that `ExitStatus` decides.
  ///
  /// Nothing is asynchronous: Swift's tasks need threads, and the system may refuse to create them (see
  /// `ThreadSupply`).
  static func main() {
    Signals.unblock()
    let isOutputOpen = StandardStreams.occupy()
    // Writing to a closed pipe fails with an error instead of raising a signal: see StandardOutput.
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
