// The answer to ListObjectsV2, with encoding-type=url, so that all characters of keys can be in XML:
//
//     <?xml version="1.0" encoding="UTF-8"?>
//     <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
//       <IsTruncated>true</IsTruncated>
//       <NextContinuationToken>1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=</NextContinuationToken>
//       <Contents><Key>tables/2/t-1/F1.rf</Key><LastModified>..</LastModified><ETag>..</ETag><Size>434</Size></Contents>
//       <CommonPrefixes><Prefix>tables/2/t-1/old/</Prefix></CommonPrefixes>
//     </ListBucketResult>
//
// Only elements and their text are understood. Foundation's parser would bring half of Foundation and libxml2 with it.

/// A page of the names in a directory.
package struct S3Listing: Hashable, Sendable {
  /// Of files and directories.
  package private(set) var names: [String] = []
  /// Where the next page begins; nil: this is the last.
  private(set) var next: String?
  /// Whether there is nothing below the prefix, not even the key of an empty directory, which ends in a slash.
  private(set) var isEmpty = true

  /// Nil for anything else but such an answer.
  /// - Parameter prefix: what all keys begin with.
  package init?(_ bytes: [UInt8], prefix: String) {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    var elements = XMLElements(text)
    var isTruncated = false
    var isWhole = false
    while let (path, text) = elements.next() {
      switch path.joined(separator: "/") {
      case "ListBucketResult": isWhole = true
      case "ListBucketResult/IsTruncated": isTruncated = text == "true"
      case "ListBucketResult/NextContinuationToken": next = text
      case "ListBucketResult/Contents/Key", "ListBucketResult/CommonPrefixes/Prefix":
        // A form's plus is a space; a plus itself is %2B.
        guard let key = text.replacing("+", with: " ").percentDecoded, key.hasPrefix(prefix) else { return nil }
        isEmpty = false
        let name = key.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false).first ?? ""
        if !name.isEmpty { names.append(String(name)) }
      default: break
      }
    }
    guard isWhole, !elements.isBroken, isTruncated == (next != nil) else { return nil }
  }
}

/// The elements of an XML text, each when it ends: its path from the root, and its text if no element is in it.
struct XMLElements {
  private var rest: Substring
  private var path: [String] = []
  /// The text since the last tag.
  private var text = ""
  private(set) var isBroken = false

  /// Deeper than anything here.
  private static let mostDepth = 20

  init(_ text: String) { rest = text[...] }

  /// The next element that ends; nil at the end, and where the text `isBroken`.
  mutating func next() -> (path: [String], text: String)? {
    while !isBroken, !rest.isEmpty {
      let plain = rest.prefix { $0 != "<" }
      rest = rest[plain.endIndex...]
      guard let decoded = Self.decoded(plain) else { break }
      text += decoded
      if rest.isEmpty {
        if path.isEmpty { return nil }
        break
      }
      guard let end = rest.firstIndex(of: ">") else { break }
      let tag = rest[rest.index(after: rest.startIndex)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("?") { continue }
      // Comments, CDATA and DTDs.
      if tag.hasPrefix("!") { break }
      if tag.hasPrefix("/") {
        guard let name = path.last, tag.dropFirst().trimmingSuffix(while: \.isWhitespace) == name else { break }
        defer {
          path.removeLast()
          text = ""
        }
        return (path, text)
      }
      guard path.count < Self.mostDepth else { break }
      path.append(String(tag.prefix { !$0.isWhitespace && $0 != "/" }))
      text = ""
      if tag.hasSuffix("/") {
        defer { path.removeLast() }
        return (path, "")
      }
    }
    isBroken = isBroken || !rest.isEmpty || !path.isEmpty
    return nil
  }

  private static let entities = ["lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'"]

  private static func decoded(_ text: Substring) -> String? {
    guard text.contains("&") else { return String(text) }
    var decoded = ""
    var rest = text
    while let ampersand = rest.firstIndex(of: "&") {
      decoded += rest[..<ampersand]
      guard let end = rest[ampersand...].firstIndex(of: ";") else { return nil }
      let name = rest[rest.index(after: ampersand)..<end]
      if let entity = entities[String(name)] {
        decoded += entity
      } else if name.hasPrefix("#"),
        let code = name.dropFirst().first == "x" ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst()),
        let scalar = Unicode.Scalar(code)
      {
        decoded.unicodeScalars.append(scalar)
      } else {
        return nil
      }
      rest = rest[rest.index(after: end)...]
    }
    return decoded + rest
  }
}

extension Substring {
  fileprivate func trimmingSuffix(while isUnwanted: (Character) -> Bool) -> Substring {
    var text = self
    while let last = text.last, isUnwanted(last) { text.removeLast() }
    return text
  }
}
