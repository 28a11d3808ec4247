import Files
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Remote

@Suite("Publishing on servers", .enabled(if: FileServer.isAvailable, "\(FileServer.missing)"))
struct PublishTests {
  /// A server with the bucket `b`, which S3 gets in requests of 16 bytes.
  struct Scene {
    let scratch = ScratchDirectory()
    let server: FileServer

    init() {
      scratch.makeDirectory("b")
      server = FileServer(scratch.path, credentials: "id:secret:token")
    }

    func servers(_ fault: String, _ more: [String: String] = [:]) -> Servers {
      let endpoint = "http://\(server.host)/fault-\(fault)/s3"
      return Servers(
        Servers.Options(endpoint: endpoint, timeout: 1, partSize: 16) { name in
          ["AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token"].merging(more) {
            $1
          }[name]
        })
    }

    /// What publishing comes to: `made`, `found`, or the line that says why not.
    func publish(_ bytes: [UInt8], to scheme: String, as name: String, fault: String = "none-0") -> String {
      let local = scratch.write("local-\(UInt64.random(in: 0 ... .max))", bytes)
      let path: FilePath =
        scheme == "s3" ? FilePath("s3://b/\(name)") : FilePath("webhdfs://\(server.host)/fault-\(fault)/b/\(name)")
      do {
        let wasThere = try servers(fault).publish(FilePath(local), as: path) {}
        return wasThere ? "found" : "made"
      } catch {
        return "\(error)".replacing(server.host, with: "HOST").replacing("fault-\(fault)/", with: "")
      }
    }

    func stored(_ name: String) -> [UInt8]? { try? readWholeFile(FilePath(scratch.file("b/\(name)")), limit: 1 << 20) }

    func remove(_ name: String) { try? Disk().removeTree(FilePath(scratch.file(name))) }

    /// Names that are not for good.
    var leftovers: [String] {
      scratch.names(in: "b").filter { $0.hasPrefix(".") }
        + (scratch.exists("uploads") ? scratch.names(in: "uploads") : [])
    }
  }

  static func bytes(_ count: Int, seed: UInt8 = 7) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0) &* seed }
  }

  @Test("a file of any size gets its name once; the same file is found there, and another one is refused")
  func publishing() {
    let scene = Scene()
    for scheme in ["s3", "webhdfs"] {
      for count in [0, 1, 15, 16, 17, 32, 40, 200_000] where count < 200_000 || scheme == "webhdfs" {
        let (name, bytes) = ("\(scheme)-\(count).rf", Self.bytes(count))
        #expect(scene.publish(bytes, to: scheme, as: name) == "made")
        #expect(scene.stored(name) == bytes)
        #expect(scene.publish(bytes, to: scheme, as: name) == "found")
        let url = scheme == "s3" ? "s3://b/\(name)" : "webhdfs://HOST/b/\(name)"
        let taken = "\(url): the name is taken by another file"
        let longer = scene.publish(bytes + [1], to: scheme, as: name)
        #expect(longer == "\(taken) (\(count) bytes in place of \(count + 1)), which stays as it is")
        if let last = bytes.last {
          let other = scene.publish(bytes.dropLast() + [last ^ 1], to: scheme, as: name)
          #expect(other == "\(taken) (byte \(count - 1) differs), which stays as it is")
        }
        #expect(scene.stored(name) == bytes)
      }
    }
    #expect(scene.leftovers == [])
  }

  @Test("whatever happens on the way, the name gets the whole file")
  func faults() {
    let scene = Scene()
    let before = ["before-500", "before-503"] + (0..<8).map { "upload-\($0 * 5)" }
    let after = ["after-500", "after-503", "after-0", "slow-2"]
    for (scheme, count, faults) in [
      ("s3", 12, before + after + ["conflict-2"]), ("s3", 40, before + ["conflict-2"] + after),
      ("webhdfs", 40, before + after + ["dead-3"]),
    ] {
      for fault in faults {
        let (name, bytes) = ("\(scheme)-\(count)-\(fault).rf", Self.bytes(count))
        let outcome = scene.publish(bytes, to: scheme, as: name, fault: fault)
        #expect(outcome == "made" || outcome == "found", "\(name): \(outcome)")
        #expect(scene.stored(name) == bytes, "\(name)")
        // Whoever does not hear the id of an upload cannot end it.
        if !fault.hasPrefix("after") { #expect(scene.leftovers.isEmpty, "\(name): \(scene.leftovers)") }
        scene.remove("uploads")
      }
    }
  }

  @Test("what cannot be published is a line that says what was asked and what came back")
  func refusals() {
    let scene = Scene()
    let taken = "the name is taken by another file (12 bytes in place of 40), which stays as it is"
    let changed = "was written and read back as another file (byte 39 differs): remove it, and do not trust this server"
    let s3 = "s3://b/s3.rf"
    let hdfs = "webhdfs://HOST/b/webhdfs.rf"
    for (scheme, fault, count, expected) in [
      ("s3", "late-0", 40, "\(s3): \(taken)"),
      ("webhdfs", "late-0", 40, "\(hdfs): \(taken)"),
      ("s3", "other-0", 40, "\(s3): \(changed)"),
      ("webhdfs", "other-0", 40, "\(hdfs): \(changed)"),
      (
        "s3", "blind-0", 12,
        "\(s3): was written twice although If-None-Match forbids it: this server lets writers replace each other's files, so "
          + "it is not used"
      ),
      ("s3", "status-403", 40, "\(s3): asked for its size, got: 403 Forbidden"),
      ("webhdfs", "status-403", 40, "\(hdfs): asked for its status, got: 403 Forbidden, Refused"),
      (
        "s3", "conflict-99", 12,
        "\(s3): asked for this name, got that it is taken, and then that nothing is there, 5 times"
      ),
      (
        "webhdfs", "kerberos-0", 40,
        "\(hdfs): asked for its status, got: 401 Unauthorized: it wants Kerberos: run kinit and say --negotiate, or set "
          + "HADOOP_TOKEN"
      ),
    ] {
      #expect(scene.publish(Self.bytes(count), to: scheme, as: "\(scheme).rf", fault: fault) == expected)
      #expect(scene.leftovers == [], "\(fault)")
      scene.remove("b/\(scheme).rf")
    }
    let dead = scene.publish(Self.bytes(40), to: "webhdfs", as: "webhdfs.rf", fault: "dead-99")
    #expect(dead.hasPrefix("\(hdfs): asked for room for 40 bytes, got: ") && dead.hasSuffix("in 5 attempts"))
    #expect(scene.stored("webhdfs.rf") == nil)
  }

  @Test("a stop before any request leaves the whole file or nothing, and no parts")
  func stops() throws {
    let scene = Scene()
    let bytes = Self.bytes(40)
    for scheme in ["s3", "webhdfs"] {
      let path = FilePath(scheme == "s3" ? "s3://b/s.rf" : "webhdfs://\(scene.server.host)/b/s.rf")
      let local = FilePath(scene.scratch.write("local", bytes))
      for most in 0..<100 {
        let calls = Mutex(0)
        let done = try? scene.servers("none-0").publish(local, as: path) {
          try calls.withLock { calls in
            guard calls < most else { throw RemoteError("", "stopped") }
            calls += 1
          }
        }
        let stored = scene.stored("s.rf")
        #expect(stored == nil || stored == bytes, "\(scheme) \(most)")
        #expect(scene.leftovers == [], "\(scheme) \(most)")
        scene.remove("b/s.rf")
        if done != nil {
          #expect(done == false && stored == bytes && most > 3)
          break
        }
        #expect(most < 99)
      }
    }
  }

  @Test("of writers of one name one wins, and the others say so")
  func race() {
    let scene = Scene()
    for (round, scheme) in ["s3", "webhdfs", "s3", "webhdfs", "s3", "webhdfs"].enumerated() {
      // In one request, and in parts.
      let count = round < 2 ? 12 : 40
      let outcomes = Mutex<[UInt8: String]>([:])
      let ends = (1...4).map { (seed: UInt8) in
        ReadingThread<Int>(from: ThreadSupply()) { _ in
          let outcome = scene.publish(Self.bytes(count, seed: seed), to: scheme, as: "r\(round).rf")
          outcomes.withLock { $0[seed] = outcome }
        }
      }
      for end in ends { #expect(throws: Never.self) { try end?.next() } }
      let all = outcomes.withLock { $0 }
      let winners = all.filter { $0.value == "made" }.map(\.key)
      #expect(winners.count == 1 && all.count == 4, "\(all)")
      #expect(all.values.count { $0.contains("the name is taken by another file (byte 1 differs)") } == 3, "\(all)")
      #expect(scene.stored("r\(round).rf") == winners.first.map { Self.bytes(count, seed: $0) })
    }
    #expect(scene.leftovers == [])
  }

  @Test("a delegation token stands for a ticket, and a wrong one is not repeated")
  func token() throws {
    let scene = Scene()
    scene.scratch.write("b/f", "abc")
    let path = FilePath("webhdfs://\(scene.server.host)/fault-kerberos-0/b/f")
    #expect(try scene.servers("none-0", ["HADOOP_TOKEN": "token"]).status(of: path)?.size == 3)
    let error = #expect(throws: RemoteError.self) {
      try scene.servers("none-0", ["HADOOP_TOKEN": "secretly"]).status(of: path)
    }
    #expect(error?.problem.hasSuffix("401 Unauthorized: the token of HADOOP_TOKEN is not good, or no longer") == true)
    #expect(error?.description.contains("secretly") == false)
  }
}
