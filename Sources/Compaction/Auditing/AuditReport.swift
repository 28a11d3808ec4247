package import Entries
package import Records

/// What an audit proved about a tablet.
package struct AuditReport: Hashable, Sendable {
  /// A set of files, with the sum of their entries in the rows of the tablet.
  package struct State: Hashable, Sendable {
    package var files = 0
    package var sum = EntrySum()

    mutating func add(_ entries: EntrySum) {
      files += 1
      sum += entries
    }
  }

  package var extent: KeyExtent
  package var directory: String
  /// The number of finished jobs with a certificate.
  package var jobs = 0
  /// Files that exist and match the certificate of the job that wrote or read them.
  package var checked: [String] = []
  /// The number of deleted files that are proven by their chain: one job read exactly what another wrote.
  package var chained = 0
  /// Files of the tablet that no job wrote or read. They are sound, but nothing else is known about them.
  package var untouched: [String] = []
  /// The files that no job wrote, and the files of the tablet now.
  package var first = State()
  package var now = State()
  /// The entries that all jobs dropped and made, by fate.
  package var dropped: [Certificate.Account] = []
  package var made: [Certificate.Account] = []
  /// A line each; empty if everything is proven.
  package var problems: [String] = []

  package var isProven: Bool { problems.isEmpty }

  init(extent: KeyExtent, directory: String) {
    self.extent = extent
    self.directory = directory
  }
}
