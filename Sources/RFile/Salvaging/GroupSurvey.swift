import BlockFile
import Entries

// Which of a group's blocks are good? Each that can be inflated, decodes from its first to its last byte, and is in
// order with the others. When two are out of order, the one whose keys are not those that the index names is the wrong
// one: a block of another place or another file. Keys that the index does not name are no proof alone, since the index
// may be what is damaged:
//
//     index         .. c      .. h      .. m
//     blocks       a .. c    x .. z    i .. m        x .. z is not below h, and not below i: lost
//                  a .. c    d .. h'   i .. m        h' > h only because a bit of the index flipped: kept

/// The blocks of one group, as its index lists them.
final class GroupSurvey {
  /// A block that cannot be read, or does not belong where it is.
  struct Failure {
    var region: BlockRegion
    var entries: Int64
    /// The number of good blocks before it.
    var place: Int
    var reason: String
    /// The block can be read, so that its bytes need not be searched.
    var isReadable: Bool
  }

  let group: LocalityGroup
  private(set) var run = SurvivingRun(isIndexed: true)
  private(set) var failures: [Failure] = []
  private let units: UnitReader
  private let end: Int64
  private let exam = BlockExam()
  private let buffer = BlockBuffer()
  /// The last key of the last good block; nil: there is none.
  private var last: Key?
  /// For each good block, whether its keys are those that the index names.
  private var isNamed: [Bool] = []
  private var taken: Set<Int64> = []
  /// How often the index has named an offset.
  private var claims: [Int64: Int] = [:]
  /// The index names a block twice: another one must be there that it does not name.
  private(set) var isContradicted = false

  init(_ group: LocalityGroup, _ units: UnitReader, end: Int64) {
    self.group = group
    self.units = units
    self.end = end
  }

  /// Throws `SystemError`.
  func add(_ claim: BlockClaim) throws {
    claims[claim.region.offset, default: 0] += 1
    // A wrong entry may name the block of a right one; more are no damage, and would be inflated for each.
    guard claims[claim.region.offset] ?? 0 <= 2 else {
      isContradicted = true
      return
    }
    if let problem = try units.load(claim.region, end: end, into: buffer) {
      return fail(claim, problem, isReadable: false)
    }
    switch exam.examine(buffer) {
    case .damaged(let reason): return fail(claim, reason, isReadable: false)
    case .entries(let count):
      guard taken.insert(claim.region.offset).inserted else {
        isContradicted = true
        return
      }
      let (first, newLast) = (exam.first.view.pointee.key, exam.last.view.pointee.key)
      let fits = newLast <= claim.key && (claim.previousKey.map { $0 <= first } ?? true)
      while fits, let last, first < last, isNamed.last == false { try dropLast() }
      guard last.map({ $0 <= first }) ?? true else {
        taken.remove(claim.region.offset)
        return fail(claim, "its keys are not those that the index names", isReadable: true)
      }
      run.blocks.append(SurvivingBlock(region: claim.region, entryCount: count))
      isNamed.append(fits)
      last = newLast
    }
  }

  private func fail(_ claim: BlockClaim, _ reason: String, isReadable: Bool) {
    failures.append(
      Failure(
        region: claim.region, entries: Int64(claim.entryCount), place: run.blocks.count, reason: reason,
        isReadable: isReadable))
  }

  /// The last good block is the one that is out of order.
  private func dropLast() throws {
    let block = run.blocks.removeLast()
    isNamed.removeLast()
    taken.remove(block.region.offset)
    failures.append(
      Failure(
        region: block.region, entries: Int64(block.entryCount), place: run.blocks.count,
        reason: "its keys are not those that the index names", isReadable: true))
    for i in failures.indices { failures[i].place = min(failures[i].place, run.blocks.count) }
    last = try run.blocks.last.map { try BlockKeys.of($0, units, end: end).last }
  }
}

/// The keys at the two ends of a good block.
struct BlockKeys {
  var first: Key
  var last: Key

  /// Reads the block again. Throws `FileError` when it is not what it was.
  static func of(_ block: SurvivingBlock, _ units: UnitReader, end: Int64) throws -> BlockKeys {
    let buffer = BlockBuffer()
    let exam = BlockExam()
    guard try units.load(block.region, end: end, into: buffer) == nil,
      (try? exam.decode(block.entryCount, of: buffer)) != nil
    else {
      throw FileError(
        path: units.source.path, place: "block at offset \(block.region.offset)", cause: "it changed while it was read")
    }
    return BlockKeys(first: exam.first.view.pointee.key, last: exam.last.view.pointee.key)
  }
}
