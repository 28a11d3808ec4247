/// An element of a heap: of any two, one comes out first.
protocol HeapElement {
  func precedes(_ other: Self) -> Bool
}

/// A binary heap: the children of place n are at 2n + 1 and 2n + 2, and neither precedes it.
struct PriorityHeap<Element: HeapElement> {
  private(set) var elements: [Element] = []

  mutating func push(_ element: Element) {
    elements.append(element)
    var place = elements.count - 1
    while place > 0, case let parent = (place - 1) / 2, element.precedes(elements[parent]) {
      elements[place] = elements[parent]
      place = parent
    }
    elements[place] = element
  }

  /// The one that comes out first.
  mutating func pop() -> Element? {
    guard let top = elements.first, let moved = elements.popLast() else { return nil }
    guard !elements.isEmpty else { return top }
    let count = elements.count
    var place = 0
    while true {
      var child = 2 * place + 1
      guard child < count else { break }
      if child + 1 < count, elements[child + 1].precedes(elements[child]) { child += 1 }
      guard elements[child].precedes(moved) else { break }
      elements[place] = elements[child]
      place = child
    }
    elements[place] = moved
    return top
  }

  /// Keeps only what still counts.
  mutating func removeAll(where isGone: (Element) -> Bool) {
    let kept = elements.filter { !isGone($0) }
    elements.removeAll(keepingCapacity: true)
    for element in kept { push(element) }
  }
}
