// What the compaction settings of 2.1 become in 4.0: a properties file whose every setting has the reason above it, and
// a comment for all that has no counterpart. 4.0 ignores the old names without a word, and runs no compactions inside
// tablet servers: where 2.1 had a pool of threads, there is a group that compactors must be started for.

internal import Records
package import Settings

package struct ConfigurationUpgrade: Sendable {
  /// A Java properties file, which `check-config` for 4.0 finds sound.
  package private(set) var text = ""

  private let settings: Settings
  private let services: CompactionServices
  /// Names of groups that are taken: a group belongs to one service in 4.0.
  private var groups: Set<String> = []

  private static let old = CompactionServices.prefix(of: .v2)
  private static let new = CompactionServices.prefix(of: .v4)

  /// - Throws: `PlanningError` when the settings of 2.1 cannot be taken apart into services.
  package init(_ settings: Settings) throws(PlanningError) {
    self.settings = settings
    services = try CompactionServices(settings, .v2)
    note("Compaction settings for Accumulo 4.0, made of those for 2.1.")
    // The default service of 4.0 keeps its group unless it is given others.
    if !isSaid("default") || (try? usable("default")) == nil { groups.insert("default") }
    for name in services.names { migrate(service: name) }
    noteOldSettings()
    noteTables()
  }

  /// Whether somebody set anything about a service.
  private func isSaid(_ service: String) -> Bool {
    let isLimited = settings.isSet(CompactionService.deprecatedMaxOpen)
    let hasThreads = settings.isSet(CompactionServices.deprecatedThreads)
    return !settings.set(below: Self.old + service + ".").isEmpty || (service == "default" && (isLimited || hasThreads))
  }

  /// A service that can plan.
  private func usable(_ name: String) throws(PlanningError) -> CompactionService {
    let service = try services.service(name)
    guard !service.executors.isEmpty else { throw PlanningError("it has no executors") }
    return service
  }

  // MARK: Services

  private mutating func migrate(service name: String) {
    guard isSaid(name) || !["default", "meta", "root"].contains(name) else { return noteUnsaid(name) }
    text += "\n"
    note("Service \(name).")
    let service: CompactionService
    do throws(PlanningError) { service = try usable(name) } catch {
      return note("Left out, as it plans nothing in 2.1: \(error)")
    }
    set("\(name).planner", CompactionService.plannerClass(of: .v4), "The planner of 2.1 does not exist in 4.0.")
    var list: [String] = []
    for executor in service.executors {
      let group = group(for: executor, of: name)
      list.append(
        "{\"group\":\"\(group)\"" + (executor.maxSize.map { ",\"maxSize\":\"\(Self.sizeText($0))\"" } ?? "") + "}")
    }
    set("\(name).planner.opts.groups", "[\(list.joined(separator: ","))]", "In place of executors.")
    if service.maxOpen > 0 {
      let old = CompactionService.deprecatedMaxOpen
      let isOwn = settings.isSet(Self.old + name + ".planner.opts.maxOpen")
      set(
        "\(name).planner.opts.maxOpen", "\(service.maxOpen)",
        isOwn ? "As it was." : settings.isSet(old) ? "Was \(old)." : "The default of 2.1.")
    } else {
      set(
        "\(name).planner.opts.maxOpen", "10", "Was \(service.maxOpen), with which every plan fails; 10 is the default.")
    }
    let lowestRatio = "\(name).planner.opts.lowestRatio"
    if settings.isSet(Self.old + lowestRatio) { set(lowestRatio, settings[Self.old + lowestRatio] ?? "", "As it was.") }
    if let limit = service.rateLimit, limit > 0 {
      note("No counterpart: rate.limit, \(limit) bytes/s. Limit the number of compactors instead.")
    }
    if name == "meta" || name == "root" {
      note("4.0 plans its own tables with the service default. To use this one as before:")
      note(
        "  config -t \(name == "meta" ? "accumulo.metadata" : "accumulo.root") -s table.compaction.dispatcher.opts.service=\(name)"
      )
    }
  }

  private mutating func noteUnsaid(_ name: String) {
    switch name {
    case "default":
      text += "\n"
      note(
        "Nothing was said about the service default. In 4.0 it has maxOpen 10 and one group \"default\" for jobs of all"
      )
      note("sizes (2.1: threads in every tablet server, for jobs below 32M, below 128M, and larger).")
      note("Start compactors for the group default, or nothing is compacted.")
    default:
      text += "\n"
      note(
        "Nothing was said about the service \(name). 4.0 has none, and plans its own tables with the service default.")
    }
  }

  /// The name of the group for an executor, with a comment on what runs it.
  private mutating func group(for executor: Executor, of service: String) -> String {
    switch executor.place {
    case .queue(let queue):
      let group = unused(Self.groupName(queue))
      note(
        group == queue
          ? "Group \(group): the queue of that name. Start its compactors with this group."
          : "Group \(group): the queue \(queue), as a group needs \(CompactorGroup.rule), and one service only.")
      return group
    case .threads(let threads):
      let name = executor.id.split(separator: ".").last.map(String.init) ?? ""
      let group = unused(Self.groupName(service + "_" + name))
      note("Group \(group): was \(threads) threads in every tablet server. Start compactors for it.")
      return group
    case .group: return executor.id
    }
  }

  private mutating func unused(_ name: String) -> String {
    var (group, number) = (name, 1)
    while !groups.insert(group).inserted {
      number += 1
      group = "\(name)_\(number)"
    }
    return group
  }

  /// The letters that a group may have, all else as underscores.
  private static func groupName(_ text: String) -> String {
    let parts = text.utf8.split { byte in
      !((48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte))
    }
    let name = parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "_")
    return name.first.map { $0.isLetter } == true ? name : name.isEmpty ? "group" : "group_" + name
  }

  private static func sizeText(_ bytes: Int64) -> String {
    for (shift, unit) in [(30, "G"), (20, "M"), (10, "K")] where bytes % (1 << shift) == 0 {
      return "\(bytes >> shift)\(unit)"
    }
    return "\(bytes)"
  }

  // MARK: What else was said

  private mutating func noteOldSettings() {
    let prefix = "tserver.compaction.major."
    let old = settings.set(below: prefix).keys.filter { !$0.hasPrefix("service.") }.sorted()
    guard !old.isEmpty else { return }
    text += "\n"
    for key in old {
      let reason =
        switch prefix + key {
        case CompactionService.deprecatedMaxOpen: "Now maxOpen of the services that had none of their own"
        case CompactionServices.deprecatedThreads:
          "Were threads of the service default, unless executors were set for it; now the number of its compactors"
        default: "No counterpart"
        }
      note("\(reason): \(prefix)\(key). 4.0 ignores it without a word; take it out.")
    }
  }

  /// Settings of tables may not stand in the file.
  private mutating func noteTables() {
    let compaction = settings.set(below: "table.").filter {
      ["compaction.", "majc.", "file.max"].contains(where: $0.key.hasPrefix)
    }
    guard !compaction.isEmpty else { return }
    text += "\n"
    note("Settings of tables: in the shell, as 4.0 does not start with a file that has some.")
    for (name, value) in compaction.sorted(by: { $0.key < $1.key }) {
      let key = "table." + name
      if ["selector", "dispatcher.opts.service.chop", "dispatcher.opts.service.selector"].contains(where: {
        name.hasPrefix("compaction." + $0)
      }) || name.hasPrefix("majc.") {
        note(
          "  No counterpart: \(key). 4.0 has no compactions of that kind; user compactions may have a selector of theirs."
        )
      } else if name == "compaction.major.ratio", value.hasSuffix("%"),
        let ratio = try? ConfigurationValue.fraction(value)
      {
        note("  config -t TABLE -s \(key)=\(ratio)    was \(value): 4.0 takes no percentages, and would plan nothing")
      } else {
        note("  config -t TABLE -s \(key)=\(value)")
      }
    }
  }

  // MARK: Text

  private mutating func note(_ comment: String) {
    text += "# " + comment.split(whereSeparator: \.isNewline).joined(separator: " ") + "\n"
  }

  private mutating func set(_ name: String, _ value: String, _ why: String) {
    note(why)
    text += "\(Self.escaped(Self.new + name, isKey: true))=\(Self.escaped(value, isKey: false))\n"
  }

  /// As a properties file has it. Blanks matter at the beginning of a value only, its separators nowhere.
  private static func escaped(_ text: String, isKey: Bool) -> String {
    var escaped = ""
    for unit in text.utf16 {
      switch unit {
      case 0x5C: escaped += #"\\"#
      case 0x20 where isKey || escaped.isEmpty: escaped += #"\ "#
      case 0x20...0x7E:
        let isSeparator = isKey && [0x21, 0x23, 0x3A, 0x3D].contains(unit)  // ! # : =
        escaped += (isSeparator ? "\\" : "") + String(UnicodeScalar(UInt8(unit)))
      default: escaped += "\\u" + String(0x10000 + Int(unit), radix: 16).dropFirst()
      }
    }
    return escaped
  }
}
