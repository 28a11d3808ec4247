/// What an importer would say to a part of an export, or what it does not notice.
package struct ImportFinding: Hashable, Sendable, CustomStringConvertible {
  package enum Kind: Sendable {
    /// The importer fails.
    case refused
    /// The importer takes it, and the new table is broken.
    case broken
    /// The importer takes it; somebody should know.
    case odd
  }

  package var kind: Kind
  /// A path, and a place in it.
  package var place: String
  package var problem: String

  package init(_ kind: Kind, at place: String, _ problem: String) {
    (self.kind, self.place, self.problem) = (kind, place, problem)
  }

  /// In one line: `x/exportMetadata.zip, metadata.bin, entry 3: the importer fails: an empty ~tab:~pr`
  package var description: String {
    let meaning =
      switch kind {
      case .refused: "the importer fails"
      case .broken: "the importer does not notice"
      case .odd: "the importer takes it"
      }
    return "\(place): \(meaning): \(problem)"
  }
}
