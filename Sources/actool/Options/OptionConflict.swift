import ArgumentParser

/// Options that would do nothing beside another one. They are refused, because whoever gives them expects something.
enum OptionConflict {
  /// - Parameters:
  ///   - option: what was given, as it is typed.
  ///   - others: what does not go with it, and whether that was given.
  /// - Throws: `ValidationError` that names those which were.
  static func refuse(_ others: [(name: String, isGiven: Bool)], beside option: String) throws {
    let given = others.filter(\.isGiven).map(\.name)
    guard !given.isEmpty else { return }
    throw ValidationError("\(option) does not go with \(given.joined(separator: ", "))")
  }
}
