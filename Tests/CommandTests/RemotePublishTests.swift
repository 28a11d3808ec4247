import Glibc
import TestSupport
import Testing

@Suite("Jobs that write to servers", .enabled(if: FileServer.isAvailable, "\(FileServer.missing)"))
struct RemotePublishTests {
  /// A server with the files of a table, `s3://bucket/tables/2/t-1`, and the jobs that compact it.
  final class Scene: Sendable {
    let actool = CommandRunner()
    let server: FileServer
    let jobs: [UInt8]

    init() {
      for name in ["ci0.rf", "ci1.rf", "ci2.rf"] {
        actool.write("bucket/tables/2/t-1/\(name)", try! Fixtures.bytes("\(Fixtures.accumulo)/rfiles/ci/\(name)"))
      }
      for name in ["scratch", "s3", "webhdfs"] { actool.write("\(name)/.here", "") }
      server = FileServer(actool.directory, credentials: "id:verysecret")
      let arguments = ["plan", "--kind", "user", "s3://bucket/tables/2/t-1"]
      jobs = actool.run(arguments, environment: Self.environment(server)).stdout
    }

    private static func environment(_ server: FileServer) -> [String: String] {
      [
        "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "verysecret", "AWS_SESSION_TOKEN": "",
        "AWS_ENDPOINT_URL": "http://\(server.host)/s3",
      ]
    }

    func run(_ arguments: [String], stdin: [UInt8] = [], fault: String = "") -> CommandOutcome {
      let environment = Self.environment(server).merging(["ACTOOL_TEST_FAULT": fault]) { $1 }
      return actool.run(arguments, stdin: stdin, environment: environment)
    }

    /// Runs the jobs.
    func compact(
      into directory: String, _ more: [String] = [], scratch: String = "scratch", fault: String = ""
    ) -> CommandOutcome {
      let arguments = ["compact", "--threads", "1", "--default-properties", "--scratch", scratch]
      return run(arguments + ["--into", directory] + more, stdin: jobs, fault: fault)
    }
  }

  static let scene = Scene()

  @Test("plan, compact --into and tablets --apply go from server to server, and again change nothing")
  func circle() throws {
    let scene = Self.scene
    let before = scene.actool.names(in: "bucket/tables/2/t-1")
    let done = scene.compact(into: "s3://bucket/out/")
    #expect(done.status == 0 && done.output.contains(#""directory":"s3://bucket/out","#), "\(done.stderr)")
    let names = scene.actool.names(in: "bucket/out")
    let output = try #require(names.first)
    #expect(names == [output, output + ".json"])
    #expect(scene.actool.names(in: "bucket/tables/2/t-1") == before)

    // The same on this machine.
    #expect(scene.run(["compact", "--default-properties", "--into", "here"], stdin: scene.jobs).status == 0)
    let diff = scene.run(["diff", "here/\(output)", "s3://bucket/out/\(output)"])
    #expect(diff.status == 0 && diff.output.contains("\"same\":true"))
    #expect(scene.actool.read("here/\(output)") == scene.actool.read("bucket/out/\(output)"))

    // The tablet as it is now, which can be planned again. The file beside the output says the same as standard output.
    scene.actool.write("results", done.stdout)
    let after = scene.run(["tablets", "--apply", "results", "s3://bucket/tables/2/t-1"])
    let same = scene.run(["tablets", "--apply", "bucket/out/\(output).json", "s3://bucket/tables/2/t-1"])
    #expect(same.output == after.output)
    #expect(after.status == 0 && after.output.contains(#""file":"s3://bucket/out/\#(output)""#), "\(after.stderr)")
    let next = scene.run(["plan", "--kind", "user", "-"], stdin: after.stdout)
    #expect(next.status == 0 && next.output.contains("s3://bucket/out/\(output)"))
    let beside = scene.run(["compact", "--default-properties", "--into", "s3a://bucket/out"], stdin: next.stdout)
    #expect(beside.status == 1 && beside.output.contains("outputs go to a directory without inputs"))

    let again = scene.compact(into: "s3://bucket/out")
    #expect(again.status == 0 && again.output.contains(#""already":true"#) && !again.stderr.contains("was there"))
    let other = scene.run(["plan", "--kind", "user", "--seed", "9", "bucket/tables/2/t-1"]).output
    let renamed = other.replacing(/"output":"[^"]*"/, with: "\"output\":\"\(output)\"")
    let refused = scene.run(
      ["compact", "--default-properties", "--into", "s3://bucket/out"], stdin: Array(renamed.utf8))
    #expect(refused.status == 1 && refused.output.contains("is about another job"), "\(refused.output)")
  }

  @Test("HDFS is written under Accumulo's name for it, which a map leads to the server")
  func mapped() {
    let scene = Self.scene
    let map = ["--map", "hdfs://nn1:8020=webhdfs://\(scene.server.host)/bucket"]
    let done = scene.compact(into: "hdfs://nn1:8020/hdfs/out", map)
    #expect(done.status == 0 && done.output.contains(#""directory":"hdfs://nn1:8020/hdfs/out""#), "\(done.stderr)")
    let names = scene.actool.names(in: "bucket/hdfs/out")
    #expect(names.count == 2 && names[0].hasSuffix(".rf"))
    #expect(scene.run(["diff", "bucket/hdfs/out/\(names[0])", "bucket/tables/2/t-1"]).status == 0)
  }

  @Test("a kill at any change leaves no half file, and the next run ends what was begun", arguments: ["s3", "webhdfs"])
  func kills(scheme: String) throws {
    let scene = Self.scene
    let top = scheme == "s3" ? "s3://bucket" : "webhdfs://\(scene.server.host)/bucket"
    let listed = scene.compact(into: "\(top)/\(scheme)-whole", scratch: scheme, fault: "list")
    #expect(scene.actool.names(in: scheme) == [".here"])
    let changes = listed.stderr.split(separator: "\n").filter { $0.hasPrefix("change: ") }
    #expect(listed.status == 0 && changes.count { $0.hasPrefix("change: publish") } >= 2, "\(listed.stderr)")
    let output = try #require(scene.actool.names(in: "bucket/\(scheme)-whole").first)
    let whole = try #require(scene.actool.read("bucket/\(scheme)-whole/\(output)"))
    // What comes before is the same for both.
    let first = scheme == "s3" ? 0 : changes.firstIndex { $0.hasPrefix("change: publish") } ?? 0
    for number in first + 1...changes.count {
      let folder = "\(scheme)-\(number)"
      let killed = scene.compact(into: "\(top)/\(folder)", scratch: scheme, fault: "\(number):kill")
      #expect(killed.status == 128 + SIGKILL)
      let bytes = scene.actool.read("bucket/\(folder)/\(output)")
      #expect(bytes == nil || bytes == whole, "\(changes[number - 1])")
      if scene.actool.read("bucket/\(folder)/\(output).json") != nil {
        #expect(bytes == whole)
      }
      let next = scene.compact(into: "\(top)/\(folder)", scratch: scheme)
      #expect(next.status == 0, "\(changes[number - 1]): \(next.stderr)")
      #expect(scene.actool.read("bucket/\(folder)/\(output)") == whole && next.output.contains(output))
      #expect(scene.actool.names(in: scheme).filter { $0.hasPrefix(".actool-work") } == [], "of the dead")
    }
  }

  @Test("of two runs of the same jobs at once both end well, and another file under the name of an output is refused")
  func race() throws {
    let scene = Self.scene
    let into = "s3://bucket/race"
    // The second one stops where it would publish, and finds the output of the first.
    let listed = scene.compact(into: "s3://bucket/race-whole", fault: "list")
    let changes = listed.stderr.split(separator: "\n").filter { $0.hasPrefix("change: ") }
    let publish = try #require(changes.firstIndex { $0.hasPrefix("change: publish") }) + 1
    let environment = [
      "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "verysecret", "AWS_SESSION_TOKEN": "",
      "AWS_ENDPOINT_URL": "http://\(scene.server.host)/s3", "ACTOOL_TEST_FAULT": "\(publish):stop",
    ]
    let arguments = ["compact", "--threads", "1", "--default-properties", "--scratch", "scratch", "--into", into]
    let second = scene.actool.start(arguments, stdin: scene.jobs, environment: environment)
    #expect(second.waitForStop())
    let first = scene.compact(into: into)
    second.signal(SIGCONT)
    let outcome = second.wait()
    #expect(first.status == 0 && outcome.status == 0, "\(first.stderr)\(outcome.stderr)")
    #expect(outcome.stderr.contains("was there already, with the same bytes"), "\(outcome.stderr)")

    let output = try #require(scene.actool.names(in: "bucket/race").first)
    scene.actool.write("bucket/taken/\(output)", "another file")
    let refused = scene.compact(into: "s3://bucket/taken")
    #expect(refused.status == 1 && refused.output.contains("the name is taken by another file"))
    #expect(refused.output.contains(#""retry":"never""#) && scene.actool.names(in: "bucket/taken") == [output])
  }

  @Test("what cannot be written to, and Kerberos without a ticket, is said in a line")
  func refused() {
    let scene = Self.scene
    let jobs = scene.jobs
    for (arguments, problem) in [
      (["--into", "http://\(scene.server.host)/web/out"], "web servers take no files"),
      (["--into", "s3://none/out"], "NoSuchBucket"),
      (["--into", "hdfs://nn/out"], "say where it is mounted"),
      (["--into", "s3://bucket/x", "--scratch", "none"], "No such file"),
      (["--into", "here2", "--scratch", "scratch"], "--scratch is for outputs that go to a server"),
      (["--into", "s3://bucket/x", "--export", "bucket"], "--export makes a table on this machine"),
    ] {
      let properties = arguments.contains("--export") ? [] : ["--default-properties"]
      let outcome = scene.run(["compact"] + properties + arguments, stdin: properties.isEmpty ? [] : jobs)
      let text = outcome.stderr + outcome.output
      #expect(outcome.status != 0 && text.contains(problem), "\(text)")
    }
    let name = "webhdfs://\(scene.server.host)/fault-kerberos-0/bucket/tables/2/t-1/ci0.rf"
    let plain = scene.run(["info", name])
    #expect(plain.status == 2 && plain.stderr.contains("it wants Kerberos: run kinit and say --negotiate"))
    let ticket = scene.actool.run(
      ["info", "--negotiate", name], environment: ["KRB5CCNAME": "FILE:/nonexistent", "KRB5_CONFIG": "/dev/null"])
    #expect(ticket.status == 2 && ticket.stderr.contains("run kinit, and look at klist"), "\(ticket.stderr)")
  }
}
