// Checks a configuration of compaction services.
//
// When there are only the services default, meta and root, Accumulo's own tool stops with a warning and checks nothing;
// this check includes them. Accumulo: `org.apache.accumulo.server.conf.CheckCompactionConfig`.

package import Records
package import Settings

/// The result of checking the compaction services of a configuration.
package struct ConfigurationCheck: Sendable {
  package struct Problem: Hashable, Sendable {
    /// Nil when the properties could not be split into services.
    package var service: String?
    package var reason: String
  }

  /// Sound services, by name.
  package private(set) var services: [CompactionService] = []
  package private(set) var problems: [Problem] = []
  /// Whether there are only the services that Accumulo itself defines.
  package private(set) var onlyDefaults = false

  package var isSound: Bool { problems.isEmpty }

  package init(_ settings: Settings) {
    let all: CompactionServices
    do throws(PlanningError) { all = try CompactionServices(settings) } catch {
      problems.append(Problem(service: nil, reason: error.description))
      return
    }
    onlyDefaults = all.names == ["default", "meta", "root"]
    for name in all.names {
      do throws(PlanningError) { services.append(try all.service(name)) } catch {
        problems.append(Problem(service: name, reason: error.description))
      }
    }
  }
}

extension CompactionService {
  /// The class of its planner.
  var plannerClass: String { Self.planner }

  /// Appends a record and a line feed:
  /// `{"type":"service","service":"cs1","planner":"..","maxOpen":10,"lowestRatio":1.1,"rateLimit":0,"executors":[..]}`
  package func write(to line: inout JSONLine) {
    line.record("service") { line in
      line.field("service", name)
      line.field("planner", plannerClass)
      line.field("maxOpen", maxOpen)
      line.field("lowestRatio", lowestRatio)
      line.field("rateLimit", rateLimit)
      line.array("executors", executors) { line, executor in
        line.object { line in
          line.field("executor", executor.id)
          if let maxSize = executor.maxSize { line.field("maxSize", maxSize) }
          switch executor.place {
          case .threads(let threads): line.field("numThreads", threads)
          case .queue(let queue): line.field("queue", queue)
          }
        }
      }
    }
  }
}
