import Records
import TestSupport

/// Compares records with their section of the page, and collects the fields that occurred.
struct PrintedFields {
  let page: RecordsPage
  /// By section: paths that occurred in a record, and optional ones that were absent where they could have occurred.
  private(set) var seen: [String: Set<String>] = [:]
  private(set) var missed: [String: Set<String>] = [:]
  /// The contradictions to the page, each once.
  private(set) var problems: [String] = []

  init(_ page: RecordsPage) { self.page = page }

  /// Lines that a command printed.
  mutating func add(_ lines: some Sequence<Substring>, from arguments: [String]) throws {
    for line in lines { add(try JSONValue(parsing: Array(line.utf8)), printedBy: arguments) }
  }

  mutating func add(_ record: JSONValue, printedBy arguments: [String]) {
    let title = Self.title(of: record, arguments)
    guard let section = page.section(title) else { return report("\(title) is not on the page") }
    if !section.writers.contains("`\(arguments[0])") {
      report("\(title): the page does not say that \(arguments[0]) writes it")
    }
    check(record, section)
  }

  /// Compares a record with a section, without checking which command wrote it.
  mutating func check(_ record: JSONValue, _ section: RecordsPage.Section) { walk(record, "", section) }

  private static func title(of record: JSONValue, _ arguments: [String]) -> String {
    guard let type = record["type"]?.text else { return "tablet.json" }
    guard ["summary", "progress"].contains(type), let command = record["command"]?.text else { return type }
    return "\(type) of \(command)"
      + (type == "summary" && command == "compact" && arguments.contains("--output") ? " --output" : "")
  }

  private mutating func walk(_ object: JSONValue, _ parent: String, _ section: RecordsPage.Section) {
    let fields = section.fields(in: parent)
    let prefix = parent.isEmpty ? "" : parent + "."
    for field in object.fields where !(parent.isEmpty && field.name == "type") {
      guard let known = fields.first(where: { $0.name == field.name }) else {
        report("\(section.title): \(prefix + field.name) is printed and not on the page")
        continue
      }
      seen[section.title, default: []].insert(known.path)
      if !known.type.matches(field.value) {
        report(
          "\(section.title): \(known.path) is \(known.type.rawValue) on the page, and printed as \(field.value.kind)")
      }
      switch known.type {
      case .object: walk(field.value, known.path, section)
      case .arrayOfObject: for element in field.value.elements { walk(element, known.path + "[]", section) }
      default: break
      }
    }
    for field in fields where object[field.name] == nil {
      if field.isOptional {
        missed[section.title, default: []].insert(field.path)
      } else {
        report("\(section.title): \(field.path) is always there on the page, and missing in a record")
      }
    }
    let order = object.fields.compactMap { field in fields.firstIndex { $0.name == field.name } }
    if order != order.sorted() { report("\(section.title): the fields of \(parent) come in another order on the page") }
  }

  /// Fields of the page that occurred in no record, and optional ones that were never absent.
  var unprinted: [String] {
    page.sections.flatMap { section in
      section.fields.compactMap { field in
        if seen[section.title]?.contains(field.path) != true {
          return "\(section.title): \(field.path) is on the page, and no record of this test has it"
        }
        guard field.isOptional, !field.isRepeated, missed[section.title]?.contains(field.path) != true else {
          return nil
        }
        return
          "\(section.title): \(field.path) is optional on the page (\(field.when)), and in every record of this test"
      }
    }
  }

  private mutating func report(_ problem: String) { if !problems.contains(problem) { problems.append(problem) } }
}
