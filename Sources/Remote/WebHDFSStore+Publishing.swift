// A file is made under a temporary name, and then gets its own, which a rename never takes from another file:
//
//     PUT http://nn:9870/webhdfs/v1/out/.A1.rf-7d0c_tmp?op=CREATE&overwrite=false
//         307 Location: http://datanode:9864/webhdfs/v1/out/.A1.rf-7d0c_tmp?op=CREATE&..
//     PUT http://datanode:9864/..                                 the bytes; 201
//     PUT http://nn:9870/webhdfs/v1/out/.A1.rf-7d0c_tmp?op=RENAME&destination=/out/A1.rf     {"boolean":true}
//
// The name node gets no bytes of the file. Each attempt has a temporary name of its own and may be sent to another data
// node. A process that is killed leaves such a name, which Hadoop's tools take for hidden.

internal import Files
internal import Records
internal import SystemPackage

extension WebHDFSStore {
  func place(
    _ file: LocalFile, as name: RemoteName, _ willChange: @escaping @Sendable () throws -> Void
  ) throws -> Placement {
    guard let last = name.path.split(separator: "/").last else { throw SystemError("write", name.url, .isDirectory) }
    let parent = name.path.dropLast(last.count)
    var attempts = Attempts(name.url, "room for \(file.count) bytes")
    while true {
      var temporary = name
      temporary.path = parent + ".\(last)-\(String(UInt64.random(in: 0 ... .max), radix: 16))_tmp"
      do {
        try willChange()
        let answer = try send(file, to: temporary, of: name, willChange)
        guard try attempts.isOver(after: answer) else {
          remove(temporary)
          continue
        }
        guard answer.status == 201 || answer.status == 200 else {
          throw refusal(name, "room for \(file.count) bytes", answer)
        }
        let placement = try rename(temporary, to: name, willChange)
        if case .made = placement { return placement }
        remove(temporary)
        return placement
      } catch {
        remove(temporary)
        throw error
      }
    }
  }

  /// One attempt to send the bytes.
  private func send(
    _ file: LocalFile, to temporary: RemoteName, of name: RemoteName, _ willChange: () throws -> Void
  ) throws -> HTTPAnswer {
    let asked = "a data node to write to"
    var order = request("CREATE", temporary, ["overwrite=false"])
    (order.method, order.follows) = ("PUT", false)
    let room = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    let (answer, _) = try access.client.send(order, limit: RemoteAccess.tailCount, for: name.url, asked: asked)
    guard answer.status == 307 else { throw refusal(name, asked, answer) }
    guard let place = answer.location, place.hasPrefix("http://") || place.hasPrefix("https://") else {
      throw RemoteError(name.url, "asked for \(asked), got none")
    }
    var data = HTTPRequest(url: place)
    (data.method, data.follows, data.body) = ("PUT", false, .file(file))
    data.headers = ["Content-Type: application/octet-stream"]
    // A gateway takes the bytes itself. A data node knows the writer by what its URL says.
    data.negotiates = order.negotiates && place.contains("//\(name.host)/")
    try willChange()
    return try access.client.exchange(data, into: room, for: name.url)
  }

  private func rename(_ temporary: RemoteName, to name: RemoteName, _ willChange: () throws -> Void) throws -> Placement
  {
    try willChange()
    let asked = "this name for a file that was written"
    var order = request("RENAME", temporary, ["destination=%2F\(name.path.percentEncoded(keeping: "/"))"])
    order.method = "PUT"
    let (answer, body) = try access.client.send(order, limit: RemoteAccess.tailCount, for: name.url, asked: asked)
    guard answer.status == 200 else {
      // An attempt before this one may have renamed it.
      if answer.isRepeated { return .unclear }
      throw refusal(name, asked, answer)
    }
    guard case .boolean(let isDone)? = (try? JSONValue(parsing: body))?["boolean"] else { throw strange(name, asked) }
    return isDone ? .made : answer.isRepeated ? .unclear : .refused
  }

  /// Removes a temporary name, if it can be done.
  private func remove(_ temporary: RemoteName) {
    var order = request("DELETE", temporary)
    order.method = "DELETE"
    _ = try? access.client.send(order, limit: RemoteAccess.tailCount, for: temporary.url, asked: "its removal")
  }
}
