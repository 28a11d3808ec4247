@testable import Entries

/// Deletes and versions in the most obvious way, on whole arrays. The cursors are checked against it.
enum NaiveStack {
  static func deleting(_ entries: [Entry], propagateDeletes: Bool) -> [Entry] {
    var hiddenCell: Key?
    return entries.filter { entry in
      if hiddenCell == cell(entry) { return false }
      hiddenCell = entry.key.deleted ? cell(entry) : nil
      return !entry.key.deleted || propagateDeletes
    }
  }

  static func versions(_ entries: [Entry], max: Int) -> [Entry] {
    var seen: [Key: Int] = [:]
    return entries.filter { entry in
      seen[cell(entry), default: 0] += 1
      return seen[cell(entry)]! <= max
    }
  }

  /// Deletes by definition, for any order of the input: an entry is hidden if any marker of its cell is not older. Only
  /// the newest marker of a cell stays.
  static func deletedByDefinition(_ entries: [Entry], propagateDeletes: Bool) -> [Entry] {
    var newestMarker: [Key: Int64] = [:]
    for entry in entries where entry.key.deleted {
      newestMarker[cell(entry)] = Swift.max(newestMarker[cell(entry)] ?? .min, entry.key.timestamp)
    }
    var given: Set<Key> = []
    return entries.filter { entry in
      guard let time = newestMarker[cell(entry)] else { return true }
      if !entry.key.deleted { return entry.key.timestamp > time }
      return propagateDeletes && entry.key.timestamp == time && given.insert(cell(entry)).inserted
    }
  }

  static func cell(_ entry: Entry) -> Key {
    var key = entry.key
    key.timestamp = 0
    key.deleted = false
    return key
  }
}

/// A shorthand for entries in tests: `entry("r f:q @5 = v")`, `entry("r f:q [A&B] @5 -")` for a delete marker. Family,
/// qualifier, visibility, time and value are optional; the default time is 0.
func entry(_ text: String) -> Entry {
  var key = Key(row: [], timestamp: 0)
  var value: [UInt8] = []
  var words = text.split(separator: " ", omittingEmptySubsequences: false)
  key.row = unescaped(words.removeFirst())
  while !words.isEmpty {
    let word = words.removeFirst()
    if word == "=" {
      value = unescaped(words.joined(separator: " "))
      words = []
    } else if word == "-" {
      key.deleted = true
    } else if word.first == "@" {
      key.timestamp = Int64(word.dropFirst())!
    } else if word.first == "[" {
      key.visibility = unescaped(word.dropFirst().dropLast())
    } else {
      let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      key.family = unescaped(parts[0])
      if parts.count == 2 { key.qualifier = unescaped(parts[1]) }
    }
  }
  return Entry(key: key, value: value)
}

private func unescaped(_ text: some StringProtocol) -> [UInt8] { ByteText.decode(text)! }

/// Converts entries back to the text that `entry` parses, which a failed expectation prints.
func lines(_ entries: [Entry]) -> [String] {
  entries.map { entry in
    let key = entry.key
    var text = ByteText.encode(key.row)
    if !key.family.isEmpty || !key.qualifier.isEmpty {
      text += " " + ByteText.encode(key.family) + (key.qualifier.isEmpty ? "" : ":" + ByteText.encode(key.qualifier))
    }
    if !key.visibility.isEmpty { text += " [" + ByteText.encode(key.visibility) + "]" }
    if key.timestamp != 0 { text += " @\(key.timestamp)" }
    if key.deleted { text += " -" }
    return entry.value.isEmpty ? text : text + " = " + ByteText.encode(entry.value)
  }
}
