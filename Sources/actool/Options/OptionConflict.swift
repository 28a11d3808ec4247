import ArgumentParser

/// Options that would have no effect beside another one. They are refused instead of silently ignored.
enum OptionConflict {
  /// - Parameters:
  ///   - option: what is missing.
  ///   - others: the options that mean nothing without it, and whether each was given.
  /// - Throws: `ValidationError` that names those that were given.
  static func require(_ option: String, for others: [(name: String, isGiven: Bool)]) throws {
    let given = others.filter(\.isGiven).map(\.name)
    guard !given.isEmpty else { return }
    throw ValidationError("\(given.joined(separator: ", ")) \(given.count == 1 ? "goes" : "go") with \(option)")
  }

  /// - Parameters:
  ///   - option: what was given, as typed.
  ///   - others: the options that do not go with it, and whether each was given.
  /// - Throws: `ValidationError` that names those that were given.
  static func refuse(_ others: [(name: String, isGiven: Bool)], beside option: String) throws {
    let given = others.filter(\.isGiven).map(\.name)
    guard !given.isEmpty else { return }
    throw ValidationError("\(option) does not go with \(given.joined(separator: ", "))")
  }
}
