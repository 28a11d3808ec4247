internal import Files
package import SystemPackage

/// The name of a file or directory on a server, in its parts.
package struct RemoteName: Hashable, Sendable {
  enum Scheme: String, Sendable { case http, https, s3, webhdfs, swebhdfs }

  var scheme: Scheme
  /// A bucket, or a host with its port if it has one.
  var host: String
  /// Without a slash at its beginning or end. Of http names it is encoded already, as in a browser.
  var path: String

  /// For messages and records.
  package var url: String { "\(scheme.rawValue)://\(host)\(path.isEmpty ? "" : "/" + path)" }

  /// - Throws: `RemoteError` for what is no such name. A password in it is not repeated.
  package init(_ path: FilePath) throws {
    let text = RemotePath.url(of: path) ?? path.string
    let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    let word = parts[0].dropLast()
    // Hadoop's name for the client that it uses today.
    let known = Scheme(rawValue: word == "s3a" ? "s3" : String(word))
    let rest = parts.count == 3 ? parts[2] : ""
    let host = rest.prefix { $0 != "/" }
    // Before anything repeats the text.
    guard !host.contains("@") else {
      throw RemoteError(
        "\(word)://...", "a name must not hold a user or a password, since names are printed: see docs/remote.md")
    }
    let isOfWeb = known == .http || known == .https
    guard !(isOfWeb ? rest : host).contains(where: { $0 == "?" || $0 == "#" }) else {
      let place = host.prefix { $0 != "?" && $0 != "#" }
      throw RemoteError(
        "\(word)://\(place)/...",
        "a name must not hold ? or #, where signatures and tokens are, since names are printed")
    }
    guard let scheme = known else { throw RemoteError(text, "no such kind of server is known") }
    let isPlain = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !#""<>\^`{|}?#%"#.utf8.contains($0) }
    guard !host.isEmpty, isPlain else {
      throw RemoteError(text, "expected \(word)://\(scheme == .s3 ? "BUCKET/KEY" : "HOST/PATH")")
    }
    let inside = rest.dropFirst(host.count).split(separator: "/")
    guard !inside.contains(".."), !inside.contains(".") else { throw RemoteError(text, "holds . or .. as a part") }
    (self.scheme, self.host, self.path) = (scheme, String(host), inside.joined(separator: "/"))
  }

  /// A name as messages and records show it, whether it is one or not: what may be a password in it is left out.
  package static func shown(_ text: String) -> String {
    guard RemotePath.url(of: text) != nil else { return text }
    do {
      _ = try RemoteName(FilePath(text))
      return text
    } catch { return (error as? RemoteError)?.url ?? "..." }
  }

  /// The path as a URL has it: RFC 3986, and the canonical path of AWS Signature 4.
  var encodedPath: String {
    scheme == .http || scheme == .https
      ? path.percentEncoded(keeping: "/%!$&'()*+,;=:@") : path.percentEncoded(keeping: "/")
  }
}

extension String {
  /// With `%HH` for every byte but ASCII letters, digits, `-._~` and those given.
  func percentEncoded(keeping kept: String = "") -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        bytes.append(byte)
      case _ where kept.utf8.contains(byte): bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The text with its `%HH` decoded; nil if they are not followed by digits, or no UTF-8.
  var percentDecoded: String? {
    var bytes: [UInt8] = []
    var rest = Array(utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let decoded = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2 else {
        return nil
      }
      bytes.append(decoded)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
