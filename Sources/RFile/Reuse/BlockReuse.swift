package import Entries

// Most blocks of a big file need no work when only small files are merged into it, or files that lie beside each other. A
// block whose entries would all be written as they are, one after the other, goes over with its stored bytes: it is
// inflated and every entry of it decoded and looked at, but not deflated again, which is what costs.
//
//     input 1   | block of c..f | block of g..k | block of l..p |
//     input 2                         h
//     output    | block of c..f | g h i j k     | block of l..p |      the first and the last are taken over
//
// 1. `ReusableBlocks` says which blocks may go over at all: those of the output's codec, of about the output's block size.
//    `MergeInputs` has the cursors of such inputs keep the bytes of blocks as they lie in the file.
// 2. The merge pauses before the first entry of such a block (`MergeCursor+Block`): it gives nil as if it were at its end,
//    and so does the stack of iterators above it. All that came before was written.
// 3. Four questions, the cheap ones first. Does the index say that no entry of another input falls into the block? Is its
//    first entry fresh, or does an iterator judge it by one that came before (`CellJudge`)? Is there room for a border in
//    the output (`LocalityGroupWriter+Block`)? And are all its entries such as would be written, unchanged and next to
//    their neighbours (`BlockExaminer`)?
// 4. If any answer is no, nothing has happened: the merge goes on with the first entry of the block, one by one.
// 5. Else the merge stands at the end of the block and offers it as one value, a `WholeBlock`. The writer takes its bytes
//    and whatever it needs to go on behind it, and the iterators are told what went by.
//
// An example: one version of each cell, blocks of 100 bytes, entries of 10 bytes with rows a1, a2 .. a9, b1 ..
//
//     input 1   | a1 .. b1 | b2 .. c2 | c3 .. d3 |
//     input 2   a3' (newer than a3) and b2' (a delete marker of b2)
//     output    | a1 a2 a3' a4 .. b1 | b3 .. c2 | c3 .. d3 |
//
//     a1   The index says that the block ends at b1, and a3' is the next entry of the others: no. So the block is merged, and
//          a3 goes because of a3'.
//     b2   Nothing of input 2 is left, but its marker came just before: b2 is not fresh. The block is merged without it. It
//          leaves 9 entries in the writer's block at hand, which is not full.
//     c3   Fresh and alone, and 90 and 100 bytes are enough for two blocks. All ten entries pass: the block at hand ends
//          short, and this one goes over.

/// What stands between a merge and a writer, as far as it lets blocks go by: each entry comes out as it is or not at all.
///
/// The stream it describes is never ahead of the merge: it has given or dropped whatever it took. It ends when the merge
/// does, and goes on when that goes on.
package struct BlockPassage {
  /// Versions of a cell that stay; `Int.max`: all.
  package var maxVersions: Int
  /// Each says of single entries whether they stay.
  package var filters: [(EntryPointer) -> Bool]
  package var judges: [any CellJudge]

  package init(maxVersions: Int, filters: [(EntryPointer) -> Bool], judges: [any CellJudge]) {
    self.maxVersions = maxVersions
    self.filters = filters
    self.judges = judges
  }
}

/// Judges entries by others that came before them in the same cell.
package protocol CellJudge: AnyObject {
  /// False when what came before decides about this entry.
  func isFresh(_ entry: EntryPointer) -> Bool
  /// A block went by that begins with a fresh entry.
  func note(_ block: WholeBlock)
}

extension RFileWriter {
  /// Appends all that is left of a stream, and takes over what blocks it can of the inputs that feed it.
  ///
  /// - Parameters:
  ///   - passage: what the stream does to entries of the inputs.
  ///   - account: takes every entry that is written.
  package func append(
    contentsOf stream: any EntryCursor, from inputs: MergeInputs, _ passage: BlockPassage,
    account: LedgerAccount? = nil
  ) throws {
    let group = currentGroup
    let merge = inputs.merge
    let examiner = BlockExaminer(passage, inputs.filter, sums: inputs.isAudited)
    merge.stopBeforeBlocks()
    while true {
      try append(contentsOf: stream, account: account)
      guard let ahead = merge.blockAhead else { return }
      guard merge.mayBlockStandAlone, passage.judges.allSatisfy({ $0.isFresh(ahead.first) }),
        group.hasRoom(forBlockOf: ahead.rawSize), let block = try merge.passBlock(examiner, group.familyRules)
      else { continue }
      try group.append(block)
      inputs.note(block)
      account?.add(block.sum)
      for judge in passage.judges { judge.note(block) }
    }
  }
}
