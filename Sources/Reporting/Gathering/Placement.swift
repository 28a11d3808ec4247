import Records

/// On which servers tablets are, from `tablet` and `tserver` records.
struct Hosting: Sendable {
  /// Tablets by server. A live server without tablets has 0.
  private(set) var tablets: [String: Int] = [:]
  private(set) var unassigned = 0

  mutating func add(_ tablet: Tablet) {
    if let server = tablet.location ?? tablet.future { tablets[server, default: 0] += 1 } else { unassigned += 1 }
  }

  mutating func add(server: String) { tablets[server, default: 0] += 0 }
}

/// What a balance moves, from `migration` records.
struct Moves: Sendable {
  /// Tablets that a server gets, less those that it gives.
  private(set) var gains: [String: Int] = [:]
  /// The same by group and server.
  private(set) var groups: [String: [String: Int]] = [:]
  /// Migrations by pass; assignments are pass 0.
  private(set) var passes: [Int: Int] = [:]
  private(set) var count = 0

  /// Groups beyond these are counted together.
  private static let groupLimit = 10_000

  mutating func add(_ migration: Migration) {
    count += 1
    passes[migration.pass, default: 0] += 1
    move(migration.group, migration.to, 1)
    if let from = migration.from { move(migration.group, from, -1) }
  }

  private mutating func move(_ group: String?, _ server: String, _ change: Int) {
    gains[server, default: 0] += change
    guard let group else { return }
    let isKnown = groups[group] != nil || groups.count < Self.groupLimit
    groups[isKnown ? group : "others", default: [:]][server, default: 0] += change
  }
}
