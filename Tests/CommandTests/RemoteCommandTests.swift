import TestSupport
import Testing

@Suite("Commands on servers", .enabled(if: FileServer.isAvailable, "\(FileServer.missing)"))
struct RemoteCommandTests {
  /// A server with the files of a table, `s3://bucket/tables/2/t-1`.
  final class Scene: Sendable {
    let actool = CommandRunner()
    let server: FileServer

    init() {
      for name in ["ci0.rf", "ci1.rf", "ci2.rf"] {
        actool.write("bucket/tables/2/t-1/\(name)", try! Fixtures.bytes("\(Fixtures.accumulo)/rfiles/ci/\(name)"))
      }
      server = FileServer(actool.directory, credentials: "id:verysecret:sometoken")
    }

    var environment: [String: String] {
      [
        "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "verysecret", "AWS_SESSION_TOKEN": "sometoken",
        "AWS_ENDPOINT_URL": "http://\(server.host)/s3",
      ]
    }

    func run(_ arguments: String..., stdin: [UInt8] = []) -> CommandOutcome {
      let outcome = actool.run(arguments, stdin: stdin, environment: environment)
      for secret in ["verysecret", "sometoken"] {
        #expect(!outcome.output.contains(secret) && !outcome.stderr.contains(secret), "a secret is printed")
      }
      return outcome
    }

    /// The directory of the tablet under all names that it has.
    var names: [String] {
      ["s3://bucket/tables/2/t-1", "s3a://bucket/tables/2/t-1", "webhdfs://\(server.host)/bucket/tables/2/t-1"]
    }
  }

  static let scene = Scene()

  @Test("scan, verify and diff see in a tablet on a server what they see in one on the disk")
  func reading() {
    let scene = Self.scene
    let local = "bucket/tables/2/t-1"
    let (entries, counts) = (scene.run("scan", local), scene.run("verify", local))
    #expect(entries.lines.count == 12000 && counts.status == 0)
    for name in scene.names {
      #expect(scene.run("scan", name).output == entries.output)
      #expect(scene.run("verify", name).output == counts.output)
      let diff = scene.run("diff", local, name)
      #expect(diff.status == 0 && diff.output.contains("\"same\":true"), "\(diff.stderr)")
    }
    let mapped = scene.run(
      "scan", "--map", "hdfs://nn:8020=webhdfs://\(scene.server.host)", "hdfs://nn:8020/bucket/tables/2/t-1/ci0.rf")
    #expect(mapped.output == scene.run("scan", local + "/ci0.rf").output && mapped.status == 0)
    #expect(scene.run("verify", "s3://bucket/tables/2").output == scene.run("verify", "bucket/tables/2").output)
  }

  @Test("info reads the two ends of a file, and says what that took")
  func info() {
    let scene = Self.scene
    let name = "s3://bucket/tables/2/t-1/ci0.rf"
    let outcome = scene.run("info", name)
    let local = scene.run("info", "bucket/tables/2/t-1/ci0.rf")
    #expect(outcome.output == local.output.replacing("bucket/tables", with: "s3://bucket/tables"))
    #expect(outcome.stderr == "actool info: \(name): 2 requests, 65552 bytes received\n" && local.stderr == "")
    let absent = scene.run("info", "s3://bucket/none.rf")
    #expect(
      absent.status == 2
        && absent.stderr.hasSuffix("actool info: cannot open s3://bucket/none.rf: No such file or directory\n"))
  }

  @Test("jobs planned on a server are run into a directory here, and the inputs stay")
  func compacting() throws {
    let scene = Self.scene
    let jobs = scene.run("plan", "--kind", "user", "s3://bucket/tables/2/t-1")
    #expect(jobs.status == 0 && jobs.output.contains(#""directory":"s3://bucket/tables/2/t-1""#), "\(jobs.stderr)")
    let before = scene.actool.names(in: "bucket/tables/2/t-1")
    let refused = scene.run("compact", "--default-properties", stdin: jobs.stdout)
    #expect(refused.status == 1 && refused.stderr.contains("is on a server, where files are read and never changed"))
    let done = scene.run("compact", "--default-properties", "--into", "out", stdin: jobs.stdout)
    #expect(done.status == 0, "\(done.stderr)")
    #expect(scene.actool.names(in: "bucket/tables/2/t-1") == before)
    let output = try #require(scene.actool.names(in: "out").first { $0.hasSuffix(".rf") })
    #expect(scene.run("diff", "out/\(output)", "s3://bucket/tables/2/t-1").status == 0)
    let merged = scene.run(
      "compact", "--output", "all.rf", "s3://bucket/tables/2/t-1/ci0.rf", "bucket/tables/2/t-1/ci1.rf")
    #expect(merged.status == 0, "\(merged.stderr)")
    #expect(scene.run("compact", "--output", "s3://bucket/new.rf", "all.rf").status == 2)
    #expect(scene.actool.read("bucket/new.rf") == nil)
  }

  @Test("what is read from this machine alone, and wrong options, are refused in a line")
  func refused() {
    let scene = Self.scene
    for (arguments, problem) in [
      (["plan", "s3://bucket/tables/2/t-1/ci0.rf"], "records are read from this machine only"),
      (["info", "http://u:verysecret@h/a"], "must not hold a user"),
      (["info", "--format", "text", "https://h/F.rf?sig=verysecret"], "must not hold ? or #"),
      (
        ["scan", "--endpoint", "nowhere", "s3://a/b"],
        "expected http://HOST or https://HOST for --endpoint, found 'nowhere'"
      ),
      (["scan", "--timeout", "0s", "s3://a/b"], "expected a time from one second to a day, found '0s'"),
      (["scan", "http://\(scene.server.host)/web/bucket"], "No such file"),
    ] {
      let outcome = scene.actool.run(arguments, environment: scene.environment)
      #expect(outcome.stderr.split(separator: "\n").count == 1 && outcome.stderr.contains(problem), "\(outcome.stderr)")
      #expect(outcome.status != 0 && !outcome.output.contains("verysecret") && !outcome.stderr.contains("verysecret"))
    }
  }

  @Test("an empty TMPDIR is none: outputs are made in /tmp before they are published")
  func emptyVariable() {
    let scene = Self.scene
    let jobs = scene.run("plan", "--kind", "user", "s3://bucket/tables/2/t-1")
    let done = scene.actool.run(
      ["compact", "--default-properties", "--into", "s3://bucket/published"], stdin: jobs.stdout,
      environment: scene.environment.merging(["TMPDIR": ""]) { $1 })
    #expect(done.status == 0, "\(done.stderr)")
    #expect(scene.actool.names(in: "bucket/published").contains { $0.hasSuffix(".rf") })
  }

  @Test("a libcurl that is too old is not used")
  func old() {
    let scene = Self.scene
    // All functions that are asked for, and the version 7.84.0.
    scene.actool.write(
      "old/curl.c",
      """
      #define NOTHING(name) void *curl_##name(void) { return 0; }
      NOTHING(global_init) NOTHING(easy_init) NOTHING(easy_cleanup) NOTHING(easy_reset) NOTHING(easy_setopt)
      NOTHING(easy_getinfo) NOTHING(easy_perform) NOTHING(easy_strerror) NOTHING(slist_append) NOTHING(slist_free_all)
      struct { int age; const char *text; unsigned number; } info = { 9, "7.84.0", 0x075400 };
      void *curl_version_info(int now) { return &info; }

      """)
    let compiled = scene.actool.shell("cc -shared -fPIC -o old/libcurl.so.4 old/curl.c")
    guard compiled.status == 0 else { return }
    let outcome = scene.actool.run(
      ["info", "s3://bucket/tables/2/t-1/ci0.rf"],
      environment: scene.environment.merging(["LD_LIBRARY_PATH": scene.actool.path("old")]) { $1 })
    #expect(outcome.status == 2)
    #expect(outcome.stderr.contains("libcurl 7.85 or newer is not installed"), "\(outcome.stderr)")
  }

  @Test("the lines for files that another client copies do what they say, with cp as the client")
  func recipe() throws {
    let scene = Self.scene
    let document = try Fixtures.text("\(Fixtures.root)/docs/remote.md")
    let lines = document.split(separator: "\n").drop { !$0.hasPrefix("    mkdir -p work") }.prefix {
      $0.hasPrefix("    ")
    }
    #expect(lines.count == 8)
    let outcome = scene.actool.shell(
      "GET=cp PUT='cp -n' FROM=bucket/tables/2/t-1 TO=put FILES='ci0.rf ci1.rf ci2.rf'; mkdir put\n"
        + lines.joined(separator: "\n"))
    #expect(outcome.status == 0, "\(outcome.stderr)")
    let put = try #require(scene.actool.names(in: "put").first)
    #expect(scene.run("diff", "put/\(put)", "bucket/tables/2/t-1").status == 0)
  }
}
