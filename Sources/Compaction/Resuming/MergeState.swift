import BlockFile
import Entries
package import RFile

// A merge that pauses (`MergePause`) can be left to another process. What that one has to know: what was written, where
// the inputs go on, and the books so far. Everything before `next` was read, and is written or entered as dropped.

/// A merge between two cells.
package struct MergeState: Hashable, Sendable {
  /// One account of the ledger.
  struct Account: Hashable, Sendable {
    var title: EntryLedger.Title
    var sum: EntrySum
  }

  /// The blocks of each group that was begun; the last group goes on.
  package var writer: WriterState
  /// The first key to read.
  var next: Key
  /// Entries read and written so far.
  var entriesRead: Int64
  var entriesWritten: Int64
  /// In the order in which they were opened; nil without a ledger.
  var accounts: [Account]?
}

/// A merge that goes on where another one paused.
struct MergeContinuation {
  var state: MergeState
  /// The bytes that the other one wrote.
  var partial: ByteSource
  /// Called when all of them were repeated, before anything is written.
  var goOn: () throws -> Void

  /// How much of a group was written before.
  enum Progress { case nothing, part, whole }

  /// Repeats what was written of the group that the writer has begun.
  func repeatGroup(
    _ number: Int, to writer: RFileWriter, _ ledger: EntryLedger?, beat: () throws -> Void
  ) throws -> Progress {
    let groups = state.writer.groups
    guard number < groups.count else { return .nothing }
    let account = ledger?.account(.output)
    try writer.repeatGroup(groups[number], of: partial, account: account, beat: beat)
    guard number == groups.count - 1 else { return .whole }
    if let tail = state.writer.tail { try writer.repeatTail(tail, account: account) }
    try writer.endRepeating()
    guard writer.entries == state.entriesWritten,
      ledger == nil || state.accounts?.first(where: { $0.title == .output })?.sum == account?.total
    else { throw RepeatedBytesError(path: partial.path, problem: "has other entries than its checkpoint says") }
    try goOn()
    return .part
  }
}

extension EntryLedger {
  /// The sums of all accounts.
  var state: [MergeState.Account] { sums.map { MergeState.Account(title: $0.title, sum: $0.sum) } }

  /// Opens accounts with sums that another ledger had.
  func open(_ accounts: [MergeState.Account]) {
    // The output is summed again from the partial file.
    for account in accounts { self.account(account.title).add(account.title == .output ? EntrySum() : account.sum) }
  }
}
