// The order of file URIs in Java, which breaks ties between files of equal size.
//
// The scheme is compared first, ignoring case; then opaque URIs (`file:a`) come after hierarchical ones (`file:/a`).
// Then come user, host (ignoring case) and port; path, query and fragment by UTF-16 units. An absent part sorts first.
// An authority that does not name a host is compared as text. See `java.net.URI.compareTo`.

package struct FileURI: Equatable {
  private var scheme: Substring?
  /// What follows the scheme, unless it begins with a slash.
  private var opaque: Substring?
  private var authority: Substring?
  private var host: Substring?
  private var user: Substring?
  private var port = -1
  private var path: Substring = ""
  private var query: Substring?
  private var fragment: Substring?

  package init(_ text: String) {
    var rest = text[...]
    if let hash = rest.firstIndex(of: "#") {
      fragment = rest[rest.index(after: hash)...]
      rest = rest[..<hash]
    }
    if let end = rest.firstIndex(where: { $0 == ":" || $0 == "/" || $0 == "?" }), rest[end] == ":" {
      scheme = rest[..<end]
      rest = rest[rest.index(after: end)...]
      if !rest.hasPrefix("/") {
        opaque = rest
        return
      }
    }
    if let mark = rest.firstIndex(of: "?") {
      query = rest[rest.index(after: mark)...]
      rest = rest[..<mark]
    }
    if rest.hasPrefix("//") {
      rest = rest.dropFirst(2)
      let end = rest.firstIndex(of: "/") ?? rest.endIndex
      if rest.startIndex < end { setAuthority(rest[..<end]) }
      rest = rest[end...]
    }
    path = rest
  }

  private mutating func setAuthority(_ text: Substring) {
    authority = text
    var rest = text
    var user: Substring?
    if let at = rest.firstIndex(of: "@") {
      user = rest[..<at]
      rest = rest[rest.index(after: at)...]
    }
    var port = -1
    let end = rest.hasPrefix("[") ? rest.firstIndex(of: "]") ?? rest.startIndex : rest.startIndex
    if let colon = rest[end...].firstIndex(of: ":") {
      let digits = rest[rest.index(after: colon)...]
      if !digits.isEmpty {
        guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int32(digits) else { return }
        port = Int(number)
      }
      rest = rest[..<colon]
    }
    guard Self.isHost(rest) else { return }
    (self.user, host, self.port) = (user, rest, port)
  }

  /// Labels of letters, digits and inner hyphens, the last one beginning with a letter; or an IP address.
  private static func isHost(_ text: Substring) -> Bool {
    if text.hasPrefix("[") { return text.hasSuffix("]") }
    var labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if labels.count > 1, labels.last?.isEmpty == true { labels.removeLast() }
    func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }
    if labels.count == 4, labels.allSatisfy({ UInt8(Substring($0)) != nil && $0.allSatisfy(isDigit) }) { return true }
    guard let last = labels.last?.first, isLetter(last) else { return false }
    return labels.allSatisfy { label in
      guard let first = label.first, let last = label.last else { return false }
      return first != UInt8(ascii: "-") && last != UInt8(ascii: "-")
        && label.allSatisfy { isDigit($0) || isLetter($0) || $0 == UInt8(ascii: "-") }
    }
  }
}

extension FileURI: Comparable {
  package static func < (a: FileURI, b: FileURI) -> Bool {
    if let before = order(a.scheme, b.scheme, ignoringCase: true) { return before }
    switch (a.opaque, b.opaque) {
    case (nil, nil): break
    case (nil, _): return true
    case (_, nil): return false
    default: return order(a.opaque, b.opaque) ?? order(a.fragment, b.fragment) ?? false
    }
    if a.host != nil, b.host != nil {
      if let before = order(a.user, b.user) ?? order(a.host, b.host, ignoringCase: true) { return before }
      if a.port != b.port { return a.port < b.port }
    } else if let before = order(a.authority, b.authority) {
      return before
    }
    return order(a.path, b.path) ?? order(a.query, b.query) ?? order(a.fragment, b.fragment) ?? false
  }

  /// Whether `a` comes before `b`; nil when they are equal.
  private static func order(_ a: Substring?, _ b: Substring?, ignoringCase: Bool = false) -> Bool? {
    guard let a else { return b == nil ? nil : true }
    guard let b else { return false }
    func unit(_ unit: UInt16) -> UInt16 { ignoringCase && (65...90).contains(unit) ? unit | 0x20 : unit }
    let (x, y) = (a.utf16.map(unit), b.utf16.map(unit))
    return x == y ? nil : x.lexicographicallyPrecedes(y)
  }
}
