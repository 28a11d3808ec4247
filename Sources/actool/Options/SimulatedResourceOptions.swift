import ArgumentParser
import Settings
import Simulation

/// The servers and compactors of a simulation.
struct SimulatedResourceOptions: ParsableArguments {
  enum ScaleDown: String, CaseIterable, ExpressibleByArgument {
    case graceful, kill
  }

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Number of tablet servers, each with the internal executors of the settings. Tablets are spread evenly over them.",
      valueName: "N"))
  var servers = 1

  @Option(
    name: .customLong("compactors"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Number of compactors of an external queue, or of a group of 4.0; with two numbers, it follows the work. Repeatable.",
      valueName: "QUEUE=N[-MOST]"))
  var compactors: [String] = []

  @Option(
    name: .customLong("rate"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Bytes of input a second of each thread and compactor, or of those of one executor: 20M, DCQ1=5M, cs1.small=8M. Or "
        + "accumulo, 5000000 as in a published test with hundreds of compactors; or actool, what this program does with the "
        + "table's codec on local disks. Repeatable. Default: accumulo.",
      valueName: "[EXECUTOR=]RATE"))
  var rates: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --compactors QUEUE=N-MOST: one compactor for so many waiting and running jobs or bytes. Default: jobs:1.",
      valueName: "jobs:N|bytes:SIZE"))
  var scaleBy: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How often the work is looked at. Default: 30s.", valueName: "TIME"))
  var scalePoll: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The most compactors added or removed at once. Default: 10.", valueName: "N"))
  var scaleStep: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "From the order of a compactor until it takes a job; also for one that replaces a dead one. Default: 1m.",
      valueName: "TIME"))
  var scaleDelay: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The least time after a change before compactors are removed. Default: 5m.", valueName: "TIME"))
  var scaleCooldown: String?

  @Option(
    help: "Whether compactors that are removed finish their job, or lose it. Default: graceful.")
  var scaleDown: ScaleDown?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Compactors die after this time on average, and are replaced. Default: none dies.", valueName: "TIME"))
  var compactorLife: String?

  func validate() throws {
    guard (1...100_000).contains(servers) else {
      throw ValidationError("--servers: expected 1 to 100000, found \(servers)")
    }
    let given = try compactorsByQueue()
    if !given.values.contains(where: { $0.least < $0.most }) {
      try OptionConflict.require(
        "--compactors QUEUE=N-MOST",
        for: [
          ("--scale-by", scaleBy != nil), ("--scale-poll", scalePoll != nil), ("--scale-step", scaleStep != nil),
          ("--scale-cooldown", scaleCooldown != nil), ("--scale-down", scaleDown != nil),
        ])
    }
    if given.isEmpty { try OptionConflict.require("--compactors", for: [("--compactor-life", compactorLife != nil)]) }
    _ = try (scaling(), life(), ratesByExecutor(codec: "gz"))
  }

  func compactorsByQueue() throws -> [String: Compactors] {
    var found: [String: Compactors] = [:]
    for text in compactors {
      guard let equals = text.lastIndex(of: "="), equals != text.startIndex else {
        throw ValidationError("--compactors: expected QUEUE=N or QUEUE=N-MOST, found \"\(text)\"")
      }
      let numbers = text[text.index(after: equals)...].split(separator: "-", omittingEmptySubsequences: false)
        .map { Int($0) ?? -1 }
      let range = 0...1_000_000
      guard let least = numbers.first, let most = numbers.last, numbers.count <= 2, least <= most,
        range.contains(least), range.contains(most)
      else {
        throw ValidationError("--compactors: expected QUEUE=N or QUEUE=N-MOST, found \"\(text)\"")
      }
      guard most > 0 else { throw ValidationError("--compactors: nobody would serve the queue \(text[..<equals])") }
      guard found.updateValue(Compactors(least: least, most: most), forKey: String(text[..<equals])) == nil else {
        throw ValidationError("--compactors: \(text[..<equals]) is given twice")
      }
    }
    return found
  }

  func scaling() throws -> Scaling {
    let step = scaleStep ?? 10
    guard step > 0 else { throw ValidationError("--scale-step: expected at least 1, found \(step)") }
    return Scaling(
      measure: try measure(), poll: try TimeArgument.milliseconds(scalePoll ?? "30s", for: "--scale-poll"), step: step,
      delay: try TimeArgument.milliseconds(scaleDelay ?? "1m", for: "--scale-delay", atLeast: 0),
      coolDown: try TimeArgument.milliseconds(scaleCooldown ?? "5m", for: "--scale-cooldown", atLeast: 0),
      kills: scaleDown == .kill)
  }

  private func measure() throws -> Scaling.Measure {
    let text = scaleBy ?? "jobs:1"
    if text.hasPrefix("jobs:"), let jobs = Int(text.dropFirst(5)), (1...1_000_000_000).contains(jobs) {
      return .jobs(jobs)
    }
    guard text.hasPrefix("bytes:") else {
      throw ValidationError("--scale-by: expected jobs:N or bytes:SIZE, found \"\(text)\"")
    }
    return .bytes(try SizeArgument.bytes(String(text.dropFirst(6)), for: "--scale-by"))
  }

  /// Milliseconds.
  func life() throws -> Double? {
    try compactorLife.map { Double(try TimeArgument.milliseconds($0, for: "--compactor-life")) }
  }

  /// - Parameter codec: of the table.
  func ratesByExecutor(codec: String) throws -> Rates {
    var found = Rates(others: Rates.accumulo)
    for text in rates {
      guard let equals = text.lastIndex(of: "=") else {
        found.others = try rate(text, codec: codec)
        continue
      }
      found.named[String(text[..<equals])] = try rate(String(text[text.index(after: equals)...]), codec: codec)
    }
    return found
  }

  private func rate(_ text: String, codec: String) throws -> Double {
    if text == "accumulo" { return Rates.accumulo }
    if text == "actool" {
      guard let rate = Rates.actool(codec: codec) else {
        throw ValidationError("--rate actool: the rate with the codec \(codec) was not measured: give a number")
      }
      return rate
    }
    return Double(try SizeArgument.bytes(text, for: "--rate"))
  }
}
