import Entries

// The values of one key on both sides, starting with the first difference. They are compared as multisets: how often a value
// occurs counts, but not the order. Values that both sides have cancel out; the rest is sorted and paired:
//
//     A    7 2 2 5         left of A    2 5 7          2 changed to 3
//     B    2 3             left of B    3              5 is missing, 7 is missing

/// The values of one key as owned bytes. Keys whose values are equal on both sides never get here.
struct ValuesOfKey {
  /// The most bytes that both sides may hold together. The first value of each side may have any size.
  private let limit: Int
  private let key = EntryBuffer()
  private var a: [[UInt8]] = []
  private var b: [[UInt8]] = []
  private var bytes = 0

  init(limit: Int) { self.limit = limit }

  /// Starts over with the key of an entry.
  mutating func begin(_ entry: EntryPointer) {
    key.copyKey(entry.pointee)
    a.removeAll(keepingCapacity: true)
    b.removeAll(keepingCapacity: true)
    bytes = 0
  }

  /// Adds an entry of A; returns false if it has another key. Throws `ComparisonError`.
  mutating func addToA(_ entry: EntryPointer) throws -> Bool {
    guard try hasRoom(for: entry, isFirst: a.isEmpty) else { return false }
    a.append(entry.pointee.value.array)
    return true
  }

  /// Adds an entry of B; returns false if it has another key. Throws `ComparisonError`.
  mutating func addToB(_ entry: EntryPointer) throws -> Bool {
    guard try hasRoom(for: entry, isFirst: b.isEmpty) else { return false }
    b.append(entry.pointee.value.array)
    return true
  }

  /// Counts the bytes of an entry; returns false if it has another key.
  private mutating func hasRoom(for entry: EntryPointer, isFirst: Bool) throws -> Bool {
    guard entry.pointee.compareKey(key.view.pointee) == 0 else { return false }
    // Even an empty array takes memory.
    bytes += entry.pointee.value.count + 48
    guard isFirst || bytes <= limit else {
      let row = ByteText.encode(entry.pointee.row.bytes.prefix(100))
      throw ComparisonError(
        description: "row \(row): the values of one key differ and take more than \(limit) bytes: too many to compare")
    }
    return true
  }

  /// Removes the values that both sides have and sorts the rest. Returns the number of entries removed from each side.
  mutating func takeEqual() -> Int64 {
    a.sort { $0.lexicographicallyPrecedes($1) }
    b.sort { $0.lexicographicallyPrecedes($1) }
    var (onlyA, onlyB): ([[UInt8]], [[UInt8]]) = ([], [])
    var (i, j) = (0, 0)
    while i < a.count, j < b.count {
      if a[i] == b[j] {
        i += 1
        j += 1
      } else if a[i].lexicographicallyPrecedes(b[j]) {
        onlyA.append(a[i])
        i += 1
      } else {
        onlyB.append(b[j])
        j += 1
      }
    }
    let equal = Int64(i - onlyA.count)
    a = onlyA + a[i...]
    b = onlyB + b[j...]
    return equal
  }

  /// Reports what is left, until `report` returns false; then returns false.
  func forEachDifference(_ report: (Difference) throws -> Bool) throws -> Bool {
    let pairs = min(a.count, b.count)
    for (old, new) in zip(a, b) {
      guard try withView(of: new, { new in try withEntry(old) { try report(.changed($0, to: new)) } }) else {
        return false
      }
    }
    for value in a.dropFirst(pairs) where try !withEntry(value, { try report(.missing($0)) }) { return false }
    for value in b.dropFirst(pairs) where try !withEntry(value, { try report(.extra($0)) }) { return false }
    return true
  }

  private func withEntry(_ value: [UInt8], _ body: (EntryPointer) throws -> Bool) throws -> Bool {
    try withView(of: value) { view in
      key.view.pointee.value = view
      return try body(EntryPointer(key.view))
    }
  }

  private func withView(of value: [UInt8], _ body: (ByteView) throws -> Bool) throws -> Bool {
    try value.withUnsafeBufferPointer { bytes in
      try body(ByteView(start: bytes.baseAddress ?? key.view.pointee.row.start, count: bytes.count))
    }
  }
}
