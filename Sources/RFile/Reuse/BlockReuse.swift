package import Entries

// Most blocks of a big file need no work when it is merged only with small files, or with files of other rows. A block
// whose entries would all be written unchanged, one after another, is taken over with its stored bytes: it is inflated
// and every entry is decoded and examined, but it is not deflated again, which is the expensive part.
//
//     input 1   | block of c..f | block of g..k | block of l..p |
//     input 2                         h
//     output    | block of c..f | g h i j k     | block of l..p |      the first and the last are taken over
//
// 1. `ReusableBlocks` says which blocks can be taken over at all: those of the output's codec and of about the output's
//    block size. `MergeInputs` has the cursors of such inputs keep the stored bytes of blocks.
// 2. The merge pauses before the first entry of such a block (`MergeCursor+Block`): it returns nil as if it were at its
//    end, and so does the stack of iterators above it. By then, everything before the block was written.
// 3. Four questions, the cheap ones first. Does the index say that no entry of another input falls into the block? Is
//    its first entry fresh, or does an iterator judge it by an earlier entry (`CellJudge`)? Can the output have a block
//    border here (`LocalityGroupWriter+Block`)? And would all its entries be written, unchanged and next to their
//    neighbours (`BlockExaminer`)?
// 4. If any answer is no, nothing has changed: the merge continues entry by entry, with the first one of the block.
// 5. Otherwise the merge moves to the end of the block and offers it as one value, a `WholeBlock`. The writer takes its
//    bytes and what it needs to continue after it, and the iterators are notified of the block.
//
// An example: one version of each cell, blocks of 100 bytes, entries of 10 bytes with rows a1, a2 .. a9, b1 ..
//
//     input 1   | a1 .. b1 | b2 .. c2 | c3 .. d3 |
//     input 2   a3' (newer than a3) and b2' (a delete marker of b2)
//     output    | a1 a2 a3' a4 .. b1 | b3 .. c2 | c3 .. d3 |
//
//     a1   The index says that the block ends at b1, but a3' is the next entry of the others: no. So the block is
//          merged, and a3' replaces a3.
//     b2   Input 2 is at its end, but its marker came just before: b2 is not fresh. The block is merged without it,
//          which leaves 9 entries in the writer's current block. That block is not full.
//     c3   Fresh and alone, and 90 and 100 bytes are enough for two blocks. All ten entries pass: the current block
//          ends short, and this one is taken over.

/// A stream between a merge and a writer that lets whole blocks pass: each entry comes out unchanged or not at all.
///
/// The stream never holds entries back: it has returned or dropped every entry that it took from the merge. It ends
/// when the merge ends and continues when the merge continues.
package struct BlockPassage {
  /// The number of versions of a cell that stay; `Int.max` keeps all.
  package var maxVersions: Int
  /// Each decides for a single entry whether it stays as it is.
  package var filters: [(EntryPointer) -> Bool]
  package var judges: [any CellJudge]

  package init(maxVersions: Int, filters: [(EntryPointer) -> Bool], judges: [any CellJudge]) {
    self.maxVersions = maxVersions
    self.filters = filters
    self.judges = judges
  }
}

/// Judges entries by earlier entries of the same cell.
package protocol CellJudge: AnyObject {
  /// False when an earlier entry of the cell affects this one.
  func isFresh(_ entry: EntryPointer) -> Bool
  /// Notes that a block was taken over. Its first entry was fresh.
  func note(_ block: WholeBlock)
}

extension RFileWriter {
  /// Appends the rest of a stream, and takes over as many blocks of its inputs as possible. Returns early when the merge
  /// pauses (`MergePause`); call it again after `goOn`.
  ///
  /// - Parameters:
  ///   - passage: what the stream does with the entries of the inputs.
  ///   - account: every written entry is added to it.
  package func append(
    contentsOf stream: any EntryCursor, from inputs: MergeInputs, _ passage: BlockPassage,
    account: LedgerAccount? = nil
  ) throws {
    let group = currentGroup
    let merge = inputs.merge
    let examiner = BlockExaminer(passage, inputs.filter, sums: inputs.isAudited)
    merge.stopBeforeBlocks()
    // After a pause the merge can stand before a block.
    var next = merge.blockAhead
    while true {
      if next == nil {
        try append(contentsOf: stream, account: account)
        next = merge.blockAhead
      }
      guard !inputs.isPaused, let ahead = next else { return }
      next = nil
      guard merge.mayBlockStandAlone, passage.judges.allSatisfy({ $0.isFresh(ahead.first) }),
        group.hasRoom(forBlockOf: ahead.rawSize), let block = try merge.passBlock(examiner, group.familyRules)
      else { continue }
      try layers?.add(block)
      try group.append(block)
      inputs.note(block)
      account?.add(block.sum)
      for judge in passage.judges { judge.note(block) }
    }
  }
}
