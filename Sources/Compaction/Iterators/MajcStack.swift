// The iterators that a table's properties put into its major compactions:
//
//     table.iterator.majc.<name>=<priority>,<class>
//     table.iterator.majc.<name>.opt.<option>=<value>
//
// The iterator with the lowest priority number is nearest to the data; equal priorities are ordered by name. Scans use
// the same iterators, configured by `table.iterator.scan.` properties. Matches
// org.apache.accumulo.core.iteratorsImpl.IteratorProperty and IteratorConfigUtil. No iterator is implied: the default
// version filter is a property like any other.

internal import Java
internal import Settings

/// An ordered, checked stack of iterators.
struct MajcStack: Sendable {
  /// One iterator, as the properties define it.
  struct Iterator: Sendable, Equatable {
    var name: String
    var priority: Int
    var className: String
    var options: [String: String]
  }

  /// From the data upwards.
  let iterators: [Iterator]
  private let checked: [any MajcIterator]

  /// The use of a stack.
  enum Scope: String, Sendable {
    case majc
    case scan

    var prefix: String { "table.iterator.\(rawValue)." }

    /// What the user can do about a class that is not built in.
    var wayOut: String {
      switch self {
      case .majc:
        "leaving it out would change the table's data; compact this table with Accumulo, or set the property to "
          + "an empty value if the data does not need it"
      case .scan:
        "leaving it out would show what no scan sees; scan with --raw, or set the property to an empty value with -p"
      }
    }
  }

  /// The stack of a table with these properties. Properties outside the scope are ignored.
  ///
  /// An iterator with an empty value is removed. Options of undefined iterators are ignored.
  /// - Throws: `IteratorConfigurationError` for a malformed property or option, and for a class that is not built in.
  init(properties: [String: String], scope: Scope = .majc) throws {
    var iterators: [Iterator] = []
    var options: [String: [String: String]] = [:]
    for (property, value) in properties.sorted(by: { $0.key < $1.key }) where property.hasPrefix(scope.prefix) {
      switch try Self.parse(property, value, scope.prefix) {
      case .iterator(let iterator): iterators.append(iterator)
      case .option(let name, let option): options[name, default: [:]][option] = value
      case .removed: break
      }
    }
    for i in iterators.indices { iterators[i].options = options[iterators[i].name] ?? [:] }
    iterators.sort {
      $0.priority != $1.priority
        ? $0.priority < $1.priority : $0.name.utf16.lexicographicallyPrecedes($1.name.utf16)
    }
    self.iterators = iterators
    checked = try iterators.map { try Self.check($0, scope) }
  }

  /// The stack of a table with these settings.
  init(_ settings: Settings, scope: Scope = .majc) throws {
    let iterators = settings.below(scope.prefix).map { (scope.prefix + $0.key, $0.value) }
    try self.init(properties: Dictionary(uniqueKeysWithValues: iterators), scope: scope)
  }

  private enum Parsed {
    case iterator(Iterator)
    case option(name: String, option: String)
    case removed
  }

  private static func parse(_ property: String, _ value: String, _ prefix: String) throws -> Parsed {
    func error(_ reason: String) -> IteratorConfigurationError {
      IteratorConfigurationError(property: property, value: value, reason: reason)
    }
    let parts = property.dropFirst(prefix.count).split(
      separator: ".", maxSplits: 2, omittingEmptySubsequences: false
    ).map(String.init)
    guard !parts[0].isEmpty, parts.count == 1 || (parts.count == 3 && parts[1] == "opt" && !parts[2].isEmpty) else {
      throw error("expected \(prefix)<name> or \(prefix)<name>.opt.<option>")
    }
    if parts.count == 3 { return .option(name: parts[0], option: parts[2]) }
    if value.isEmpty { return .removed }
    let tokens = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard tokens.count == 2, let priority = JavaNumber.int(tokens[0]), priority > 0, !tokens[1].isEmpty else {
      throw error("expected <priority>,<class> with a priority of at least 1")
    }
    return .iterator(Iterator(name: parts[0], priority: Int(priority), className: tokens[1], options: [:]))
  }

  private static func check(_ iterator: Iterator, _ scope: Scope) throws -> any MajcIterator {
    let property = scope.prefix + iterator.name
    guard let type = builtIn[iterator.className] else {
      throw IteratorConfigurationError(
        property: property, value: "\(iterator.priority),\(iterator.className)",
        reason: "this iterator class is not built in, and \(scope.wayOut)")
    }
    return try type.init(IteratorOptions(property: property, values: iterator.options))
  }

  private static let builtIn: [String: any MajcIterator.Type] = {
    let types: [String: any MajcIterator.Type] = [
      "VersioningIterator": VersioningOptions.self, "AgeOffFilter": AgeOffFilter.self,
      "ColumnAgeOffFilter": ColumnAgeOffFilter.self, "TimestampFilter": TimestampFilter.self,
      "SummingCombiner": SummingCombiner.self, "MinCombiner": MinCombiner.self, "MaxCombiner": MaxCombiner.self,
      "RegExFilter": RegExFilter.self, "ReqVisFilter": ReqVisFilter.self, "ColumnSliceFilter": ColumnSliceFilter.self,
    ]
    return Dictionary(
      uniqueKeysWithValues: types.map { ("org.apache.accumulo.core.iterators.user." + $0.key, $0.value) })
  }()

  /// The layers of the stack, from the data upwards. For one thread only, because a layer can have state.
  func layers(in context: MajcContext) -> [IteratorLayer] {
    zip(iterators, checked).compactMap { $1.layer(in: context)?.named($0.name) }
  }
}
