internal import Records
internal import Settings

/// All services that a configuration defines for a version of Accumulo. Each is parsed only when it is asked for, so a
/// broken one does not affect the others.
struct CompactionServices: Sendable {
  struct Definition: Sendable {
    var name: String
    var planner: String
    /// Nil when the service has none.
    var options: [String: String]?
    var rateLimit: Int64
  }

  /// What the names of all properties of services begin with.
  static func prefix(of version: AccumuloVersion) -> String {
    version == .v4 ? "compaction.service." : "tserver.compaction.major.service."
  }

  static let deprecatedThreads = "tserver.compaction.major.concurrent.max"
  private static let deprecatedThroughput = "tserver.compaction.major.throughput"

  private let definitions: [String: Definition]
  private let settings: Settings
  private let version: AccumuloVersion

  /// - Throws: `PlanningError` for a property of no known form, for options of a service without a planner, for a bad
  ///   rate limit.
  init(_ settings: Settings, _ version: AccumuloVersion) throws(PlanningError) {
    (self.settings, self.version) = (settings, version)
    let prefix = Self.prefix(of: version)
    var planners: [String: String] = [:]
    var options: [String: [String: String]] = [:]
    var rateLimits: [String: Int64] = [:]
    let hasDeprecatedThroughput = settings.isSet(Self.deprecatedThroughput)
    let properties = version == .v4 ? settings.below(prefix) : Self.propertiesOf21(settings)
    for (suffix, value) in properties.sorted(by: { $0.key < $1.key }) {
      // Java's split drops empty parts at the end.
      var parts = suffix.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      while parts.last?.isEmpty == true { parts.removeLast() }
      if parts.count == 4, parts[1] == "planner", parts[2] == "opts" {
        options[parts[0], default: [:]][parts[3]] = value
      } else if parts.count == 2, parts[1] == "planner" {
        planners[parts[0]] = value
      } else if version == .v2, parts.count == 3, parts[1] == "rate", parts[2] == "limit" {
        let isDefault = ["default", "meta", "root"].contains(parts[0]) && !settings.isSet(prefix + suffix)
        if !(isDefault && hasDeprecatedThroughput) { rateLimits[parts[0]] = try Self.rate(value, prefix + suffix) }
      } else {
        let forms =
          version == .v4
          ? "<service>.planner or <service>.planner.opts.<option>"
          : "<service>.planner, <service>.planner.opts.<option> or <service>.rate.limit"
        throw PlanningError("\(prefix + suffix): expected \(forms)")
      }
    }
    if let orphan = options.keys.sorted().first(where: { planners[$0] == nil }) {
      throw PlanningError("\(prefix)\(orphan).planner: missing, though the service has options")
    }
    let otherLimit =
      hasDeprecatedThroughput ? try Self.rate(settings[Self.deprecatedThroughput] ?? "0", Self.deprecatedThroughput) : 0
    definitions = Dictionary(
      uniqueKeysWithValues: planners.map { name, planner in
        (
          name,
          Definition(name: name, planner: planner, options: options[name], rateLimit: rateLimits[name] ?? otherLimit)
        )
      })
  }

  /// Names, sorted.
  var names: [String] { definitions.keys.sorted() }

  /// The class of a service's planner.
  func planner(of service: String) -> String? { definitions[service]?.planner }

  /// - Throws: `PlanningError` when the service is not defined, or its definition is invalid.
  func service(_ name: String) throws(PlanningError) -> CompactionService {
    guard let definition = definitions[name] else {
      throw PlanningError("no compaction service is named \"\(name)\"; there are \(names.joined(separator: ", "))")
    }
    switch version {
    case .v2: return try CompactionService(definition, settings)
    case .v4: return try CompactionService(withGroups: definition)
    }
  }

  /// Below the prefix. The number of threads that older versions knew makes a default service, if nothing else was said
  /// about it.
  private static func propertiesOf21(_ settings: Settings) -> [String: String] {
    let prefix = prefix(of: .v2)
    var properties = settings.below(prefix)
    guard settings.isSet(deprecatedThreads), let threads = settings[deprecatedThreads],
      !properties.keys.contains(where: { $0.hasPrefix("default.") && settings.isSet(prefix + $0) })
    else { return properties }
    properties["default.planner"] = CompactionService.planner
    properties["default.planner.opts.executors"] = "[{'name':'deprecated', 'numThreads':\(threads)}]"
    return properties
  }

  private static func rate(_ text: String, _ key: String) throws(PlanningError) -> Int64 {
    let rate: Int64
    do throws(ConfigurationValueError) { rate = try ConfigurationValue.size(text) } catch {
      throw PlanningError("\(key): \(error)")
    }
    guard rate >= 0 else { throw PlanningError("\(key): expected at least 0 bytes per second, found \(text)") }
    return rate
  }
}
