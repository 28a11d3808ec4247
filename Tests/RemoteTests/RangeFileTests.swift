import Files
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Remote

@Suite("Files on servers", .enabled(if: FileServer.isAvailable, "\(FileServer.missing)"))
struct RangeFileTests {
  /// A server with a file of 1,200,000 bytes in the bucket `b`.
  struct Scene {
    let scratch = ScratchDirectory()
    let server: FileServer
    let bytes: [UInt8]

    init(count: Int = 1_200_000) {
      var random = SplitMix64(seed: 18)
      bytes = (0..<(count + 7) / 8).flatMap { _ in withUnsafeBytes(of: random.next()) { Array($0) } }.prefix(count) + []
      scratch.makeDirectory("b")
      scratch.write("b/f", bytes)
      server = FileServer(scratch.path, credentials: "id:secret:token")
    }

    /// - Parameter fault: a part of the path that makes the server misbehave.
    func servers(fault: String = "fault-none-0", secret: String = "secret") -> Servers {
      let endpoint = "http://\(server.host)/\(fault)/s3"
      return Servers(
        Servers.Options(endpoint: endpoint, timeout: 1) { name in
          ["AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": "token"][name]
        })
    }

    func path(_ scheme: String, fault: String = "fault-none-0") -> FilePath {
      switch scheme {
      case "s3": "s3://b/f"
      case "http": FilePath("http://\(server.host)/web/\(fault)/b/f")
      default: FilePath("webhdfs://\(server.host)/\(fault)/b/f")
      }
    }

    /// All bytes of the file, in reads of `size`.
    func read(_ scheme: String, fault: String, size: Int = 100_000) throws -> [UInt8] {
      let file = try servers(fault: fault).open(path(scheme, fault: fault))
      var found: [UInt8] = []
      while found.count < Int(file.count) {
        let count = min(size, Int(file.count) - found.count)
        found += try [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
          try file.read(at: Int64(found.count), into: .init(start: buffer.baseAddress, count: count))
          used = count
        }
      }
      return found
    }

    /// What reading says, in one line; nil: the bytes are right.
    func problem(_ scheme: String, _ fault: String) -> String? {
      do {
        let found = try read(scheme, fault: fault)
        return found == bytes ? nil : "other bytes"
      } catch {
        return "\(error)".replacing(server.host, with: "HOST").replacing(fault + "/", with: "")
      }
    }
  }

  static let scene = Scene()

  @Test("bytes are those of the file, however it is read", arguments: ["http", "s3", "webhdfs"])
  func bytes(scheme: String) throws {
    let scene = Self.scene
    let servers = scene.servers()
    let file = try servers.open(scene.path(scheme))
    #expect(file.count == 1_200_000)
    var random = SplitMix64(seed: 5)
    // Forward in four places at once, with jumps, and any small pieces.
    var places = [0, 300_000, 700_000, 1_100_000]
    for turn in 0..<400 {
      let which = turn % 4
      if random.next() % 50 == 0 { places[which] = Int(random.next() % 1_200_000) }
      let count = min(Int(random.next() % 40_000), 1_200_000 - places[which])
      let found = try [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
        try file.read(at: Int64(places[which]), into: .init(start: buffer.baseAddress, count: count))
        used = count
      }
      #expect(found.elementsEqual(scene.bytes[places[which]..<places[which] + count]), "\(places[which])")
      places[which] = (places[which] + count) % 1_200_000
    }
    #expect(servers.traffic.requests < 400, "reads are put together")
  }

  @Test("threads that overtake each other get their own bytes")
  func threads() throws {
    let scene = Self.scene
    let file = try scene.servers().open(scene.path("s3"))
    let wrong = Wrong()
    let ends = (0..<4).map { first in
      ReadingThread<Int>(from: ThreadSupply()) { _ in
        for block in stride(from: first, to: 100, by: 4) {
          var found = [UInt8](repeating: 0, count: 12_000)
          try found.withUnsafeMutableBytes { try file.read(at: Int64(block * 12_000), into: $0) }
          if !found.elementsEqual(scene.bytes[block * 12_000..<(block + 1) * 12_000]) {
            wrong.count.withLock { $0 += 1 }
          }
        }
      }
    }
    for end in ends { #expect(try end?.next() == nil) }
    #expect(wrong.count.withLock { $0 } == 0)
  }

  @Test("whatever a server does, the bytes are right or one line says what came back")
  func faults() throws {
    let scene = Self.scene
    for scheme in ["http", "s3", "webhdfs"] {
      for fault in ["cut-9973", "cut-65535", "cut-65536", "cut-100000", "first-500", "first-503", "slow-2"] {
        #expect(scene.problem(scheme, "fault-" + fault) == nil, "\(scheme) \(fault)")
      }
    }
    #expect(scene.problem("webhdfs", "fault-dead-3") == nil)
    let name = "http://HOST/web/b/f"
    let expected = [
      "fault-status-503":
        "\(name): asked for its last 65536 bytes, got: 503 Service Unavailable, SlowDown, in 5 attempts",
      "fault-status-401":
        "\(name): asked for its last 65536 bytes, got: 401 Unauthorized, Refused: the server wants to know who asks",
      "fault-status-403": "\(name): asked for its last 65536 bytes, got: 403 Forbidden, Refused",
      "fault-status-404": "cannot open \(name): No such file or directory",
      "fault-status-416":
        "\(name): asked for its last 65536 bytes, got: 416 Range Not Satisfiable, Refused: the file became shorter while it "
        + "was read",
      "fault-change-3":
        "\(name): asked for bytes 100000 to 362143, got: 412 Precondition Failed, PreconditionFailed: it changed while it was "
        + "read; run again",
      "fault-whole-0": "\(name): asked for its last 65536 bytes, got more: it serves no ranges",
      "fault-wrong-0": "\(name): asked for bytes 100000 to 362143, got more than that",
    ]
    for (fault, line) in expected { #expect(scene.problem("http", fault) == line) }
    #expect(
      scene.problem("webhdfs", "fault-dead-99")?.hasPrefix(
        "webhdfs://HOST/b/f: asked for bytes 1134464 to 1199999, got: ")
        == true)
  }

  @Test("a file is read even if every answer is cut at any byte of it")
  func cuts() throws {
    let scene = Scene(count: 40)
    for place in 1...40 {
      for scheme in ["http", "s3", "webhdfs"] {
        #expect(scene.problem(scheme, "fault-cut-\(place)") == nil, "\(scheme) \(place)")
      }
    }
  }

  @Test("small and empty files are read whole, and one that is not there is not")
  func sizes() throws {
    let scene = Scene(count: 0)
    for scheme in ["http", "s3", "webhdfs"] {
      #expect(scene.problem(scheme, "fault-none-0") == nil)
      #expect(try scene.servers().status(of: scene.path(scheme))?.size == 0)
      #expect(try scene.servers().status(of: scene.path(scheme).appending("none")) == nil)
    }
  }

  @Test("a size that no file has is refused")
  func huge() {
    let scene = Scene(count: 100)
    for scheme in ["http", "s3", "webhdfs"] {
      let (servers, path) = (scene.servers(fault: "fault-huge-0"), scene.path(scheme, fault: "fault-huge-0"))
      for body in [{ _ = try servers.status(of: path) }, { _ = try servers.open(path) }] as [() throws -> Void] {
        let error = #expect(throws: RemoteError.self) { try body() }
        #expect(error?.problem.hasSuffix("got a file of 9223372036854775807 bytes, which there is not") == true)
      }
    }
  }

  @Test("a list without an end is refused")
  func endless() throws {
    let scene = Scene(count: 10)
    func problem(_ fault: String) throws -> String {
      let threads = ThreadSupply()
      let access = RemoteAccess(
        client: HTTPClient(HTTPSettings(timeout: 5)), pieces: PieceSupply(threads), threads: threads, partSize: 16)
      var store = S3Store(access: access, endpoint: "http://\(scene.server.host)/\(fault)/s3") { name in
        ["AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token"][name]
      }
      store.mostNames = 50
      do { return "\(try store.names(in: RemoteName("s3://b/d")))" } catch { return "\(error)" }
    }
    #expect(try problem("fault-endless-0") == "s3://b/d: asked for its list, got 0 names and no end")
    #expect(try problem("fault-endless-20") == "s3://b/d: asked for its list, got 60 names and no end")
  }

  @Test("what cannot be signed is not sent, least of all with the secret itself")
  func unsigned() {
    let scene = Self.scene
    // libcurl takes no text of 8 MB.
    let region = String(repeating: "r", count: 8_000_001)
    let servers = Servers(
      Servers.Options(endpoint: "http://\(scene.server.host)/s3", timeout: 1) { name in
        ["AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secretly", "AWS_REGION": region][name]
      })
    let error = #expect(throws: RemoteError.self) { try servers.open("s3://b/f") }
    let problem = "asked for its last 65536 bytes, got: A libcurl function was given a bad argument"
    // Anything that the server said would be a status.
    #expect(error?.problem == "\(problem) (from \(scene.server.host))")
  }

  @Test("a wrong secret is refused by the server, and not repeated")
  func signature() {
    let scene = Self.scene
    let error = #expect(throws: RemoteError.self) { try scene.servers(secret: "hidden").open("s3://b/f") }
    #expect(
      error?.description == "s3://b/f: asked for its last 65536 bytes, got: 403 Forbidden, SignatureDoesNotMatch")
  }

  @Test("a directory has all of its names, those beyond the first page, too")
  func listing() throws {
    let scene = Scene(count: 10)
    scene.scratch.makeDirectory("b/d/sub")
    scene.scratch.write("b/d/sub/x", "x")
    let names = (0..<2345).map { "F\($0) +ä%.rf" }
    for name in names { scene.scratch.write("b/d/\(name)", "") }
    let servers = scene.servers()
    for directory in ["s3://b/d", "webhdfs://\(scene.server.host)/b/d"] as [String] {
      #expect(try servers.names(in: FilePath(directory)).sorted() == (names + ["sub"]).sorted())
      #expect(try servers.status(of: FilePath(directory))?.kind == .directory)
      #expect(try servers.status(of: FilePath(directory).appending("sub"))?.kind == .directory)
      #expect(try servers.status(of: FilePath(directory).appending("none")) == nil)
    }
    #expect(throws: RemoteError.self) { try servers.names(in: FilePath("http://\(scene.server.host)/web/b/d")) }
    #expect(throws: RemoteError.self) { try servers.names(in: "s3://none/d") }
    #expect(throws: SystemError.self) { try servers.names(in: FilePath("webhdfs://\(scene.server.host)/none")) }
  }

  @Test("without threads to read ahead, files are read all the same")
  func alone() throws {
    let scene = Self.scene
    let servers = Servers(Servers.Options(threads: ThreadSupply { false }) { _ in nil })
    let file = try servers.open(scene.path("http"))
    var found = [UInt8](repeating: 0, count: Int(file.count))
    for start in stride(from: 0, to: found.count, by: 50_000) {
      try found.withUnsafeMutableBytes {
        try file.read(at: Int64(start), into: .init(rebasing: $0[start..<start + 50_000]))
      }
    }
    #expect(found == scene.bytes)
  }
}

/// A count that threads add to.
private final class Wrong: Sendable {
  let count = Mutex(0)
}
