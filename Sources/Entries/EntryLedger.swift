public import Digests

// The books of one merge: how many entries each input gave, who dropped how many, what went to the writer. Each account
// is an `EntrySum`, so at the end the two sides must be equal, entry for entry.
//
//     MergeInputs ───────> DeletingIterator ──────> FilterCursor ──────> RFileWriter
//     hashes the entry     drops: adds `current`    drops: adds          adds `current`
//     and adds it to       to `delete`              `current` to         to `output`
//     its input                                     `filter NAME`
//
// An entry is hashed once, where it is first seen. Its hash is `current` until the next entry is read, so that adding it
// to an account costs an addition. This holds as long as every cursor keeps one rule: when `next()` gives an entry,
// `current` is the hash of that entry. A cursor that passes entries on keeps it without doing anything. One that reads
// ahead or makes entries of its own sets `current` itself (`LongCombinerCursor`).

/// Accounts of entries, used by one thread.
package final class EntryLedger {
  /// What an account is for.
  package enum Title: Hashable, Sendable {
    /// What an input gave, by its place among the inputs.
    case input(Int)
    /// Not written: `versions`, `delete` (hidden by a marker), `marker`, `filter NAME`, `combiner NAME` (taken into another).
    case dropped(String)
    /// Entries that no input had, by what made them.
    case made(String)
    /// What was given to the writer.
    case output
  }

  private let current: UnsafeMutablePointer<Digest>
  private var accounts: [(title: Title, account: LedgerAccount)] = []

  package init() {
    current = .allocate(capacity: 1)
    current.initialize(to: Digest(0))
  }

  deinit {
    for (_, account) in accounts { account.sum.deallocate() }
    current.deallocate()
  }

  /// The account of this title, opened when it is new. It is valid as long as the ledger is there.
  package func account(_ title: Title) -> LedgerAccount {
    if let found = accounts.first(where: { $0.title == title }) { return found.account }
    let sum = UnsafeMutablePointer<EntrySum>.allocate(capacity: 1)
    sum.initialize(to: EntrySum())
    let account = LedgerAccount(sum: sum, current: current)
    accounts.append((title, account))
    return account
  }

  /// All accounts in the order in which they were opened.
  package var sums: [(title: Title, sum: EntrySum)] { accounts.map { ($0.title, $0.account.sum.pointee) } }
}

/// One account of a ledger.
@frozen public struct LedgerAccount {
  @usableFromInline let sum: UnsafeMutablePointer<EntrySum>
  @usableFromInline let current: UnsafeMutablePointer<Digest>

  fileprivate init(sum: UnsafeMutablePointer<EntrySum>, current: UnsafeMutablePointer<Digest>) {
    (self.sum, self.current) = (sum, current)
  }

  /// Adds the entry that was read last.
  @inlinable @inline(__always) public func add() { sum.pointee.add(current.pointee) }

  /// Adds an entry that was not seen before, which becomes the current one.
  @inlinable @inline(__always) public func add(_ entry: EntryPointer) {
    current.pointee = EntrySum.hash(of: entry)
    add()
  }

  /// The entries added so far.
  package var total: EntrySum { sum.pointee }

  /// Adds entries that went by together.
  package func add(_ entries: EntrySum) { sum.pointee += entries }

  /// The hash of the entry that was read last. To be set by a cursor that gives another one than it read last.
  package var currentHash: Digest {
    @inline(__always) get { current.pointee }
    @inline(__always) nonmutating set { current.pointee = newValue }
  }
}
