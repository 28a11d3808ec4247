// The option `groups` of a planner of 4.0:
//
//     [{"group":"small","maxSize":"100M"},{"group":"large"}]
//
// Accumulo reads it with Gson, leniently, as it does `executors` of 2.1; but a field that it does not know is an error.
// Accumulo: `RatioBasedCompactionPlanner.init`, `GroupConfig`.

import Records

enum GroupsOption {
  /// Groups in ascending order of size, the one for all sizes last.
  static func parse(_ text: String) throws(PlanningError) -> [Executor] {
    guard !text.allSatisfy(\.isWhitespace) else { throw PlanningError("no groups are defined") }
    let value: JSONValue
    do throws(JSONSyntaxError) { value = try JSONValue(parsing: Array(text.utf8), .lenient) } catch {
      throw PlanningError("\(error) in \(text)")
    }
    guard case .array(let elements) = value else { throw PlanningError("expected an array, found \(value.kind)") }
    guard !elements.isEmpty else { throw PlanningError("no groups are defined") }
    var groups: [Executor] = []
    for (index, element) in elements.enumerated() {
      do throws(PlanningError) {
        let group = try group(element)
        guard !groups.contains(where: { $0.id == group.id }) else {
          throw PlanningError("\(group.id) is defined twice")
        }
        groups.append(group)
      } catch { throw PlanningError("group \(index + 1): \(error)") }
    }
    return try Executor.ascending(groups, calledOne: "group")
  }

  private static func group(_ value: JSONValue) throws(PlanningError) -> Executor {
    guard case .object(let fields) = value else { throw PlanningError("expected an object, found \(value.kind)") }
    if let unknown = fields.first(where: { $0.name != "group" && $0.name != "maxSize" }) {
      throw PlanningError("expected no fields but group and maxSize, found \(unknown.name)")
    }
    var maxSize: Int64?
    if let text = try ExecutorsOption.string(value, "maxSize") { maxSize = try Executor.maxSize(text) }
    guard let name = try ExecutorsOption.string(value, "group") else { throw PlanningError("group: not set") }
    guard CompactorGroup.isName(name) else {
      throw PlanningError("group: expected \(CompactorGroup.rule), found \"\(name.prefix(80))\"")
    }
    return Executor(id: name, maxSize: maxSize, place: .group)
  }
}
