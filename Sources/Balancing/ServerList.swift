/// The live servers in the order in which Accumulo visits them: by the text `host:port[session]`. So `h10:9997` comes
/// before `h1:9997` (`0` sorts before `:`), and both before `h2:9997`.
package struct ServerList: Sendable {
  /// `host:port`, each once.
  package let names: [String]
  private let keys: [[UInt8]]

  package init(_ names: some Sequence<String>) {
    // Sessions are not known here, but none has a character below `0`, and the order needs no more than that.
    let sorted = Set(names).map { (key: Array(($0 + "[0").utf8), name: $0) }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }
    self.names = sorted.map(\.name)
    keys = sorted.map(\.key)
  }

  package var count: Int { names.count }

  /// The index of each server by its name.
  var numbers: [String: Int32] {
    Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0.element, Int32($0.offset)) })
  }

  /// The server that takes back a tablet last hosted by `last`: the first one whose text is not before that of `last`,
  /// if it is on the same host. That is the same server, restarted, or another one on the host.
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
