// The option `executors` of a planner:
//
//     [{"name":"small","type":"internal","maxSize":"16M","numThreads":8},
//      {"name":"large","type":"external","queue":"DCQ1"}]
//
// It is read as Accumulo reads it, with Gson into an array of a class with five fields: numbers and strings are
// interchangeable, `2.0` is a whole number, unknown fields are ignored, and a missing type means internal. Accumulo:
// `DefaultCompactionPlanner.init`, `CompactionPlannerInitParams`.

import Records
import Settings

enum ExecutorsOption {
  /// Executors in ascending order of size, the one for all sizes last.
  static func parse(_ text: String, service: String) throws(PlanningError) -> [Executor] {
    let value: JSONValue
    do throws(JSONSyntaxError) { value = try JSONValue(parsing: Array(text.utf8), .lenient) } catch {
      throw PlanningError("\(error) in \(text)")
    }
    guard case .array(let elements) = value else { throw PlanningError("expected an array, found \(value.kind)") }
    var executors: [Executor] = []
    for (index, element) in elements.enumerated() {
      do throws(PlanningError) {
        let executor = try executor(element, service: service)
        guard !executors.contains(where: { $0.id == executor.id }) else {
          throw PlanningError("\(executor.id) is defined twice")
        }
        executors.append(executor)
      } catch { throw PlanningError("executor \(index + 1): \(error)") }
    }
    return try Executor.ascending(executors, calledOne: "executor")
  }

  private static func executor(_ value: JSONValue, service: String) throws(PlanningError) -> Executor {
    guard case .object = value else { throw PlanningError("expected an object, found \(value.kind)") }
    let (name, type) = (try string(value, "name"), try string(value, "type"))
    let (queue, threads) = (try string(value, "queue"), try integer(value, "numThreads"))
    var maxSize: Int64?
    if let text = try string(value, "maxSize") { maxSize = try Executor.maxSize(text) }
    switch type ?? "internal" {
    case "internal":
      guard queue == nil else { throw PlanningError("an internal executor has no queue") }
      guard let threads else { throw PlanningError("an internal executor needs numThreads") }
      guard threads > 0 else { throw PlanningError("numThreads: expected more than 0, found \(threads)") }
      return Executor(id: "i.\(service).\(name ?? "null")", maxSize: maxSize, place: .threads(threads))
    case "external":
      guard threads == nil else { throw PlanningError("an external executor has no numThreads") }
      guard let queue else { throw PlanningError("an external executor needs a queue") }
      return Executor(id: "e.\(queue)", maxSize: maxSize, place: .queue(queue))
    default:
      throw PlanningError("type: expected internal or external, found \(type ?? "")")
    }
  }

  /// A string, or what Gson makes one of; nil for null and for a field that is not there.
  static func string(_ value: JSONValue, _ name: String) throws(PlanningError) -> String? {
    switch value[name] {
    case nil, .null: nil
    case .string(let text), .number(let text): text
    case .boolean(let flag): flag ? "true" : "false"
    case .some(let other): throw PlanningError("\(name): expected a string, found \(other.kind)")
    }
  }

  private static func integer(_ value: JSONValue, _ name: String) throws(PlanningError) -> Int? {
    let found = value[name] ?? .null
    switch found {
    case .null: return nil
    case .string(let text), .number(let text):
      if let number = Int32(text) { return Int(number) }
      if let number = try? ConfigurationValue.double(text), let whole = Int32(exactly: number) { return Int(whole) }
    default: break
    }
    throw PlanningError("\(name): expected a whole number, found \(found.kind)")
  }
}
