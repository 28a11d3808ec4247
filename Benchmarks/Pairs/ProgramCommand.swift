import Files
import Records
import SystemPackage

/// A case as a command of the whole program, on data made for it.
struct ProgramCommand {
  var arguments: [String]
  /// The file that it writes, for comparison; it is removed before each run.
  var output: FilePath?

  /// - Parameter scratch: holds the case's data and the command's output.
  init(_ benchCase: BenchCase, threads: Int, in scratch: FilePath) throws {
    let data = scratch.appending(benchCase.data?.name ?? Self.recordsName(benchCase))
    let inputs = benchCase.data == nil ? [] : try BenchData.files(in: data)
    let threadOption = ["--threads", "\(threads)"]
    switch benchCase.activity {
    case .compaction:
      let output = scratch.appending("output.rf")
      self.output = output
      arguments = ["compact", "--quiet", "--output", output.string]
      arguments += ["-p", "table.file.compress.type=\(benchCase.codec)"]
      if let level = benchCase.level { arguments += ["--level", "\(level)"] }
      if !benchCase.reusesBlocks { arguments.append("--no-reuse") }
      if !benchCase.certifies { arguments += ["--certify", "off"] }
      arguments += threadOption + inputs
    case .scan: arguments = ["scan", "--format", "hex"] + threadOption + inputs
    case .check: arguments = ["info", "--check"] + threadOption + inputs
    case .verify: arguments = ["verify", "--quiet"] + threadOption + [data.string]
    case .plan:
      arguments = ["plan"] + (benchCase.version == .v4 ? ["--accumulo", "4.0"] : []) + [data.string]
    case .balance:
      arguments = ["balance", "--group-regex", "g([0-9]+)\\..*", "--default-group", "none", data.string]
    }
  }

  /// The file of records that `plan` and `balance` read.
  static func recordsName(_ benchCase: BenchCase) -> String { "\(benchCase.name).json" }

  /// Makes that file.
  static func makeRecords(_ benchCase: BenchCase, entries: Int, at path: FilePath) throws {
    var lines = JSONLine()
    if benchCase.activity == .plan {
      for tablet in PlanMeasure.table(tablets: max(1, entries / 100)) { tablet.write(to: &lines) }
    } else {
      for tablet in BalanceMeasure.records(tablets: entries) { tablet.write(to: &lines) }
      for server in BalanceMeasure.servers(tablets: entries) { TabletServer(server).write(to: &lines) }
    }
    try Disk().replace(path, with: lines.bytes, temporary: FilePath(path.string + ".new"))
  }
}
