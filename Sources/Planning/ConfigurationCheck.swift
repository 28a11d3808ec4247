// Checks a configuration of compaction services.
//
// When there are only the services default, meta and root, Accumulo's own tool stops with a warning and checks nothing;
// this check includes them. In 4.0 the manager runs the check before every round over the tablets: with a single bad
// service, or a group that two services use, nothing is compacted anywhere. Accumulo:
// `org.apache.accumulo.server.conf.CheckCompactionConfig`; for 4.0 also `TabletGroupWatcher`, `ConfigCheckUtil`.

package import Records
package import Settings

/// The result of checking the compaction services of a configuration.
package struct ConfigurationCheck: Sendable {
  /// What Accumulo does about a problem.
  package enum Effect: Hashable, Sendable, Comparable {
    /// The service plans nothing. Accumulo's own check may not see why.
    case idleService
    /// 4.0: the manager plans nothing, for any service.
    case noCompactions
    /// 4.0: no process starts with such a file.
    case noStart
  }

  package struct Problem: Hashable, Sendable {
    /// Nil when the properties could not be split into services.
    package var service: String?
    package var reason: String
    package var effect = Effect.idleService
  }

  /// Sound services, by name.
  package private(set) var services: [CompactionService] = []
  package private(set) var problems: [Problem] = []
  /// Whether there are only the services that Accumulo itself defines.
  package private(set) var onlyDefaults = false

  package var isSound: Bool { problems.isEmpty }
  /// The worst that Accumulo does about the problems; nil when there are none.
  package var effect: Effect? { problems.map(\.effect).max() }

  /// - Parameter siteFile: the file, for rules that hold in one only.
  package init(_ settings: Settings, _ version: AccumuloVersion = .v2, siteFile: ConfigurationSource? = nil) {
    if version == .v4 { checkTypes(settings, siteFile) }
    let all: CompactionServices
    do throws(PlanningError) { all = try CompactionServices(settings, version) } catch {
      problems.append(Problem(reason: error.description, effect: version == .v4 ? .noCompactions : .idleService))
      return
    }
    onlyDefaults = all.names == (version == .v4 ? ["default"] : ["default", "meta", "root"])
    for name in all.names {
      do throws(PlanningError) { services.append(try all.service(name)) } catch {
        let effect: Effect = version == .v4 && !onlyDefaults ? .noCompactions : .idleService
        problems.append(Problem(service: name, reason: error.description, effect: effect))
      }
    }
    if version == .v4 { checkGroups() }
  }

  /// - Throws: `PlanningError` for what keeps the manager of 4.0 from planning anything.
  func refuseWhatStopsAll() throws(PlanningError) {
    guard let problem = problems.first(where: { $0.effect > .idleService }) else { return }
    throw PlanningError("\(problem.reason); \(problem.effect.meaning)")
  }

  /// What 4.0 looks at before it looks at services: it refuses settings of tables in its file, and reads those settings
  /// of the default service that it defines itself by their types.
  private mutating func checkTypes(_ settings: Settings, _ siteFile: ConfigurationSource?) {
    if let siteFile, !siteFile.isListing,
      let key = siteFile.settings.keys.filter({ $0.hasPrefix("table.") }).min()
    {
      problems.append(
        Problem(reason: "\(key): the file may hold no settings of tables; set it in the shell", effect: .noStart))
    }
    let prefix = CompactionServices.prefix(of: .v4) + "default.planner"
    func check(_ key: String, _ expected: String, _ isGood: (String) -> Bool) {
      guard settings.isSet(key), let text = settings[key], !isGood(text) else { return }
      problems.append(
        Problem(
          service: "default", reason: "\(key): expected \(expected), found \"\(text.prefix(80))\"", effect: .noStart))
    }
    check(prefix, "the name of a class") { name in
      name.utf8.allSatisfy { byte in
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "$"), UInt8(ascii: "."): true
        default: false
        }
      }
    }
    check(prefix + ".opts.maxOpen", "a whole number from 0 to \(Int32.max)") { text in
      ((try? ConfigurationValue.count(text)) ?? -1) >= 0
    }
    check(prefix + ".opts.groups", "JSON without liberties") { (try? JSONValue(parsing: Array($0.utf8))) != nil }
  }

  /// A group takes the jobs of one service.
  private mutating func checkGroups() {
    var owners: [String: String] = [:]
    for service in services {
      for group in service.executors {
        guard let owner = owners.updateValue(service.name, forKey: group.id) else { continue }
        problems.append(
          Problem(
            reason: "the group \(group.id) is used by two services, \(owner) and \(service.name)",
            effect: .noCompactions))
      }
    }
  }
}

extension ConfigurationCheck.Effect {
  /// For people: a clause. Of 4.0; in 2.1 a bad service harms no other.
  package var meaning: String {
    switch self {
    case .idleService:
      "Accumulo 4.0 does not check it while there is no other service; it plans nothing until this is mended"
    case .noCompactions: "the manager of Accumulo 4.0 plans no compactions at all until this is mended"
    case .noStart: "no process of Accumulo 4.0 starts until this is mended"
    }
  }
}

extension CompactionService {
  /// What is sound for Accumulo and of little use all the same; nil when nothing is.
  package var warning: String? {
    guard maxOpen < 2 else { return nil }
    let place = "\(CompactionServices.prefix(of: version))\(name).planner.opts.maxOpen"
    return maxOpen < 1
      ? "\(place): with \(maxOpen) every plan of two or more files fails"
      : "\(place): with 1 no system compaction is ever planned, and user compactions rewrite single files"
  }

  /// The class of its planner.
  var plannerClass: String { Self.plannerClass(of: version) }

  /// Appends a record and a line feed:
  /// `{"type":"service","service":"cs1","planner":"..","maxOpen":10,"lowestRatio":1.1,"rateLimit":0,"executors":[..]}`,
  /// in 4.0 with `"groups":[..]` in place of rate limit and executors.
  package func write(to line: inout JSONLine) {
    line.record("service") { line in
      line.field("service", name)
      line.field("planner", plannerClass)
      line.field("maxOpen", maxOpen)
      line.field("lowestRatio", lowestRatio)
      if let rateLimit { line.field("rateLimit", rateLimit) }
      let (list, name) = version == .v4 ? ("groups", "group") : ("executors", "executor")
      line.array(list, executors) { line, executor in
        line.object { line in
          line.field(name, executor.id)
          if let maxSize = executor.maxSize { line.field("maxSize", maxSize) }
          switch executor.place {
          case .threads(let threads): line.field("numThreads", threads)
          case .queue(let queue): line.field("queue", queue)
          case .group: break
          }
        }
      }
    }
  }
}
