// Sorts in place by a number, with no memory beyond the elements themselves: American flag sort (McIlroy, Bostic and
// McIlroy, Engineering Radix Sort, 1993), eight bits at a time, starting at the highest bit in which the elements
// differ.
//
// Rows are random, so three rounds separate eight million of them into runs of a few, which insertion sort finishes.
// Rows that are not random (all alike, all small) only take more rounds, at most eight.

/// An element sorted by 64 bits.
protocol RadixKeyed {
  var radixKey: UInt64 { get }
}

extension UInt64: RadixKeyed {
  var radixKey: UInt64 { self }
}

/// Sorts by `radixKey`. Elements with equal keys end up in any order.
func radixSort<Element: RadixKeyed>(_ elements: UnsafeMutableBufferPointer<Element>) {
  guard elements.count > 1, let start = elements.baseAddress else { return }
  var different: UInt64 = 0
  let first = start[0].radixKey
  for i in 1..<elements.count { different |= start[i].radixKey ^ first }
  guard different != 0 else { return }
  let bits = 64 - different.leadingZeroBitCount
  radixSort(start, elements.count, shift: max(0, bits - 8))
}

private func radixSort<Element: RadixKeyed>(_ start: UnsafeMutablePointer<Element>, _ count: Int, shift: Int) {
  if count <= 24 { return insertionSort(start, count) }
  withUnsafeTemporaryAllocation(of: Int.self, capacity: 512) { memory in
    let next = memory.baseAddress!
    let ends = next + 256
    ends.initialize(repeating: 0, count: 256)
    for i in 0..<count { ends[Int(start[i].radixKey >> UInt64(shift) & 255)] += 1 }
    var position = 0
    for digit in 0..<256 {
      next[digit] = position
      position += ends[digit]
      ends[digit] = position
    }
    for digit in 0..<256 {
      while next[digit] < ends[digit] {
        var element = start[next[digit]]
        var target = Int(element.radixKey >> UInt64(shift) & 255)
        while target != digit {
          swap(&element, &start[next[target]])
          next[target] += 1
          target = Int(element.radixKey >> UInt64(shift) & 255)
        }
        start[next[digit]] = element
        next[digit] += 1
      }
    }
    guard shift > 0 else { return }
    var begin = 0
    for digit in 0..<256 {
      let size = ends[digit] - begin
      if size > 1 { radixSort(start + begin, size, shift: max(0, shift - 8)) }
      begin = ends[digit]
    }
  }
}

private func insertionSort<Element: RadixKeyed>(_ start: UnsafeMutablePointer<Element>, _ count: Int) {
  for i in 1..<count {
    let element = start[i]
    let key = element.radixKey
    var j = i
    while j > 0, start[j - 1].radixKey > key {
      start[j] = start[j - 1]
      j -= 1
    }
    start[j] = element
  }
}
