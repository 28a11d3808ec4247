import Digests
import Entries
import RFile

/// The accounts of a combiner.
package struct CombinerAccounts {
  /// Entries that were combined into others.
  let taken: LedgerAccount
  /// The entries that replace them.
  let made: LedgerAccount

  init(_ ledger: EntryLedger, _ name: String) {
    taken = ledger.account(.dropped("combiner " + name))
    made = ledger.account(.made("combiner " + name))
  }
}

/// Runs a `LongCombiner`. It reads one entry ahead: the first entry after the combined versions.
///
/// The merge below can pause in between: it returns nil before a block that may be taken over whole. If the block begins
/// with another version of the cell, the cursor reads on, and the block is merged. Otherwise the versions are all there:
/// their result goes out, and then a nil, as from the merge. So the cursor holds nothing back when it returns nil.
final class LongCombinerCursor: EntryCursor {
  private let source: any EntryCursor
  /// Nil if the entries come from elsewhere; such a source does not pause.
  private let merge: MergeInputs?
  private let combiner: LongCombiner
  private let accounts: CombinerAccounts?
  private let result = EntryBuffer()
  private let state: UnsafeMutablePointer<State>

  private struct State {
    /// The entry that was read from the source but not returned yet.
    var ahead: EntryPointer?
    /// Its hash, if there are accounts.
    var aheadHash = Digest(0)
    /// The source returned nil, and that nil was not returned yet.
    var owesNil = false
    var encoded: UnsafeMutablePointer<UInt8>
  }

  init(source: any EntryCursor, merge: MergeInputs?, combiner: LongCombiner, accounts: CombinerAccounts? = nil) {
    self.accounts = accounts
    self.source = source
    self.merge = merge
    self.combiner = combiner
    state = .allocate(capacity: 1)
    state.initialize(to: State(encoded: .allocate(capacity: LongEncoding.longest)))
  }

  deinit {
    state.pointee.encoded.deallocate()
    state.deallocate()
  }

  func next() throws -> EntryPointer? {
    if state.pointee.owesNil {
      state.pointee.owesNil = false
      return nil
    }
    var first = state.pointee.ahead
    state.pointee.ahead = nil
    if first == nil {
      first = try source.next()
    } else {
      accounts?.taken.currentHash = state.pointee.aheadHash
    }
    guard let first else { return nil }
    guard !first.pointee.deleted, combiner.combines(first) else { return first }

    result.copyKey(first.pointee)
    accounts?.taken.add()
    var number = combiner.reduction.initial
    try add(first, to: &number)
    while let entry = try nextVersion() {
      guard !entry.pointee.deleted, entry.pointee.isSameColumn(as: result.view.pointee) else {
        state.pointee.ahead = entry
        if let accounts { state.pointee.aheadHash = accounts.taken.currentHash }
        break
      }
      accounts?.taken.add()
      try add(entry, to: &number)
    }
    let count = combiner.encoding.encode(number, into: state.pointee.encoded)
    result.copyValue(ByteView(start: state.pointee.encoded, count: count))
    accounts?.made.add(EntryPointer(result.view))
    return EntryPointer(result.view)
  }

  /// The next entry after a version of `result`'s cell; nil if the source has no more versions of it.
  private func nextVersion() throws -> EntryPointer? {
    while true {
      if let entry = try source.next() { return entry }
      guard let ahead = merge?.entryAhead, ahead.pointee.isSameColumn(as: result.view.pointee) else {
        state.pointee.owesNil = true
        return nil
      }
    }
  }

  private func add(_ entry: EntryPointer, to number: inout Int64) throws {
    if let value = combiner.encoding.decode(entry.pointee.value) {
      number = combiner.reduction.combine(number, value)
    } else if !combiner.isLossy {
      let value = IteratorDataError.text(entry.pointee.value)
      throw IteratorDataError(
        combiner.property, entry.pointee,
        "its value \(value) is not a \(combiner.encoding.rawValue) number; the option lossy=true leaves such values out"
      )
    }
  }
}
