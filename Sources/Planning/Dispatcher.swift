internal import Records
internal import Settings

/// Which compaction service plans for a table: options below `table.compaction.dispatcher.opts.`
///
/// `service` for all kinds, `service.system`, `service.selector`, `service.user`, `service.chop` for one kind, and
/// `service.user.<type>` for user compactions with the execution hint `compaction_type=<type>`. The same in 4.0, which
/// has no other kinds than SYSTEM and USER.
/// Accumulo: `org.apache.accumulo.core.spi.compaction.SimpleCompactionDispatcher`.
struct Dispatcher: Sendable {
  private let options: [String: String]

  static let className = "org.apache.accumulo.core.spi.compaction.SimpleCompactionDispatcher"

  init(options: [String: String]) {
    self.options = options
  }

  /// - Throws: `PlanningError` for a class of somebody else's, whose answers nobody here knows.
  init(_ settings: Settings, _ version: AccumuloVersion) throws(PlanningError) {
    let name = settings["table.compaction.dispatcher"] ?? Self.className
    guard name == Self.className else {
      throw PlanningError("table.compaction.dispatcher: only \(Self.className) is supported, found \(name)")
    }
    let prefix = "table.compaction.dispatcher.opts."
    // 2.1 sets some on its own tables; 4.0 does not.
    self.init(options: version == .v2 ? settings.below(prefix) : settings.set(below: prefix))
  }

  /// The name of the service to use. A service of this name need not exist.
  func service(for kind: CompactionKind, hints: [String: String] = [:]) -> String {
    if kind == .user, let type = hints["compaction_type"], let service = options["service.user." + type] {
      return service
    }
    return options["service." + kind.rawValue.lowercased()] ?? options["service"] ?? "default"
  }
}
