// {"type":"migration","extent":{..},"group":"level2","from":"h1:9997","to":"h3:9997","pass":1}
//
// Without `from` it is an assignment: the tablet has no server.

/// A tablet to be moved to another server.
package struct Migration: Hashable, Sendable {
  package var extent: KeyExtent
  /// The group that the tablet belongs to; nil without groups.
  package var group: String?
  /// `host:port`; nil for a tablet that no server hosts.
  package var from: String?
  package var to: String
  /// The round of Accumulo's manager, from 1; 0 for assignments, which come before all rounds.
  package var pass: Int

  package init(extent: KeyExtent, group: String?, from: String?, to: String, pass: Int) {
    self.extent = extent
    self.group = group
    self.from = from
    self.to = to
    self.pass = pass
  }

  /// Appends the record and a line feed.
  package func write(to line: inout JSONLine) {
    line.record("migration") { line in
      extent.write(to: &line)
      line.field("group", group)
      line.field("from", from)
      line.field("to", to)
      line.field("pass", pass)
    }
  }
}
