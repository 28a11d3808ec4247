/// The live servers, in the order in which Accumulo goes through them: by the text `host:port[session]`, so `h10:9997`
/// comes before `h1:9997` when the ports differ in that way, and both before `h2:9997`.
package struct ServerList: Sendable {
  /// `host:port`, each once.
  package let names: [String]
  private let keys: [[UInt8]]

  package init(_ names: some Sequence<String>) {
    // No character of a session is below `0`, which is all that matters here.
    let sorted = Set(names).map { (key: Array(($0 + "[0").utf8), name: $0) }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }
    self.names = sorted.map(\.name)
    keys = sorted.map(\.key)
  }

  package var count: Int { names.count }

  /// Numbers of the servers by name.
  var numbers: [String: Int32] {
    Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, Int32($0.offset)) })
  }

  /// The server that takes back a tablet that `last` hosted: the first one at or behind its text, if it is on the same
  /// host. That is the same server, restarted, or another one on the host with a text that is not before it.
  func returning(to last: String) -> Int32? {
    let key = Array((last + "[ ]").utf8)
    var (low, high) = (0, keys.count)
    while low < high {
      let middle = (low + high) / 2
      if keys[middle].lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
    }
    guard low < names.count, Self.host(names[low]) == Self.host(last) else { return nil }
    return Int32(low)
  }

  private static func host(_ server: String) -> Substring {
    server.lastIndex(of: ":").map { server[..<$0] } ?? server[...]
  }
}
