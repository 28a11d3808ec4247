import Entries
import Records
import TestSupport

/// docs/records.md, parsed:
///
///     ## `tablet`                          or "## `summary` of `plan`"
///     Written by `tablets`. Read by ..
///     | field | type | unit | when | meaning |
///     | `extent.tableId` | string | | always | |
///     ```json
///     {"type":"tablet",..}
struct RecordsPage {
  /// What a field is in JSON.
  enum FieldType: String {
    case string, bytes, integer, number, boolean, object
    case arrayOfObject = "array of object"
    case arrayOfString = "array of string"
    case objectOfString = "object of string"
    case objectOfInteger = "object of integer"

    func matches(_ value: JSONValue) -> Bool {
      switch (self, value) {
      case (.string, .string), (.number, .number), (.boolean, .boolean): true
      case (.bytes, .string(let text)): ByteText.decode(text) != nil
      case (.integer, .number(let digits)): Int64(digits) != nil
      case (.object, .object): true
      case (.arrayOfObject, .array(let elements)): elements.allSatisfy { if case .object = $0 { true } else { false } }
      case (.arrayOfString, .array(let elements)): elements.allSatisfy { if case .string = $0 { true } else { false } }
      case (.objectOfString, .object(let fields)):
        fields.allSatisfy { if case .string = $0.value { true } else { false } }
      case (.objectOfInteger, .object(let fields)):
        fields.allSatisfy { if case .number(let digits) = $0.value { Int64(digits) != nil } else { false } }
      default: false
      }
    }
  }

  struct Field {
    /// `files[].range.endRow`
    var path: String
    var type: FieldType
    var when: String
    /// Whether the field was copied from another one with the same fields.
    var isRepeated = false
    var isOptional: Bool { when != "always" }

    /// The path of the object that it belongs to: `files[].range`, empty for the record.
    var parent: String { path.lastIndex(of: ".").map { String(path[..<$0]) } ?? "" }
    var name: String { path.lastIndex(of: ".").map { String(path[path.index(after: $0)...]) } ?? path }
  }

  struct Section {
    /// `tablet`, `summary of plan`
    var title: String
    var writers: String = ""
    var fields: [Field] = []
    var examples: [String] = []

    func fields(in parent: String) -> [Field] { fields.filter { $0.parent == parent } }
  }

  struct Malformed: Error, CustomStringConvertible { var description: String }

  private(set) var sections: [Section] = []

  init(_ text: String) throws {
    var isExample = false
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let place = "records.md:\(number + 1)"
      if line.hasPrefix("## ") {
        sections.append(Section(title: String(line.dropFirst(3)).replacing("`", with: "")))
      } else if line.hasPrefix("# ") || sections.isEmpty {
        continue
      } else if line.hasPrefix("```") {
        isExample = line == "```json"
      } else if isExample {
        sections[sections.count - 1].examples.append(String(line))
      } else if line.hasPrefix("Written by ") {
        sections[sections.count - 1].writers = String(line.prefix { $0 != "." })
      } else if line.hasPrefix("| `") {
        try add(line.split(separator: "|").map { $0.trimmed }, place)
      }
    }
  }

  private mutating func add(_ cells: [String], _ place: String) throws {
    guard cells.count == 5, let type = FieldType(rawValue: cells[1]), !cells[3].isEmpty else {
      throw Malformed(description: "\(place): expected | `field` | type | unit | when | meaning |, found \(cells)")
    }
    var section = sections[sections.count - 1]
    let path = cells[0].replacing("`", with: "")
    guard !section.fields.contains(where: { $0.path == path }) else {
      throw Malformed(description: "\(place): \(path) again")
    }
    section.fields.append(Field(path: path, type: type, when: cells[3]))
    // Samples look like groups; the page says so, which saves thirty lines.
    if let like = cells[4].split(separator: "with the fields of `", omittingEmptySubsequences: false).dropFirst().first?
      .prefix(while: { $0 != "`" })
    {
      section.fields += section.fields.filter { $0.path.hasPrefix(like + "[].") }.map {
        Field(path: path + $0.path.dropFirst(like.count), type: $0.type, when: $0.when, isRepeated: true)
      }
      // Or they look like records of their own.
      section.fields += (self.section(String(like))?.fields ?? []).map {
        Field(path: path + "[]." + $0.path, type: $0.type, when: $0.when, isRepeated: true)
      }
    }
    sections[sections.count - 1] = section
  }

  func section(_ title: String) -> Section? { sections.first { $0.title == title } }
}

extension Substring {
  fileprivate var trimmed: String {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
