import ArgumentParser
import Planning
import Records
import Settings

struct CheckConfig: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-config",
    abstract: "Tells whether a configuration of compaction services is sound, and what it makes.",
    discussion: """
      Prints one record for each sound service, with its executors in the order of their sizes; what is wrong goes to standard error, and \
      the status is 1. The services default, meta and root are always checked, with Accumulo's defaults for what the file leaves out.

        actool check-config accumulo.properties
      """)

  @Argument(help: "A Java properties file, or what `config` prints in Accumulo's shell.")
  var file: String

  func run() throws {
    var configuration = Configuration()
    configuration.add(try ConfigurationSource(path: file))
    let check = ConfigurationCheck(configuration.settings())
    let output = StandardOutput()
    var line = JSONLine()
    for service in check.services { service.write(to: &line) }
    try output.write(line.bytes)
    try output.flush()
    if check.onlyDefaults {
      Messages.write(
        "actool check-config: \(file): defines no compaction services beside Accumulo's own: default, meta, root")
    }
    for problem in check.problems { Messages.write("actool check-config: \(file): \(problem.reason)") }
    if !check.isSound { throw ExitStatus.found }
  }
}
