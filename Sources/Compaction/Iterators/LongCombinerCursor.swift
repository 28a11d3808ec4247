import Digests
import Entries

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
final class LongCombinerCursor: EntryCursor {
  private let source: any EntryCursor
  private let combiner: LongCombiner
  private let accounts: CombinerAccounts?
  private let result = EntryBuffer()
  private let state: UnsafeMutablePointer<State>

  private struct State {
    /// The entry that was read from the source but not returned yet.
    var ahead: EntryPointer?
    /// Its hash, if there are accounts.
    var aheadHash = Digest(0)
    var encoded: UnsafeMutablePointer<UInt8>
  }

  init(source: any EntryCursor, combiner: LongCombiner, accounts: CombinerAccounts? = nil) {
    self.accounts = accounts
    self.source = source
    self.combiner = combiner
    state = .allocate(capacity: 1)
    state.initialize(to: State(encoded: .allocate(capacity: LongEncoding.longest)))
  }

  deinit {
    state.pointee.encoded.deallocate()
    state.deallocate()
  }

  func next() throws -> EntryPointer? {
    var first = state.pointee.ahead
    state.pointee.ahead = nil
    if first == nil {
      first = try source.next()
    } else {
      accounts?.taken.currentHash = state.pointee.aheadHash
    }
    guard let first else { return nil }
    guard !first.pointee.deleted, isCombined(first) else { return first }

    result.copyKey(first.pointee)
    accounts?.taken.add()
    var number = combiner.reduction.initial
    try add(first, to: &number)
    while let entry = try source.next() {
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

  private func isCombined(_ entry: EntryPointer) -> Bool {
    guard let columns = combiner.columns else { return true }
    for column in columns where column.contains(entry) { return true }
    return false
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
