// What two configurations make of one tablet. The `difference` record:
//
//     {"type":"difference","extent":{..},
//      "onlyA":[{"files":["F1.rf","F2.rf"],"place":"i.cs1.small","priority":18778,"bytes":46,"reason":".."}],
//      "onlyB":[..],
//      "changed":[{"files":["F3.rf","F4.rf"],"bytes":12,"a":{"place":"..","priority":..},"b":{..}}],
//      "idleA":"why A plans nothing"}
//
// A job is the same in both when it takes the same files, wherever it goes and however urgent it is.

package import Records

package struct PlanDifference: Hashable, Sendable {
  /// A job of both that goes to another place or has another priority.
  package struct Change: Hashable, Sendable {
    package var a: Decision.Choice
    package var b: Decision.Choice
  }

  package var extent: KeyExtent
  package var onlyA: [Decision.Choice]
  package var onlyB: [Decision.Choice]
  package var changed: [Change] = []
  /// Why a side plans nothing.
  package var idleA: String?
  package var idleB: String?

  /// - Parameters:
  ///   - a: what one configuration makes of the tablet.
  ///   - b: what the other makes of it.
  package init(_ extent: KeyExtent, _ a: Decision, _ b: Decision) {
    self.extent = extent
    let others = Dictionary(b.startable.map { (Set($0.files.map(\.part)), $0) }) { first, _ in first }
    var shared: Set<Set<FilePart>> = []
    onlyA = []
    for choice in a.startable {
      let files = Set(choice.files.map(\.part))
      guard let other = others[files] else {
        onlyA.append(choice)
        continue
      }
      shared.insert(files)
      if choice.executor != other.executor || choice.priority != other.priority {
        changed.append(Change(a: choice, b: other))
      }
    }
    onlyB = b.startable.filter { !shared.contains(Set($0.files.map(\.part))) }
    (idleA, idleB) = (a.idleReason, b.idleReason)
  }

  /// Both have the same jobs, perhaps none.
  package var isEmpty: Bool { onlyA.isEmpty && onlyB.isEmpty && changed.isEmpty }

  /// Appends the record and a line feed.
  package func write(to line: inout JSONLine) {
    func write(_ choices: [Decision.Choice], as name: String, to line: inout JSONLine) {
      guard !choices.isEmpty else { return }
      line.array(name, choices) { line, choice in
        line.object { line in
          line.field("files", choice.files.map(\.part.description))
          line.field("place", choice.executor)
          line.field("priority", choice.priority)
          line.field("bytes", choice.bytes)
          line.field("reason", choice.reason)
        }
      }
    }
    func write(_ choice: Decision.Choice, as name: String, to line: inout JSONLine) {
      line.object(name) { line in
        line.field("place", choice.executor)
        line.field("priority", choice.priority)
      }
    }
    line.record("difference") { line in
      extent.write(to: &line)
      write(onlyA, as: "onlyA", to: &line)
      write(onlyB, as: "onlyB", to: &line)
      if !changed.isEmpty {
        line.array("changed", changed) { line, change in
          line.object { line in
            line.field("files", change.a.files.map(\.part.description))
            line.field("bytes", change.a.bytes)
            write(change.a, as: "a", to: &line)
            write(change.b, as: "b", to: &line)
          }
        }
      }
      line.field("idleA", idleA)
      line.field("idleB", idleB)
    }
  }
}
