import RFile
internal import Settings

extension BloomSettings {
  /// Reads `table.bloom.*`, which Accumulo reads in `BloomFilterLayer.Writer`; nil when the table has no filters. When they
  /// are loaded (`table.bloom.load.threshold`) is the readers' business.
  ///
  /// Throws `FileSettingsError` and `ConfigurationError` where Accumulo's compaction fails: for a functor that is not built
  /// in, an unknown hash, a filter without bits.
  init?(_ settings: Settings) throws {
    guard settings["table.bloom.enabled"] != nil, try settings.boolean("table.bloom.enabled") else { return nil }
    let functorClass = settings["table.bloom.key.functor"] ?? ""
    guard let functor = KeyFunctor(className: functorClass) else {
      throw FileSettingsError(
        property: "table.bloom.key.functor",
        problem: "\(functorClass) is not built in; expected \(Self.list(KeyFunctor.allCases.map(\.className)))")
    }
    let hashName = settings["table.bloom.hash.type"] ?? ""
    guard let hash = BloomHash(name: hashName) else {
      throw FileSettingsError(
        property: "table.bloom.hash.type",
        problem: "expected \(Self.list(BloomHash.allCases.map(\.name))), found \"\(hashName)\"")
    }
    let keys = try settings.count("table.bloom.size")
    let rate = try settings.fraction("table.bloom.error.rate")
    guard let bloom = BloomSettings(functor: functor, hash: hash, keysPerRow: keys, errorRate: rate) else {
      throw FileSettingsError(
        property: "table.bloom.size",
        problem: "\(keys) keys with an error rate of \(rate) make a filter without bits: it must be at least 1, and "
          + "table.bloom.error.rate between 0 and 1")
    }
    self = bloom
  }

  private static func list(_ names: [String]) -> String {
    names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
  }
}
