import ArgumentParser
import Records
import Simulation

/// `tablets --arrivals`
extension TabletsCommand {
  func validateArrivals() throws {
    guard !arrivals.isEmpty else { return try OptionConflict.require("--arrivals", for: [("--apart", apart != nil)]) }
    guard arrivals.count == 2 else {
      throw ValidationError("expected two dumps of the metadata for --arrivals, found \(arrivals.count)")
    }
    try OptionConflict.refuse(
      [
        ("paths", !paths.isEmpty), ("--metadata", metadata != nil), ("--external", external), ("--files", files != nil),
        ("--load-plan", loading.loadPlan), ("--check-export", !checkExport.isEmpty),
        ("--write-export", writeExport != nil), ("--tservers", servers.file != nil),
      ] + directories.given, beside: "--arrivals")
    guard apart != nil else {
      throw ValidationError("--arrivals goes with --apart: the time between the dumps, such as 10m")
    }
    _ = try milliseconds()
  }

  private func milliseconds() throws -> Int64 { try TimeArgument.milliseconds(apart ?? "", for: "--apart") }

  func runArrivals() throws {
    let wanted = Set(tables)
    var input = TabletInput(access: try directories.access(), for: "tablets") { wanted.isEmpty || wanted.contains($0) }
    let dumps = try arrivals.map { path in
      var tablets: [Tablet] = []
      try input.forEach(inMetadata: path) { tablets.append($0) }
      return tablets
    }
    let difference = MetadataDifference(from: dumps[0], to: dumps[1], apart: try milliseconds())
    let output = RecordOutput()
    try output.flushing {
      for arrival in difference.arrivals { try output.write { arrival.write(to: &$0) } }
    }
    if difference.compacted > 0 {
      Messages.write(
        "actool tablets: \(difference.compacted) files were written by compactions between the dumps; files that came and were "
          + "compacted in between are not known")
    }
    try ExitStatus.end(withProblems: input.problems, of: "tablets")
  }
}
