package import BlockFile
import Entries

// What a damaged file can be caught at while its entries are read for another purpose: keys out of order, and families
// that are not those of the list (`FamilyTally`). A merge of such a file would give a file that is sound, with entries
// that nobody wrote or without some that somebody did, so it must not pass unseen.

/// Files that were read although something in them is wrong. For one thread.
package final class UnsoundInputs {
  /// The first problem of each group of each file.
  package private(set) var problems: [FileError] = []

  package init() {}

  func add(_ problem: FileError) {
    if !problems.contains(where: { $0.path == problem.path && $0.place == problem.place }) { problems.append(problem) }
  }
}

extension GroupCursor {
  /// Looks at what the decoder found in the blocks so far: disorder, and a family that the list has not.
  func judgeBlock() throws {
    if let damage { try report(damage) }
  }

  /// Keys out of order or a family that is not listed, in the blocks read so far.
  var damage: FileError? {
    if let disorder = state.pointee.decoder.disorder { return feed.located(DecodeError(disorder)) }
    return state.pointee.decoder.tally?.unlisted.map {
      feed.located(.unlisted($0, at: state.pointee.decoder.offset)).unsound
    }
  }

  /// Looks at the counts of the families, after the last block that is read. `isWhole`: the group was read from its start
  /// to its end.
  func judgeGroup(isWhole: Bool) throws {
    state.pointee.decoder.endGroup()
    guard let tally = state.pointee.decoder.tally, tally.differs ?? isWhole else { return }
    try report(FileError.familiesDiffer(feed.file.path, group: groupName).unsound)
  }

  /// One problem of a group is enough: what follows may be its consequence.
  private func report(_ problem: FileError) throws {
    guard let unsound = feed.unsound else { throw problem }
    unsound.add(problem)
    state.pointee.decoder.stopJudging()
  }
}

extension FileError {
  /// The same about a file that can be merged all the same.
  fileprivate var unsound: FileError {
    var error = self
    error.kind = .unsound
    return error
  }

  /// The list of families of a group is wrong.
  static func familiesDiffer(_ path: String, group: String?) -> FileError {
    FileError(
      path: path, place: "block \(RFileIndex.blockName)",
      cause: "the counts of the column families differ from the entries\(group.map { " of group \($0)" } ?? "")")
  }
}

extension DecodeError {
  init(_ disorder: RelativeKeyDecoder.Disorder) {
    self.init(
      at: disorder.offset, expected: "keys in order", found: "entry \(disorder.entry) below the previous one")
  }

  /// A family that the list of a group has not.
  static func unlisted(_ family: [UInt8], at offset: Int) -> DecodeError {
    DecodeError(
      at: offset, expected: "a column family of the group's list", found: "\"\(ByteText.encode(family.prefix(64)))\"")
  }
}
