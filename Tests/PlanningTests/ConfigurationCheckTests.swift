import Records
import TestSupport
import Testing

@testable import Planning
@testable import Settings

@Suite("Check of the compaction services")
struct ConfigurationCheckTests {
  /// Accumulo checks the default services only if there are others.
  static let unseenByAccumulo: Set<String> = ["cc-08"]

  @Test("what Accumulo accepts is sound and makes the same pools and queues, what it refuses is not")
  func golden() throws {
    var lines = 0
    for line in try GoldenLine.all("config/check_compaction_config.jsonl") {
      lines += 1
      var configuration = Configuration()
      configuration.add(try ConfigurationSource(name: "a", text: Array((line["properties"]?.text ?? "").utf8)))
      let check = ConfigurationCheck(configuration.settings())
      let expected = line.expect["ok"]?.bool == true && !Self.unseenByAccumulo.contains(line["id"]?.text ?? "")
      #expect(check.isSound == expected, "\(line): \(check.problems)")
      let log = line.expect["log"]?.strings ?? []
      #expect(check.onlyDefaults == log.contains { $0.contains("Only the default compaction services") }, "\(line)")
      guard check.isSound, !check.onlyDefaults else { continue }
      var made: Set = ["INFO CheckCompactionConfig Properties file has passed all checks."]
      for service in check.services {
        made.insert("INFO CheckCompactionConfig Service id: \(service.name), planner class:\(service.plannerClass)")
        for executor in service.executors {
          let pool = "INFO CheckCompactionConfig Compaction service '\(service.name)' requested "
          switch executor.place {
          case .threads(let count):
            made.insert(pool + "creation of thread pool '\(executor.id)' with \(count) threads.")
          case .queue: made.insert(pool + "with external execution queue '\(executor.id)'")
          case .group: break
          }
        }
      }
      #expect(made == Set(log), "\(line)")
    }
    #expect(lines == 15)
  }

  @Test("4.0: what Accumulo accepts makes the same groups; what it refuses stops all compactions, or the start")
  func golden4() throws {
    var (lines, sound) = (0, 0)
    for line in try GoldenLine.all4("config4/check_compaction_config4.jsonl") {
      lines += 1
      let source = try ConfigurationSource(name: "a", text: Array((line["properties"]?.text ?? "").utf8))
      var configuration = Configuration()
      configuration.add(source)
      let check = ConfigurationCheck(configuration.settings(), .v4, siteFile: source)
      // Where there is the default service only, Accumulo's check does not see what keeps it from planning.
      let accepts = check.effect == nil || check.effect == .idleService
      #expect(accepts == line.expect["ok"]?.bool, "\(line): \(check.problems)")
      let log = line.expect["log"]?.strings ?? []
      if accepts { #expect(check.onlyDefaults == log.contains { $0.hasPrefix("Only the default") }, "\(line)") }
      guard check.isSound, !check.onlyDefaults else { continue }
      sound += 1
      var made: Set = ["Properties file has passed all checks."]
      for service in check.services {
        made.insert("Service id: \(service.name), planner class:\(service.plannerClass)")
        for group in service.executors {
          made.insert("Compaction service '\(service.name)' requested with compactor group '\(group.id)'")
        }
      }
      #expect(made == Set(log), "\(line)")
    }
    #expect(lines == 34 && sound == 5)
  }

  @Test("every problem is reported, with its service")
  func problems() throws {
    let prefix = "tserver.compaction.major.service."
    var configuration = Configuration()
    configuration.override(prefix + "default.planner.opts.executors", "[]x")
    configuration.override(prefix + "root.planner.opts.maxOpen", "1K")
    configuration.override(prefix + "cs1.planner", "org.example.Nope")
    let check = ConfigurationCheck(configuration.settings())
    #expect(
      check.problems.map { "\($0.service ?? "-"): \($0.reason)" } == [
        "cs1: tserver.compaction.major.service.cs1.planner: only "
          + "org.apache.accumulo.core.spi.compaction.DefaultCompactionPlanner is supported, found org.example.Nope",
        "default: tserver.compaction.major.service.default.planner.opts.executors: column 3: expected the end of the text, "
          + "found 'x' in []x",
        "root: tserver.compaction.major.service.root.planner.opts.maxOpen: expected a whole number below 2^31 without a unit, "
          + "found \"1K\"",
      ])
    #expect(check.services.map(\.name) == ["meta"])
  }

  @Test("settings of older versions make a default service when nothing else is said about it")
  func deprecated() throws {
    var configuration = Configuration()
    configuration.override("tserver.compaction.major.concurrent.max", "5")
    configuration.override("tserver.compaction.major.thread.files.open.max", "12")
    configuration.override("tserver.compaction.major.throughput", "40M")
    let service = try CompactionServices(configuration.settings(), .v2).service("default")
    #expect(service.executors.map(\.id) == ["i.default.deprecated"] && service.executors[0].place == .threads(5))
    #expect(service.maxOpen == 12 && service.rateLimit == 40 << 20)
    configuration.override("tserver.compaction.major.service.default.planner.opts.maxOpen", "7")
    let said = try CompactionServices(configuration.settings(), .v2).service("default")
    #expect(said.executors.count == 3 && said.maxOpen == 7)
  }

  @Test("mutations of a definition are sound or not, never a trap")
  func mutations() {
    var random = SplitMix64(seed: 5)
    let text = Array(
      "[{\"name\":\"a\",'type':internal,\"maxSize\":\"16M\",numThreads=2},{\"type\":\"external\",\"queue\":\"q\"}]".utf8
    )
    var sound = 0
    for _ in 0..<4000 {
      var mutated = text
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        mutated[Int.random(in: 0..<mutated.count, using: &random)] = Array("{}[]\",:='09-.ekMG\\".utf8).randomElement(
          using: &random)!
      }
      var configuration = Configuration()
      configuration.override(
        "tserver.compaction.major.service.default.planner.opts.executors", String(decoding: mutated, as: UTF8.self))
      if ConfigurationCheck(configuration.settings()).isSound { sound += 1 }
    }
    #expect(sound > 100 && sound < 3900)
  }
}
