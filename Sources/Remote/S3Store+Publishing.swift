// A small object is sent with one request, which is refused if its name is taken:
//
//     PUT /bucket/key         If-None-Match: *            200, 412 taken, 409 somebody else is about to take it
//
// A server that does not know the header would replace the object. So the first small one is sent twice, and the second
// time must be refused. If it is not, nothing is lost, as the bytes are the same.

internal import Files
internal import Synchronization

extension S3Store {
  /// The most bytes that are sent twice.
  private static let mostForProof = 64 << 10

  func place(
    _ file: LocalFile, as name: RemoteName, _ willChange: @escaping @Sendable () throws -> Void
  ) throws -> Placement {
    guard !name.path.isEmpty else { throw RemoteError(name.url, "names a bucket, expected s3://BUCKET/KEY") }
    guard file.count <= access.partSize else {
      return try S3Upload(store: self, file: file, name: name, willChange: willChange).run()
    }
    let bytes = try file.bytes(0..<file.count)
    let placement = try put(bytes, as: name, willChange)
    if case .made = placement, bytes.count <= Self.mostForProof, !proof.isThere.load(ordering: .acquiring) {
      if case .made = try put(bytes, as: name, willChange) {
        throw RemoteError(
          name.url,
          "was written twice although If-None-Match forbids it: this server lets writers replace each other's files, so it "
            + "is not used")
      }
      proof.isThere.store(true, ordering: .releasing)
    }
    return placement
  }

  private func put(_ bytes: [UInt8], as name: RemoteName, _ willChange: () throws -> Void) throws -> Placement {
    var request = try request(name, method: "PUT", sending: bytes)
    request.headers += ["If-None-Match: *", "Content-Type: application/octet-stream"]
    try willChange()
    let asked = "room for \(bytes.count) bytes"
    let (answer, _) = try access.client.send(request, limit: S3Upload.mostAnswer, for: name.url, asked: asked)
    return try placement(after: answer, name, asked)
  }

  /// What an answer to a request with `If-None-Match` says.
  func placement(after answer: HTTPAnswer, _ name: RemoteName, _ asked: String) throws -> Placement {
    switch answer.status {
    case 200: .made
    case 412: answer.isRepeated ? .unclear : .refused
    case 409: .unclear
    default: throw refusal(name, asked, answer)
    }
  }
}

/// Whether a server has refused to replace an object.
final class ConditionProof: Sendable {
  let isThere = Atomic(false)
}
