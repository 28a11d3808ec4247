internal import Records

extension Tablet {
  /// The same tablet with every file in its lists named in full: a plain name stands for the only part of its path.
  /// - Throws: `PlanningError` for a plain name when the tablet has several parts of it.
  func namingParts() throws(PlanningError) -> Tablet {
    guard files.contains(where: { $0.range != nil }) else { return self }
    let known = Set(files.map(\.part))
    let parts = Dictionary(grouping: known, by: \.file)
    func named(_ list: [FilePart]) throws(PlanningError) -> [FilePart] {
      var full: [FilePart] = []
      for part in list {
        guard part.range == nil, !known.contains(part), let meant = parts[part.file] else {
          full.append(part)
          continue
        }
        guard meant.count == 1 else {
          throw PlanningError(
            "\(part.file): expected one of its \(meant.count) parts, such as \(meant.map(\.description).min() ?? "")")
        }
        full.append(meant[0])
      }
      return full
    }
    var tablet = self
    if let candidates { tablet.candidates = try named(candidates) }
    for place in running.indices { tablet.running[place].files = try named(running[place].files) }
    if let selected { tablet.selected?.files = try named(selected.files) }
    return tablet
  }
}
