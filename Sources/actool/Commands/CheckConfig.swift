import ArgumentParser
import Planning
import Records
import Settings

struct CheckConfig: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-config",
    abstract: "Checks a configuration of compaction services and shows the services it defines.",
    discussion: """
      Prints one record for each sound service, with its executors in order of size. Problems go to standard error, \
      and the exit status is then 1. The services default, meta and root are always checked, with Accumulo's defaults \
      where the file sets nothing.

        actool check-config accumulo.properties
      """)

  @Argument(help: "A Java properties file, or the output of `config` in Accumulo's shell.")
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
        "actool check-config: \(file): defines no compaction services besides Accumulo's own: default, meta, root")
    }
    for problem in check.problems { Messages.write("actool check-config: \(file): \(problem.reason)") }
    if !check.isSound { throw ExitStatus.found }
  }
}
