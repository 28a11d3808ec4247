import BlockFile
import Entries

// A walk through the index tree of a group, from block to block.
//
//            root               next()         root, a, 1, 2, b, 3
//           /    \
//          a      b             seek(key)      down to the leaf where the key is: a key of 2 leads to 2
//         / \     |             leaf()         from there on: 2, 3
//        1   2    3
//
// Between two steps, the blocks on the path can be given back (`giveBack`): their positions stay, and each block is
// read again when it is needed. So a thousand open files keep a thousand paths, but no blocks.
//
// An index that points into itself causes an error: levels must fall by one from parent to child, and each block of a
// level must come after the previous one in the file, as every writer places them.

struct IndexDescent {
  private let root: IndexRoot
  private let file: BCFileReader
  private let loader: BlockLoader

  /// A block on the path.
  private struct Step {
    /// Nil: given back.
    var block: IndexBlock?
    /// Nil: the root.
    let region: BlockRegion?
    let count: Int
    /// The entry to continue with: in a leaf, the first one not used yet. `count` when all are done.
    var position = 0
  }
  /// The blocks from the root to the current one.
  private var path: [Step] = []
  private var hasBegun = false
  /// For each level, where the last block that was entered ends.
  private var ends: [Int64]

  init(_ root: IndexRoot, in file: BCFileReader, loader: BlockLoader) {
    self.root = root
    self.file = file
    self.loader = loader
    ends = Array(repeating: 0, count: root.level + 1)
  }

  /// Where the current block is stored; nil for the root.
  var region: BlockRegion? { path.last?.region }

  /// True when the current block is the last of its level.
  var isLastOfLevel: Bool { path.dropLast().allSatisfy { $0.position == $0.count - 1 } }

  /// The next block: the root first, parents before their children, in key order; nil after the last.
  ///
  /// This and all methods below throw `FileError` and `SystemError`.
  mutating func next() throws -> IndexBlock? {
    if !hasBegun { return try enterRoot() }
    if let last = path.last, path.count == root.level + 1 { path[path.count - 1].position = last.count }
    leaveUsed()
    return path.isEmpty ? nil : try enterChild()
  }

  /// Goes to the first leaf that can contain `key`, or, without a key, to the first leaf of all.
  mutating func seek(_ key: Key?) throws {
    var block = try enterRoot()
    guard block.count > 0 else { return finish() }
    while true {
      let position = try located(block) { try key.map { try block.firstIndex(notBefore: $0) } ?? 0 }
      guard position < block.count else {
        // The key is after the last key of the group. Below the root, this contradicts the parent's key.
        guard path.count == 1 else {
          throw damage("an index block of level \(block.level) ends before its parent says")
        }
        return finish()
      }
      path[path.count - 1].position = position
      if block.level == 0 { return }
      block = try enterChild()
    }
  }

  /// The current leaf while it has entries left, then the next one; nil after the last.
  mutating func leaf() throws -> (block: IndexBlock, position: Int)? {
    leaveUsed()
    guard !path.isEmpty else { return nil }
    var block = try blockAtHand()
    while block.level > 0 { block = try enterChild() }
    return (block, path[path.count - 1].position)
  }

  /// Continues in the current leaf with the entry at `position`.
  mutating func advance(to position: Int) { path[path.count - 1].position = position }

  /// Frees the blocks, but keeps the position.
  mutating func giveBack() { for i in path.indices { path[i].block = nil } }

  /// Ends the walk.
  mutating func finish() { path.removeAll() }

  private mutating func leaveUsed() {
    while let last = path.last, last.position >= last.count {
      path.removeLast()
      if !path.isEmpty { path[path.count - 1].position += 1 }
    }
  }

  private mutating func enterRoot() throws -> IndexBlock {
    hasBegun = true
    let block = try root.load(from: file, loader: loader)
    path.append(Step(block: block, region: nil, count: block.count))
    return block
  }

  /// Enters the child at the current block's position.
  private mutating func enterChild() throws -> IndexBlock {
    let parent = try blockAtHand()
    let position = path[path.count - 1].position
    let entry = try located(parent) { try parent.entry(position) }
    guard let region = entry.region, entry.entryCount == 0, region.offset >= ends[parent.level - 1] else {
      throw damage("entry \(position) of an index block of level \(parent.level) does not follow the previous one")
    }
    let child = try load(region, level: parent.level - 1)
    ends[child.level] = region.offset + region.compressedSize
    path.append(Step(block: child, region: region, count: child.count))
    return child
  }

  private mutating func blockAtHand() throws -> IndexBlock {
    let step = path[path.count - 1]
    if let block = step.block { return block }
    let block =
      if let region = step.region { try load(region, level: root.level - path.count + 1) } else {
        try root.load(from: file, loader: loader)
      }
    guard block.count == step.count else { throw damage("an index block changed while it was read") }
    path[path.count - 1].block = block
    return block
  }

  private func load(_ region: BlockRegion, level: Int) throws -> IndexBlock {
    let buffer = BlockBuffer()
    try file.load(region, into: buffer, loader: loader, place: "index block")
    let block = try FileError.locating(file.path, "index block at offset \(region.offset)") {
      var reader = ByteReader([UInt8](buffer.bytes))
      let block = try IndexBlock(from: &reader, version: root.version)
      try reader.checkAtEnd("the index block")
      return block
    }
    guard block.level == level else {
      throw damage("index block at offset \(region.offset): expected level \(level), found \(block.level)")
    }
    guard block.count > 0 else {
      throw damage("index block at offset \(region.offset): expected entries, found none")
    }
    return block
  }

  private func located<T>(_ block: IndexBlock, _ body: () throws -> T) throws -> T {
    try FileError.locating(file.path, "index block of level \(block.level)", body)
  }

  private func damage(_ cause: String) -> FileError { FileError(path: file.path, place: "index", cause: cause) }
}
