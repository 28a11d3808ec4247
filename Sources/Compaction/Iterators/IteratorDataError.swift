import Entries

/// An entry that an iterator of the stack cannot handle. Accumulo's class fails the compaction, and so do we.
struct IteratorDataError: Error, CustomStringConvertible, Equatable {
  /// The property that names the iterator, such as `table.iterator.majc.sum`.
  var property: String
  /// Row, family, qualifier, visibility and time of the entry.
  var entry: String
  var reason: String

  init(_ property: String, _ entry: EntryView, _ reason: String) {
    self.property = property
    self.entry =
      Self.text(entry.row) + " " + Self.text(entry.family) + ":" + Self.text(entry.qualifier) + " ["
      + Self.text(entry.visibility) + "] \(entry.timestamp)"
    self.reason = reason
  }

  /// `table.iterator.majc.sum: entry r1 f:q [] 7: its value abc is not a STRING number; ...`
  var description: String { "\(property): entry \(entry): \(reason)" }

  /// Bytes in the shell's escapes, cut after 100 bytes.
  static func text(_ bytes: ByteView) -> String {
    ByteText.encode(bytes.bytes.prefix(100)) + (bytes.count > 100 ? "..." : "")
  }
}
