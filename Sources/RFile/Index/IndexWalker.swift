import BlockFile
import Entries

// Goes through the data blocks of a group in order, by way of its index tree.
//
// A compaction of a thousand files has a thousand of these, so a walker keeps little: its place (one position per level)
// and a window of the next data blocks without their keys. When the window is used up the nodes on the path are read
// again; that is one index block for 256 data blocks. Small roots are kept.
//
// An index that points into itself ends in an error: levels must fall by one from node to node, and the blocks of a
// level must lie behind one another in the file, as every writer leaves them.

/// One data block, as its index entry describes it.
struct DataBlock {
  var region: BlockRegion
  var entryCount: Int
  /// From 0 in the group.
  var number: Int
  /// False when no row of the block can lie behind the end of the range.
  var mayPassEnd: Bool
  /// The first 8 bytes of the row in the index, which is no row of the block above, as a number; zeros behind a shorter one.
  var endPrefix: UInt64
}

final class IndexWalker {
  private let file: BCFileReader
  private let loader: BlockLoader
  private let root: IndexRoot
  private let endRow: [UInt8]?

  /// Position in each level's node, from the root down; empty when there is nothing left.
  private var path: [Int] = []
  private var nodeCounts: [Int] = []
  /// The last node that was entered per level below the root, to see that offsets rise.
  private var entered: [(parentPosition: [Int], offset: Int64)] = []
  private var window: [DataBlock] = []
  private var windowPosition = 0
  private var lastDataEnd: Int64 = 0

  private static let windowSize = 256

  /// Starts at the first block that may hold a key at or after `start`.
  init(_ root: IndexRoot, in file: BCFileReader, loader: BlockLoader, start: Key?, endRow: [UInt8]?) throws {
    self.file = file
    self.loader = loader
    self.root = root
    self.endRow = endRow
    try seek(start)
  }

  /// The next data block, or nil after the last.
  func next() throws -> DataBlock? {
    if windowPosition == window.count {
      guard !path.isEmpty else { return nil }
      try refill()
      guard !window.isEmpty else { return nil }
    }
    defer { windowPosition += 1 }
    return window[windowPosition]
  }

  private func seek(_ start: Key?) throws {
    var node = try root.load(from: file, loader: loader)
    guard node.count > 0 else { return }
    while true {
      let position = try located(node) { try start.map { try node.firstIndex(notBefore: $0) } ?? 0 }
      guard position < node.count else {
        // Behind the last key of the whole group. Below the root the parent's key promised otherwise.
        guard path.isEmpty else { throw damage("an index block of level \(node.level) ends before its parent says") }
        return
      }
      path.append(position)
      nodeCounts.append(node.count)
      if node.level == 0 { return }
      node = try child(position, of: node)
    }
  }

  private func refill() throws {
    window.removeAll(keepingCapacity: true)
    windowPosition = 0
    var node = try root.load(from: file, loader: loader)
    var depth = 0
    while node.level > 0 {
      if depth == path.count { path.append(0) }
      setCount(node.count, depth)
      node = try child(path[depth], of: node)
      depth += 1
    }
    if depth == path.count { path.append(0) }
    setCount(node.count, depth)
    try take(from: node)
    advance()
  }

  private func take(from leaf: IndexBlock) throws {
    let first = path[path.count - 1]
    let past = min(first + Self.windowSize, leaf.count)
    for i in first..<past {
      let entry = try located(leaf) { try leaf.entry(i) }
      let number = leaf.offset + i
      let region = try entry.region ?? root.region(number, in: file)
      guard region.offset >= lastDataEnd else {
        throw damage("data block \(number) at offset \(region.offset) lies before the end of the block before it")
      }
      if let problem = region.problem(codec: file.codec, limit: file.blockLimit) {
        throw FileError(path: file.path, place: "data block \(number)", cause: problem)
      }
      lastDataEnd = region.offset + region.compressedSize
      let mayPassEnd = endRow.map { $0.lexicographicallyPrecedes(entry.key.row) } ?? false
      window.append(
        DataBlock(
          region: region, entryCount: entry.entryCount, number: number, mayPassEnd: mayPassEnd,
          endPrefix: (0..<8).reduce(0) { $0 << 8 | ($1 < entry.key.row.count ? UInt64(entry.key.row[$1]) : 0) }))
      if mayPassEnd {
        // Every later block begins at or behind this key.
        path.removeAll()
        return
      }
    }
    path[path.count - 1] = past
  }

  /// Moves to the next node when one is used up.
  private func advance() {
    while let last = path.last, last >= nodeCounts[path.count - 1] {
      path.removeLast()
      if !path.isEmpty { path[path.count - 1] += 1 }
    }
  }

  private func child(_ position: Int, of node: IndexBlock) throws -> IndexBlock {
    let entry = try located(node) { try node.entry(position) }
    guard let region = entry.region else { throw damage("an index block without a place") }
    try checkOrder(region, depth: root.level - node.level, position)
    let child = try IndexRoot.loadNode(region, version: root.version, from: file, loader: loader)
    guard child.level == node.level - 1, child.count > 0 else {
      throw damage(
        "index block at offset \(region.offset): expected level \(node.level - 1) with entries, found level "
          + "\(child.level) with \(child.count)")
    }
    return child
  }

  private func checkOrder(_ region: BlockRegion, depth: Int, _ position: Int) throws {
    let here = Array(path.prefix(depth)) + [position]
    if depth < entered.count {
      let before = entered[depth]
      guard before.parentPosition == here ? region.offset == before.offset : region.offset > before.offset else {
        throw damage("index block at offset \(region.offset) lies before the one that it follows")
      }
      entered[depth] = (here, region.offset)
    } else {
      entered.append((here, region.offset))
    }
  }

  private func setCount(_ count: Int, _ depth: Int) {
    if depth < nodeCounts.count { nodeCounts[depth] = count } else { nodeCounts.append(count) }
  }

  private func located<T>(_ node: IndexBlock, _ body: () throws -> T) throws -> T {
    try FileError.locating(file.path, "index block of level \(node.level)", body)
  }

  private func damage(_ cause: String) -> FileError { FileError(path: file.path, place: "index", cause: cause) }
}
