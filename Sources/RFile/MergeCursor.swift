public import Entries

// A k-way merge as a tournament tree of losers (Knuth, The Art of Computer Programming 3, 5.4.1).
//
//                 winner 2            Each inner node holds the loser of the match played there; the winner went on.
//                    |                When the winner's source moves, only the matches on its way to the root are
//                 [loser 0]           played again: log2(k) of them.
//                 /       \
//           [loser 1]   [loser 3]
//            /    \      /    \
//           0      1    2      3
//
// A player carries the first 8 bytes of its row as a number, so nearly all matches are one integer comparison. Equal
// numbers are decided by the whole keys, equal keys by the number of the source: entries with equal keys come in the
// order of the inputs, and the merge drops none.

/// Entries of many cursors in one order.
public final class MergeCursor: EntryCursor {
  private struct Player {
    var prefix: UInt64
    var source: Int
  }

  private struct State {
    var players: UnsafeMutablePointer<Player>  // losers at 1..<k
    var winner = Player(prefix: 0, source: 0)
    var isStarted = false
    /// The winner's entry was not given yet.
    var isHeld = false
    var isAtEnd = false
  }

  private let sources: [GroupCursor]
  private let cursors: UnsafeMutablePointer<Unmanaged<GroupCursor>>
  private let live: UnsafeMutablePointer<Bool>
  private let state: UnsafeMutablePointer<State>

  /// Merges the cursors; none may have been moved yet.
  public init(_ sources: [GroupCursor]) {
    self.sources = sources
    ReadAhead(sources.map(\.feed))
    cursors = .allocate(capacity: max(sources.count, 1))
    live = .allocate(capacity: max(sources.count, 1))
    for (i, source) in sources.enumerated() {
      (cursors + i).initialize(to: .passUnretained(source))
      (live + i).initialize(to: true)
    }
    state = .allocate(capacity: 1)
    state.initialize(to: State(players: .allocate(capacity: max(sources.count, 1))))
  }

  deinit {
    state.pointee.players.deallocate()
    state.deallocate()
    cursors.deallocate()
    live.deallocate()
  }

  /// Entries decoded from all sources so far.
  public var entriesRead: Int64 { sources.reduce(0) { $0 + $1.entriesRead } }

  /// Which source gave the last entry: its index in the array that was merged.
  public var currentSource: Int { state.pointee.winner.source }

  public func next() throws -> EntryPointer? {
    if state.pointee.isHeld {
      state.pointee.isHeld = false
      return current()
    }
    return try move()
  }

  /// The next entry; `next()` gives it once more.
  func hold() throws -> EntryPointer? {
    if state.pointee.isHeld { return current() }
    let entry = try move()
    state.pointee.isHeld = entry != nil
    return entry
  }

  /// After the entry that was held was taken in another way.
  func letGo() { state.pointee.isHeld = false }

  @inline(__always) var standsAtBlock: Bool {
    cursors[state.pointee.winner.source]._withUnsafeGuaranteedRef { $0.standsAtBlock }
  }

  var currentCursor: GroupCursor { sources[state.pointee.winner.source] }

  /// The source with the next entry but for the winner; nil when there is none. In a tree of losers it has lost to the winner
  /// itself, so it stands on the winner's way.
  var runnerUp: GroupCursor? {
    var best: Player?
    var node = (sources.count + state.pointee.winner.source) / 2
    while node >= 1 {
      let loser = state.pointee.players[node]
      if best.map({ precedes(loser, $0) }) ?? true { best = loser }
      node /= 2
    }
    return best.flatMap { live[$0.source] ? sources[$0.source] : nil }
  }

  @inline(__always) private func move() throws -> EntryPointer? {
    guard state.pointee.isStarted else { return try start() }
    if state.pointee.isAtEnd { return nil }
    try replay()
    return current()
  }

  @inline(__always) private func current() -> EntryPointer? {
    let source = state.pointee.winner.source
    guard live[source] else {
      state.pointee.isAtEnd = true
      return nil
    }
    return cursors[source]._withUnsafeGuaranteedRef { $0.view }
  }

  /// Moves the winner's source and plays its matches again.
  @inline(__always) private func replay() throws {
    var player = try advance(state.pointee.winner.source)
    let players = state.pointee.players
    var node = (sources.count + player.source) / 2
    while node >= 1 {
      let loser = players[node]
      if precedes(loser, player) {
        players[node] = player
        player = loser
      }
      node /= 2
    }
    state.pointee.winner = player
  }

  @inline(__always) private func advance(_ source: Int) throws -> Player {
    let moved = try cursors[source]._withUnsafeGuaranteedRef { try $0.advance() }
    guard moved else {
      live[source] = false
      return Player(prefix: .max, source: source)
    }
    return Player(
      prefix: cursors[source]._withUnsafeGuaranteedRef { $0.state.pointee.decoder.rowPrefix }, source: source)
  }

  @inline(__always) private func precedes(_ a: Player, _ b: Player) -> Bool {
    a.prefix != b.prefix ? a.prefix < b.prefix : precedesByKey(a.source, b.source)
  }

  private func precedesByKey(_ a: Int, _ b: Int) -> Bool {
    guard live[a] && live[b] else { return live[a] == live[b] ? a < b : live[a] }
    let order = cursors[a]._withUnsafeGuaranteedRef { first in
      cursors[b]._withUnsafeGuaranteedRef { first.view.pointee.compareKey($0.view.pointee) }
    }
    return order != 0 ? order < 0 : a < b
  }

  /// Plays all matches from the leaves up.
  private func start() throws -> EntryPointer? {
    state.pointee.isStarted = true
    let count = sources.count
    guard count > 0 else {
      state.pointee.isAtEnd = true
      return nil
    }
    var winners: [Player] = Array(repeating: Player(prefix: 0, source: 0), count: count)
    for source in 0..<count { winners.append(try advance(source)) }
    for node in (1..<count).reversed() {
      let (a, b) = (winners[2 * node], winners[2 * node + 1])
      let isFirst = precedes(a, b)
      winners[node] = isFirst ? a : b
      (state.pointee.players + node).initialize(to: isFirst ? b : a)
    }
    state.pointee.winner = winners[1]
    return current()
  }
}
