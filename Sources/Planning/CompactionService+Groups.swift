// The options of the planner of 4.0, in the order in which it looks at them:
//
//     groups        [{"group":"small","maxSize":"100M"},{"group":"large"}]
//     lowestRatio   at least 1.0, and 1.1 when nothing is said
//     maxOpen       any whole number, and 10 when nothing is said
//
// Accumulo: `RatioBasedCompactionPlanner.init`.

internal import Records
internal import Settings

extension CompactionService {
  /// One of 4.0.
  init(withGroups definition: CompactionServices.Definition) throws(PlanningError) {
    (name, version, rateLimit) = (definition.name, .v4, nil)
    let place = CompactionServices.prefix(of: .v4) + name + ".planner"
    let planner = Self.plannerClass(of: .v4)
    guard definition.planner == planner else {
      let hint = definition.planner == Self.planner ? ", as that of 2.1 is gone" : ""
      throw PlanningError("\(place): only \(planner) is known here\(hint), found \(definition.planner)")
    }
    guard let options = definition.options else { throw PlanningError("\(place).opts.groups: not set") }
    do throws(PlanningError) {
      executors = try GroupsOption.parse(options["groups"] ?? "")
    } catch { throw PlanningError("\(place).opts.groups: \(error)") }

    do throws(ConfigurationValueError) {
      lowestRatio = try ConfigurationValue.double(options["lowestRatio"] ?? "1.1")
    } catch { throw PlanningError("\(place).opts.lowestRatio: \(error)") }
    guard lowestRatio >= 1 else {
      throw PlanningError("\(place).opts.lowestRatio: expected at least 1.0, found \(lowestRatio)")
    }
    do throws(ConfigurationValueError) {
      maxOpen = try ConfigurationValue.count(options["maxOpen"] ?? "10")
    } catch { throw PlanningError("\(place).opts.maxOpen: \(error)") }
  }
}
