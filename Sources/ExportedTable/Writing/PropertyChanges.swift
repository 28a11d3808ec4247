/// How the properties of a new table differ from those of the exported one.
package struct PropertyChanges: Hashable, Sendable {
  /// In the order in which they were given; an empty value removes an iterator.
  package var assigned: [Change]
  package var dropped: [String]

  package struct Change: Hashable, Sendable {
    package var key: String
    package var value: String

    package init(_ key: String, _ value: String) { (self.key, self.value) = (key, value) }
  }

  package init(assigned: [Change] = [], dropped: [String] = []) {
    (self.assigned, self.dropped) = (assigned, dropped)
  }

  package var isEmpty: Bool { assigned.isEmpty && dropped.isEmpty }
}

/// A change of a property that would make the new table unlike what was asked for.
package struct PropertyChangeError: Error, Hashable, CustomStringConvertible {
  package var description: String
}

extension TableConfigText {
  /// The same text with changes: sorted by key, as Accumulo writes it. An iterator goes with its options.
  /// - Throws: `PropertyChangeError` for a property that is no table's, a value of two lines, which would become two
  ///   properties, and the removal of a property that is not there.
  package func changed(by changes: PropertyChanges) throws -> TableConfigText {
    var values = properties
    func remove(_ key: String) {
      values[key] = nil
      guard Self.isIterator(key) else { return }
      for option in values.keys where option.hasPrefix(key + ".opt.") { values[option] = nil }
    }
    for key in changes.dropped {
      guard values[key] != nil else {
        throw PropertyChangeError(description: "--drop-property \(key): the exported table has no such property")
      }
      remove(key)
    }
    for change in changes.assigned {
      guard change.key.hasPrefix("table.") else {
        throw PropertyChangeError(description: "-p \(change.key): only table.* are properties of a table")
      }
      guard !change.value.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) else {
        throw PropertyChangeError(description: "-p \(change.key): a value of several lines cannot be imported")
      }
      if change.value.isEmpty, Self.isIterator(change.key) {
        remove(change.key)
      } else {
        values[change.key] = change.value
      }
    }
    var new = self
    new.lines = values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { ($0.key, $0.value) }
    return new
  }

  /// The bytes of the file.
  package var text: [UInt8] { Array(lines.map { "\($0.key)=\($0.value)\n" }.joined().utf8) }

  /// `table.iterator.<scope>.<name>`
  private static func isIterator(_ key: String) -> Bool {
    key.hasPrefix("table.iterator.") && key.utf8.count(where: { $0 == UInt8(ascii: ".") }) == 3
  }
}
