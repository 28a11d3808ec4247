import ArgumentParser
import Planning
import Records
import Settings

struct CheckConfig: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-config",
    abstract: "Checks a configuration of compaction services and shows the services it defines.",
    discussion: """
      Prints one record for each sound service, with its executors in the order of their sizes; what is wrong goes to standard error, and \
      the status is 1. The services that Accumulo defines itself are always checked, with its defaults for what the file leaves out: \
      default, meta and root of 2.1, default of 4.0. In 4.0 one bad service stops all compactions of a cluster.

        actool check-config accumulo.properties
        actool check-config --accumulo 4.0 accumulo.properties
        actool check-config --migrate accumulo.properties > accumulo4.properties
      """)

  @Argument(help: "A Java properties file, or the output of `config` in Accumulo's shell.")
  var file: String

  @OptionGroup var version: VersionOption

  @Flag(help: "Print what the settings of 2.1 become in 4.0, as a properties file with the reasons; check nothing.")
  var migrate = false

  func validate() throws {
    if migrate, version.accumulo != nil {
      throw ValidationError("--migrate goes from 2.1 to 4.0; it takes no --accumulo")
    }
  }

  func run() throws {
    let source = try ConfigurationSource(path: file)
    let names = source.settings.keys
    guard names.isEmpty || names.contains(where: { Settings.isKnown($0) || $0.hasPrefix("compaction.") }) else {
      throw PlanningError(
        "\(file): expected settings of Accumulo, such as table.file.max=15, found \"\((names.min() ?? "").prefix(60))\""
      )
    }
    var configuration = Configuration()
    configuration.add(source)
    let settings = configuration.settings()
    if migrate { return try printUpgrade(of: settings) }
    let version: AccumuloVersion
    do throws(PlanningError) {
      if let given = self.version.accumulo { version = given } else { version = try AccumuloVersion(settings) ?? .v2 }
    } catch { throw PlanningError("\(file): \(error)") }
    let check = ConfigurationCheck(settings, version, siteFile: source)
    let output = StandardOutput()
    var line = JSONLine()
    for service in check.services { service.write(to: &line) }
    try output.write(line.bytes)
    try output.flush()
    func say(_ text: String) { Messages.write("actool check-config: \(file): \(text)") }
    if check.onlyDefaults {
      let own = version == .v4 ? "default" : "default, meta, root"
      say("defines no compaction services besides Accumulo's own: \(own)")
    }
    if let key = version.ignored(in: settings) { say("\(key): Accumulo \(version.rawValue) ignores it without a word") }
    for problem in check.problems { say(problem.reason) }
    for service in check.services { if let warning = service.warning { say(warning) } }
    if version == .v4, let effect = check.effect { say(effect.meaning) }
    if !check.isSound { throw ExitStatus.found }
  }

  private func printUpgrade(of settings: Settings) throws {
    let upgrade: ConfigurationUpgrade
    do throws(PlanningError) {
      if let key = AccumuloVersion.v2.ignored(in: settings) {
        throw PlanningError("expected settings of 2.1 only, found \(key) of 4.0")
      }
      upgrade = try ConfigurationUpgrade(settings)
    } catch { throw PlanningError("\(file): \(error)") }
    let output = StandardOutput()
    try output.write(Array(upgrade.text.utf8))
    try output.flush()
  }
}
