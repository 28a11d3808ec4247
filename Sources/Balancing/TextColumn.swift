/// A text or none for each tablet, packed: there are millions of tablets, but few servers, groups and tables.
package struct TextColumn: Sendable {
  /// Each text once, in the order of first use.
  package private(set) var texts: [String] = []
  /// For each tablet, the place of its text in `texts`; -1 for none.
  private(set) var places: [Int32] = []
  private var placeOfText: [ExactText: Int32] = [:]

  package init() {}

  package init(_ texts: some Sequence<String?>) {
    for text in texts { append(text) }
  }

  package mutating func append(_ text: String?) {
    places.append(text.map { place(of: $0) } ?? -1)
  }

  private mutating func place(of text: String) -> Int32 {
    // Neighbours are often alike.
    let exact = ExactText(text: text)
    if let last = places.last, last >= 0, ExactText(text: texts[Int(last)]) == exact { return last }
    if let place = placeOfText[exact] { return place }
    let place = Int32(texts.count)
    placeOfText[exact] = place
    texts.append(text)
    return place
  }

  package subscript(tablet: Int) -> String? {
    places[tablet] < 0 ? nil : texts[Int(places[tablet])]
  }

  mutating func append(contentsOf other: TextColumn) {
    let new = other.texts.map { place(of: $0) }
    places += other.places.map { $0 < 0 ? $0 : new[Int($0)] }
  }

  /// For each tablet, the index of its text in a list of texts, each once; -1 for none, and for a text that is not there.
  func numbered(by list: [String]) -> [Int32] {
    let numbers = Dictionary(
      uniqueKeysWithValues: list.enumerated().map { (ExactText(text: $0.element), Int32($0.offset)) })
    let numberOfPlace = texts.map { numbers[ExactText(text: $0)] ?? -1 }
    return places.map { $0 < 0 ? -1 : numberOfPlace[Int($0)] }
  }

  /// Puts the tablets into another order.
  mutating func reorder(_ order: [Int]) { places = order.map { places[$0] } }
}

/// A text that only equals the same bytes, as in Java: to `String`, an é of one character is one of two.
private struct ExactText: Hashable {
  let text: String

  static func == (a: ExactText, b: ExactText) -> Bool { a.text == b.text && a.text.utf8.elementsEqual(b.text.utf8) }

  func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
