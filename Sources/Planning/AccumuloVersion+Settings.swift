// Which version a configuration is for: the names of compaction services tell, as no name is known to both.

package import Records
package import Settings

extension AccumuloVersion {
  /// The version whose compaction services the settings speak of; nil: of neither's.
  /// - Throws: `PlanningError` when they speak of both.
  package init?(_ settings: Settings) throws(PlanningError) {
    let (old, new) = (Self.v2.named(in: settings), Self.v4.named(in: settings))
    if let old, let new {
      throw PlanningError(
        "\(old) is a setting of Accumulo 2.1, and \(new) one of 4.0: say --accumulo 2.1 or --accumulo 4.0")
    }
    guard old != nil || new != nil else { return nil }
    self = old != nil ? .v2 : .v4
  }

  /// A setting that this version would ignore without a word, being one of the other version; nil when there is none.
  package func ignored(in settings: Settings) -> String? {
    (self == .v2 ? Self.v4 : .v2).named(in: settings)
  }

  private func named(in settings: Settings) -> String? {
    settings.firstNamed(below: CompactionServices.prefix(of: self))
  }
}
