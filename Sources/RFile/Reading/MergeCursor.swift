package import Entries

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
// A player carries eight bytes of its row as a number (`RowWord`), so nearly every match is one integer comparison. If
// the numbers are equal, the whole keys decide; if those are equal, the number of the source. So entries with equal
// keys come in the order of the inputs, and the merge drops none.
//
// Where do the eight bytes begin? At the start of the row, until too many matches end in a draw; then after the prefix
// that all current rows share. The first row without this prefix moves the place back for all players.
//
//     com.example/a17, com.example/b05, com.example/b44    word at 12: "a17", "b05", "b44"
//     com.example/b44, com.example/b05, com.exit/1         the last is new: word at 6: "mple/b44", "mple/b05", "it/1"

/// Merges the entries of many cursors into one order.
package final class MergeCursor: EntryCursor {
  struct Player {
    var word: UInt64
    var source: Int
  }

  struct State {
    var players: UnsafeMutablePointer<Player>  // losers at 1..<k
    var winner = Player(word: 0, source: 0)
    var isStarted = false
    /// Pauses where a block begins that can be taken over; see MergeCursor+Block.swift.
    var stopsAtBlocks = false
    /// True when the winner's entry was not returned yet.
    var isHeld = false
    /// The entry is held because a block begins with it.
    var isBlockAhead = false
    var isAtEnd = false
    /// Matches that the words did not decide since we last looked for a shared prefix, and how many make us look again.
    var draws = 0
    var patience: Int
  }

  let sources: [GroupCursor]
  private let cursors: UnsafeMutablePointer<Unmanaged<GroupCursor>>
  let live: UnsafeMutablePointer<Bool>
  let state: UnsafeMutablePointer<State>
  /// The prefix that all current rows share; the words begin after it.
  private var common: [UInt8] = []

  /// Merges the cursors. None of them may have moved yet.
  package convenience init(_ sources: [GroupCursor]) { self.init(sources, patience: sources.count) }

  /// `patience` is the number of draws before we look for a shared prefix; below zero, we look before each entry.
  init(_ sources: [GroupCursor], patience: Int) {
    self.sources = sources
    cursors = .allocate(capacity: max(sources.count, 1))
    live = .allocate(capacity: max(sources.count, 1))
    for (i, source) in sources.enumerated() {
      (cursors + i).initialize(to: .passUnretained(source))
      (live + i).initialize(to: true)
    }
    state = .allocate(capacity: 1)
    state.initialize(to: State(players: .allocate(capacity: max(sources.count, 1)), patience: patience))
  }

  deinit {
    state.pointee.players.deallocate()
    state.deallocate()
    cursors.deallocate()
    live.deallocate()
  }

  /// Entries decoded from all sources so far.
  package var entriesRead: Int64 { sources.reduce(0) { $0 + $1.entriesRead } }

  /// The source of the last entry: its index in the array of cursors.
  package var currentSource: Int { state.pointee.winner.source }

  package func next() throws -> EntryPointer? { try step() }

  @inline(__always) func step() throws -> EntryPointer? {
    if state.pointee.isHeld {
      state.pointee.isHeld = false
      state.pointee.isBlockAhead = false
      return current()
    }
    guard let entry = try move() else { return nil }
    if state.pointee.stopsAtBlocks, standsAtBlock {
      state.pointee.isHeld = true
      state.pointee.isBlockAhead = true
      return nil
    }
    return entry
  }

  /// The entry that was returned last is returned once more.
  func hold() { state.pointee.isHeld = true }

  @inline(__always) private var standsAtBlock: Bool {
    cursors[state.pointee.winner.source]._withUnsafeGuaranteedRef { $0.standsAtBlock }
  }

  @inline(__always) private func move() throws -> EntryPointer? {
    guard state.pointee.isStarted else { return try start() }
    if state.pointee.isAtEnd { return nil }
    try replay()
    return current()
  }

  @inline(__always) func current() -> EntryPointer? {
    let source = state.pointee.winner.source
    guard live[source] else {
      state.pointee.isAtEnd = true
      return nil
    }
    return cursors[source]._withUnsafeGuaranteedRef { $0.view }
  }

  /// Moves the winner's source and plays its matches again.
  @inline(__always) private func replay() throws {
    if state.pointee.draws > state.pointee.patience { lookForCommonStart() }
    var player = try advance(state.pointee.winner.source)
    let players = state.pointee.players
    var node = (sources.count &+ player.source) &>> 1
    while node >= 1 {
      let loser = players[node]
      let wins = loser.word == player.word ? precedesByKey(loser.source, player.source) : loser.word < player.word
      // By arithmetic: the winner is as good as random, so a branch would be mispredicted half of the time.
      let mask: UInt64 = wins ? ~0 : 0
      let word = (loser.word ^ player.word) & mask
      let source = (loser.source ^ player.source) & Int(bitPattern: UInt(mask))
      players[node] = Player(word: loser.word ^ word, source: loser.source ^ source)
      player = Player(word: player.word ^ word, source: player.source ^ source)
      node &>>= 1
    }
    state.pointee.winner = player
  }

  @inline(__always) private func advance(_ source: Int) throws -> Player {
    let moved = try cursors[source]._withUnsafeGuaranteedRef { try $0.advance() }
    guard moved else {
      live[source] = false
      return Player(word: .max, source: source)
    }
    let cursor = cursors[source]._withUnsafeGuaranteedRef { $0.state }
    if cursor.pointee.decoder.needsWord { setWord(source) }
    return Player(word: cursor.pointee.decoder.rowWord.value, source: source)
  }

  @inline(__always) func precedes(_ a: Player, _ b: Player) -> Bool {
    a.word != b.word ? a.word < b.word : precedesByKey(a.source, b.source)
  }

  @inline(never) private func precedesByKey(_ a: Int, _ b: Int) -> Bool {
    guard live[a] && live[b] else { return live[a] == live[b] ? a < b : live[a] }
    state.pointee.draws += 1
    let order = cursors[a]._withUnsafeGuaranteedRef { first in
      cursors[b]._withUnsafeGuaranteedRef { first.view.pointee.compareKey($0.view.pointee) }
    }
    return order != 0 ? order < 0 : a < b
  }

  // MARK: Where the words begin

  /// Moves the words to after the prefix that all rows share now. If that does not help, it is tried less often.
  @inline(never) private func lookForCommonStart() {
    state.pointee.draws = 0
    let rows = sources.indices.filter { live[$0] }.map { sources[$0].view.pointee.row }
    let shortest = rows.map(\.count).min() ?? 0
    let count = (0..<shortest).first { i in rows.contains { $0.start[i] != rows[0].start[i] } } ?? shortest
    if count == common.count {
      if state.pointee.patience > 0 { state.pointee.patience *= 2 }
    } else {
      moveWords(behind: Array(rows[0].bytes.prefix(count)))
    }
  }

  /// Sets the word of a row that is not known to begin with the shared prefix: usually the first row of a block.
  @inline(never) private func setWord(_ source: Int) {
    let row = sources[source].view.pointee.row
    let count = min(common.count, row.count)
    if let end = (0..<count).first(where: { row.start[$0] != common[$0] }) ?? (row.count < common.count ? count : nil) {
      moveWords(behind: Array(common.prefix(end)))
    } else {
      sources[source].state.pointee.decoder.setWord(at: common.count)
    }
  }

  /// Players that are out keep their word, the highest value.
  private func moveWords(behind start: [UInt8]) {
    common = start
    for source in sources.indices where live[source] {
      sources[source].state.pointee.decoder.setWord(at: start.count)
    }
    guard sources.count > 1 else { return }
    for node in 1..<sources.count where live[state.pointee.players[node].source] {
      let source = state.pointee.players[node].source
      state.pointee.players[node].word = sources[source].state.pointee.decoder.rowWord.value
    }
  }

  /// Plays all matches from the leaves up.
  private func start() throws -> EntryPointer? {
    state.pointee.isStarted = true
    Forecast.begin(for: sources.map(\.feed))
    let count = sources.count
    guard count > 0 else {
      state.pointee.isAtEnd = true
      return nil
    }
    var winners: [Player] = Array(repeating: Player(word: 0, source: 0), count: count)
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
