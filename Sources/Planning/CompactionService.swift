// Services and their planners, from the properties that start with `tserver.compaction.major.service.`,
// in 4.0 with `compaction.service.`:
//
//     <service>.planner                     a class; only Accumulo's own planner of the version is supported
//     <service>.planner.opts.<option>       executors (in 4.0 groups), maxOpen, lowestRatio
//     <service>.rate.limit                  bytes per second, 0 for no limit; not in 4.0
//
// Neither a service nor an option can have a dot in its name. Accumulo: `CompactionServicesConfig`, and `init` of the
// planners. The one of 2.1 is in this file, that of 4.0 in the one beside it.

package import Records
import Settings

/// A compaction service with the planner that its version of Accumulo brings along.
package struct CompactionService: Hashable, Sendable {
  package var name: String
  /// Whose rules it follows.
  package var version: AccumuloVersion
  /// In ascending order of size, the one for all sizes last.
  package var executors: [Executor]
  /// The most files that a job can take.
  package var maxOpen: Int
  /// How far the ratio can be lowered for a tablet with too many files.
  var lowestRatio: Double
  /// Bytes per second, 0 for no limit; nil in 4.0, which has none.
  package var rateLimit: Int64?

  static let planner = "org.apache.accumulo.core.spi.compaction.DefaultCompactionPlanner"
  /// The class of the planner.
  static func plannerClass(of version: AccumuloVersion) -> String {
    switch version {
    case .v2: planner
    case .v4: "org.apache.accumulo.core.spi.compaction.RatioBasedCompactionPlanner"
    }
  }

  static let deprecatedMaxOpen = "tserver.compaction.major.thread.files.open.max"

  /// - Parameter settings: these may hold the deprecated limit of open files.
  init(_ definition: CompactionServices.Definition, _ settings: Settings) throws(PlanningError) {
    (name, version) = (definition.name, .v2)
    rateLimit = definition.rateLimit
    let place = CompactionServices.prefix(of: .v2) + name + ".planner"
    guard definition.planner == Self.planner else {
      throw PlanningError("\(place): only \(Self.planner) is supported, found \(definition.planner)")
    }
    guard let options = definition.options else { throw PlanningError("\(place).opts.executors: not set") }
    do throws(PlanningError) {
      let text = options["executors"] ?? ""
      guard !text.allSatisfy(\.isWhitespace) else { throw PlanningError("no executors are defined") }
      executors = try ExecutorsOption.parse(text, service: name)
    } catch { throw PlanningError("\(place).opts.executors: \(error)") }

    var key = place + ".opts.lowestRatio"
    do throws(ConfigurationValueError) {
      lowestRatio = try ConfigurationValue.double(options["lowestRatio"] ?? "1.1")
    } catch {
      throw PlanningError("\(key): \(error)")
    }
    guard lowestRatio >= 1 else { throw PlanningError("\(key): expected at least 1.0, found \(lowestRatio)") }

    key = place + ".opts.maxOpen"
    var maxOpenText = options["maxOpen"] ?? "10"
    if !settings.isSet(key), settings.isSet(Self.deprecatedMaxOpen), let text = settings[Self.deprecatedMaxOpen] {
      (key, maxOpenText) = (Self.deprecatedMaxOpen, text)
    }
    do throws(ConfigurationValueError) { maxOpen = try ConfigurationValue.count(maxOpenText) } catch {
      throw PlanningError("\(key): \(error)")
    }
  }

  /// The first executor whose limit is above the size, otherwise the last one. Nil only without executors.
  package func executor(forSize size: Int64) -> Executor? { place(forSize: size).map { executors[$0] } }

  /// Its place among the executors.
  func place(forSize size: Int64) -> Int? {
    executors.firstIndex { $0.maxSize.map { size < $0 } ?? true } ?? executors.indices.last
  }

  /// For system compactions: the limit of the last executor. Files beyond this sum of sizes, in bytes, are ignored.
  var cap: Int64 { executors.last?.maxSize ?? .max }
}
