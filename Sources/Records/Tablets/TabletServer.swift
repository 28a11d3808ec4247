/// A live tablet server: the `tserver` record.
///
///     {"type":"tserver","server":"h1:9997"}
package struct TabletServer: Hashable, Sendable {
  /// `host:port`
  package var server: String

  package init(_ server: String) { self.server = server }

  /// True for a host, a colon and a port.
  package static func isServer(_ text: String) -> Bool {
    guard let colon = text.lastIndex(of: ":"), colon != text.startIndex else { return false }
    let port = text[text.index(after: colon)...]
    return !port.isEmpty && port.utf8.allSatisfy { (48...57).contains($0) }
  }

  /// Appends the record and a line feed.
  package func write(to line: inout JSONLine) { line.record("tserver") { $0.field("server", server) } }
}
