import ArgumentParser
import BlockFile
import Settings
import SystemPackage
import TabletStore

struct Compact: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compact",
    abstract: "Runs compaction jobs on tablet directories, or merges RFiles into one.",
    discussion: """
      Jobs come from actool plan, through a pipe or a file; results appear as jobs finish. Killed at any moment, a tablet is \
      either as before or as after a job, and the next run cleans up.

        actool plan tables/2 | actool compact --default-properties
        actool compact --queue DCQ1 jobs.json
        actool compact --output all.rf F1.rf F2.rf
        actool compact --cancel ECID:5f0c... tables/2/t-0001
      """)

  @Argument(
    help: ArgumentHelp(
      "Files with jobs, - for standard input (the default). With --output: the RFiles to merge. With --cancel: the tablet directory.",
      valueName: "jobs"))
  var inputs: [String] = []

  @OptionGroup var jobs: JobOptions
  @OptionGroup var merge: MergeOptions

  @Option(
    help: ArgumentHelp(
      "Withdraws the reservation of a job in the tablet directory, whoever runs it.", valueName: "ECID"))
  var cancel: String?

  @Option(help: ArgumentHelp("Compression level of the output: \(Self.levels).", valueName: "N"))
  var level: Int?

  @OptionGroup var directories: DirectoryOptions
  @OptionGroup(title: "Settings") var settings: ConfigurationOptions
  @OptionGroup var reporting: ReportingOptions

  private static let levels = Codec.allCases.compactMap { codec in
    codec.levels.map { "\(codec) \($0.lowerBound) to \($0.upperBound), default \(codec.defaultLevel)" }
  }.joined(separator: "; ")

  func validate() throws {
    if cancel != nil {
      guard merge.output == nil else { throw ValidationError("--cancel and --output exclude each other") }
      guard inputs.count == 1 else { throw ValidationError("--cancel goes with one tablet directory") }
    }
    if merge.output != nil, inputs.isEmpty || inputs.contains("-") {
      throw ValidationError("--output needs the RFiles to merge")
    }
  }

  func run() throws {
    if let cancel {
      try TabletDirectory(FilePath(inputs[0]), access: directories.access(disk: TestFault.disk())).cancel(
        ecid: cancel.hasPrefix("ECID:") ? cancel : "ECID:" + cancel)
    } else if let output = merge.output {
      try runMerge(into: output)
    } else {
      try runJobs()
    }
  }
}
