// A large object is sent in parts, which nobody sees before the last request makes one object of them:
//
//     POST   /bucket/key?uploads=                     <InitiateMultipartUploadResult><UploadId>ID</UploadId>..
//     PUT    /bucket/key?partNumber=1&uploadId=ID     ETag: "x"            several at a time, each up to five times
//     POST   /bucket/key?uploadId=ID                  If-None-Match: *     <CompleteMultipartUpload><Part>..
//     DELETE /bucket/key?uploadId=ID                                       after a failure
//
// A process that is killed leaves parts under no name. A rule of the bucket (AbortIncompleteMultipartUpload) removes them.

internal import Files
internal import Synchronization

/// The upload of one file in parts.
struct S3Upload {
  let store: S3Store
  let file: LocalFile
  let name: RemoteName
  let willChange: @Sendable () throws -> Void

  /// Parts that are in memory at a time, together.
  private static let mostBytes: Int64 = 64 << 20
  private static let mostThreads = 4
  private static let mostParts: Int64 = 10_000
  /// Bytes of any answer here.
  static let mostAnswer = 1 << 20

  func run() throws -> Placement {
    let id = try begin()
    do {
      let placement = try complete(id, tags: try sendParts(id))
      if case .made = placement { return placement }
      abort(id)
      return placement
    } catch {
      abort(id)
      throw error
    }
  }

  private func begin() throws -> String {
    try willChange()
    let asked = "an upload in parts"
    var request = try store.request(name, query: "uploads=", method: "POST", sending: [])
    request.headers.append("Content-Type: application/octet-stream")
    let (answer, body) = try send(request, asked)
    guard answer.status == 200 else { throw store.refusal(name, asked, answer) }
    guard let id = Self.text(of: "InitiateMultipartUploadResult/UploadId", in: body), !id.isEmpty else {
      throw RemoteError(name.url, "asked for \(asked), got something else")
    }
    return id
  }

  /// - Returns: the tags of all parts.
  private func sendParts(_ id: String) throws -> [String] {
    let size = max(store.access.partSize, (file.count + Self.mostParts - 1) / Self.mostParts)
    let count = Int((file.count + size - 1) / size)
    let tags = Mutex([String](repeating: "", count: count))
    let threads = max(1, min(Self.mostThreads, Int(Self.mostBytes / size)))
    try store.access.threads.forEach(count, most: threads) { part in
      let start = Int64(part) * size
      let bytes = try file.bytes(start..<min(file.count, start + size))
      let request = try store.request(
        name, query: "partNumber=\(part + 1)&uploadId=\(id.percentEncoded())", method: "PUT", sending: bytes)
      try willChange()
      let asked = "room for part \(part + 1) of \(count)"
      let (answer, _) = try send(request, asked)
      guard answer.status == 200 else { throw store.refusal(name, asked, answer) }
      guard let tag = answer.tag else { throw RemoteError(name.url, "asked for \(asked), got no ETag") }
      tags.withLock { $0[part] = tag }
    }
    return tags.withLock { $0 }
  }

  private func complete(_ id: String, tags: [String]) throws -> Placement {
    var text = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
    for (part, tag) in tags.enumerated() {
      let tag = tag.replacing("&", with: "&amp;").replacing("\"", with: "&quot;").replacing("<", with: "&lt;")
      text += "<Part><PartNumber>\(part + 1)</PartNumber><ETag>\(tag)</ETag></Part>"
    }
    text += "</CompleteMultipartUpload>"
    var request = try store.request(
      name, query: "uploadId=\(id.percentEncoded())", method: "POST", sending: Array(text.utf8))
    request.headers += ["If-None-Match: *", "Content-Type: application/xml"]
    try willChange()
    let asked = "one file of \(tags.count) parts"
    let (answer, body) = try send(request, asked)
    // An attempt before this one may have ended the upload.
    if answer.status == 404, answer.isRepeated { return .unclear }
    // The server says 200 while it works, and may then fail.
    if answer.status == 200, Self.text(of: "CompleteMultipartUploadResult", in: body) == nil { return .unclear }
    return try store.placement(after: answer, name, asked)
  }

  /// Removes the parts, as far as that can be done.
  private func abort(_ id: String) {
    guard
      let request = try? store.request(name, query: "uploadId=\(id.percentEncoded())", method: "DELETE", sending: [])
    else { return }
    _ = try? send(request, "the end of the upload")
  }

  private func send(_ request: HTTPRequest, _ asked: String) throws -> (answer: HTTPAnswer, body: [UInt8]) {
    try store.access.client.send(request, limit: Self.mostAnswer, for: name.url, asked: asked)
  }

  /// The text of the first element with this path; nil: there is none.
  private static func text(of path: String, in bytes: [UInt8]) -> String? {
    var elements = XMLElements(String(decoding: bytes, as: UTF8.self))
    while let (found, text) = elements.next() {
      if found.joined(separator: "/") == path { return text }
    }
    return nil
  }
}
