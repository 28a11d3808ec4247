internal import Files
internal import Records
package import SystemPackage

/// A URI without a known path on this machine.
package struct UnmappedURI: Error, CustomStringConvertible, Equatable {
  package var uri: String

  init(uri: String) { self.uri = uri }

  package var description: String {
    "\(uri) is not a file on this machine: say where it is mounted or was copied to with --map URI-PREFIX=PATH"
  }
}

/// Where the files of URIs are: on this machine, or on a server (`webhdfs://nn:9870`). `file:` URIs and those of servers
/// need no entry.
package struct FileMap: Hashable, Sendable {
  /// URI prefix to path.
  package var prefixes: [String: String]

  package init(prefixes: [String: String] = [:]) { self.prefixes = prefixes }

  /// The path of a URI, which `RemotePath` tells from one on this machine; a path is returned unchanged. The longest matching prefix that ends at the end of a part of the
  /// URI is used.
  package func path(of text: String) throws(UnmappedURI) -> FilePath {
    guard FileName.isURI(text) else { return FilePath(text) }
    guard !text.split(separator: "/").contains(".."), !text.utf8.contains(0) else { throw UnmappedURI(uri: text) }
    var best: (prefix: Substring, path: String)?
    for (prefix, path) in prefixes.sorted(by: { $0.key < $1.key }) {
      let trimmed = prefix.trimmingSuffix("/")
      guard text.hasPrefix(trimmed), trimmed.count > best?.prefix.count ?? 0 else { continue }
      let rest = text.dropFirst(trimmed.count)
      if rest.isEmpty || rest.hasPrefix("/") { best = (trimmed, path) }
    }
    if let best {
      return FilePath(best.path).appending(
        text.dropFirst(best.prefix.count).split(separator: "/").joined(separator: "/"))
    }
    if RemotePath.url(of: text) != nil { return FilePath(text) }
    guard text.hasPrefix("file:/") else { throw UnmappedURI(uri: text) }
    let rest = text.dropFirst("file:".count)
    // `file:/a`, `file:///a`; a host other than this one cannot be reached.
    guard rest.hasPrefix("//") else { return FilePath(String(rest)) }
    let path = rest.dropFirst(2)
    guard path.hasPrefix("/") || path.hasPrefix("localhost/") else { throw UnmappedURI(uri: text) }
    return FilePath(String(path.drop { $0 != "/" }))
  }

  /// The path of a file of a tablet: a name in its directory, or a URI.
  package func path(of file: String, in directory: FilePath) throws(UnmappedURI) -> FilePath {
    FileName.isURI(file) ? try path(of: file) : directory.appending(file)
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: Character) -> Substring {
    var text = self[...]
    while text.last == suffix { text.removeLast() }
    return text
  }
}
