import TestSupport
import Testing

@testable import Planning
@testable import Records
@testable import Settings

@Suite("From the settings of 2.1 to those of 4.0")
struct ConfigurationUpgradeTests {
  private func migrated(_ properties: String) throws -> String {
    var configuration = Configuration()
    configuration.add(try ConfigurationSource(name: "a", text: Array(properties.utf8)))
    return try ConfigurationUpgrade(configuration.settings()).text
  }

  /// The settings of a text, and what Accumulo does about them.
  private func check(_ text: String) throws -> (settings: [String: String], check: ConfigurationCheck) {
    let source = try ConfigurationSource(name: "b", text: Array(text.utf8))
    var configuration = Configuration()
    configuration.add(source)
    return (source.settings, ConfigurationCheck(configuration.settings(), .v4, siteFile: source))
  }

  private static let service = "tserver.compaction.major.service."
  private static let planner = "planner=org.apache.accumulo.core.spi.compaction.DefaultCompactionPlanner\n"

  @Test("executors become groups, everything else keeps its value or is named with what to do")
  func whole() throws {
    let text = try migrated(
      """
      \(Self.service)cs1.\(Self.planner)\
      \(Self.service)cs1.planner.opts.executors=[{"name":"small","maxSize":"16M","numThreads":8},\\
        {"name":"large","type":"external","queue":"DC-Q1"}]
      \(Self.service)cs1.planner.opts.maxOpen=7
      \(Self.service)cs1.rate.limit=40M
      \(Self.service)meta.planner.opts.maxOpen=20
      tserver.compaction.major.throughput=5M
      table.compaction.major.ratio=250%
      table.compaction.selector=org.example.S
      table.compaction.dispatcher.opts.service=cs1

      """)
    #expect(
      text == """
        # Compaction settings for Accumulo 4.0, made of those for 2.1.

        # Service cs1.
        # The planner of 2.1 does not exist in 4.0.
        compaction.service.cs1.planner=org.apache.accumulo.core.spi.compaction.RatioBasedCompactionPlanner
        # Group cs1_small: was 8 threads in every tablet server. Start compactors for it.
        # Group DC_Q1: the queue DC-Q1, as a group needs letters, digits and single underscores, a letter first and no \
        underscore at the end, and one service only.
        # In place of executors.
        compaction.service.cs1.planner.opts.groups=[{"group":"cs1_small","maxSize":"16M"},{"group":"DC_Q1"}]
        # As it was.
        compaction.service.cs1.planner.opts.maxOpen=7
        # No counterpart: rate.limit, 41943040 bytes/s. Limit the number of compactors instead.

        # Nothing was said about the service default. In 4.0 it has maxOpen 10 and one group "default" for jobs of all
        # sizes (2.1: threads in every tablet server, for jobs below 32M, below 128M, and larger).
        # Start compactors for the group default, or nothing is compacted.

        # Service meta.
        # The planner of 2.1 does not exist in 4.0.
        compaction.service.meta.planner=org.apache.accumulo.core.spi.compaction.RatioBasedCompactionPlanner
        # Group meta_small: was 2 threads in every tablet server. Start compactors for it.
        # Group meta_huge: was 2 threads in every tablet server. Start compactors for it.
        # In place of executors.
        compaction.service.meta.planner.opts.groups=[{"group":"meta_small","maxSize":"32M"},{"group":"meta_huge"}]
        # As it was.
        compaction.service.meta.planner.opts.maxOpen=20
        # No counterpart: rate.limit, 5242880 bytes/s. Limit the number of compactors instead.
        # 4.0 plans its own tables with the service default. To use this one as before:
        #   config -t accumulo.metadata -s table.compaction.dispatcher.opts.service=meta

        # Nothing was said about the service root. 4.0 has none, and plans its own tables with the service default.

        # No counterpart: tserver.compaction.major.throughput. 4.0 ignores it without a word; take it out.

        # Settings of tables: in the shell, as 4.0 does not start with a file that has some.
        #   config -t TABLE -s table.compaction.dispatcher.opts.service=cs1
        #   config -t TABLE -s table.compaction.major.ratio=2.5    was 250%: 4.0 takes no percentages, and would plan nothing
        #   No counterpart: table.compaction.selector. 4.0 has no compactions of that kind; user compactions may have a \
        selector of theirs.

        """)
    #expect(try check(text).check.isSound)
  }

  @Test("a queue that two services share becomes two groups, and a queue named default another one")
  func shared() throws {
    func service(_ name: String, _ queue: String) -> String {
      Self.service + name + "." + Self.planner + Self.service + name
        + #".planner.opts.executors=[{"type":"external","queue":"\#(queue)"}]"# + "\n"
    }
    let text = try migrated(service("a", "q") + service("b", "q") + service("c", "default") + service(#"d\ e"#, "1"))
    let (settings, check) = try check(text)
    #expect(check.isSound, "\(check.problems)")
    #expect(
      settings.filter { $0.key.hasSuffix("groups") } == [
        "compaction.service.a.planner.opts.groups": #"[{"group":"q"}]"#,
        "compaction.service.b.planner.opts.groups": #"[{"group":"q_2"}]"#,
        "compaction.service.c.planner.opts.groups": #"[{"group":"default_2"}]"#,
        "compaction.service.d e.planner.opts.groups": #"[{"group":"group_1"}]"#,
      ])
  }

  @Test("a service that plans nothing is left out, with the reason; odd names and numbers stay what they are")
  func odd() throws {
    let text = try migrated(
      """
      \(Self.service)default.planner.opts.executors=[]
      \(Self.service)a\\u00e9\\n\\=.\(Self.planner)\
      \(Self.service)a\\u00e9\\n\\=.planner.opts.executors=[{"type":"external","queue":"default"}]
      \(Self.service)a\\u00e9\\n\\=.planner.opts.maxOpen=-3
      \(Self.service)a\\u00e9\\n\\=.planner.opts.lowestRatio=Infinity
      \(Self.service)x.\(Self.planner)
      """)
    #expect(text.contains("\n# Service default.\n# Left out, as it plans nothing in 2.1: it has no executors\n"))
    #expect(
      text.contains(
        "\n# Left out, as it plans nothing in 2.1: tserver.compaction.major.service.x.planner.opts.executors"))
    let (settings, check) = try check(text)
    #expect(check.isSound, "\(check.problems)")
    let planner = "compaction.service.a\u{e9}\n=.planner"
    #expect(
      settings == [
        planner: CompactionService.plannerClass(of: .v4), planner + ".opts.groups": #"[{"group":"default_2"}]"#,
        planner + ".opts.maxOpen": "10", planner + ".opts.lowestRatio": "Infinity",
      ])
  }

  @Test("old names of limits become those of the services, and values are escaped")
  func oldNames() throws {
    let text = try migrated(
      """
      tserver.compaction.major.thread.files.open.max=7
      tserver.compaction.major.concurrent.max=5
      \(Self.service)x.\(Self.planner)\
      \(Self.service)x.planner.opts.executors=[{"type":"external","queue":"q"}]
      \(Self.service)x.planner.opts.lowestRatio=\\u00201.5

      """)
    let settings = try check(text).settings
    #expect(settings["compaction.service.default.planner.opts.maxOpen"] == "7")
    #expect(settings["compaction.service.x.planner.opts.lowestRatio"] == " 1.5")
    #expect(text.contains("# Group default_deprecated: was 5 threads in every tablet server."))
    #expect(
      text.contains("# Was tserver.compaction.major.thread.files.open.max.\n") && !text.contains("No counterpart"))
  }

  @Test("whatever Accumulo 2.1 accepts becomes something that 4.0 accepts")
  func golden() throws {
    var migrations = 0
    for line in try GoldenLine.all("config/check_compaction_config.jsonl") {
      guard let text = try? migrated(line["properties"]?.text ?? "") else {
        #expect(line.expectsError || line.expect["ok"]?.bool == false, "\(line)")
        continue
      }
      migrations += 1
      let check = try check(text).check
      #expect(check.isSound, "\(line): \(check.problems)")
    }
    #expect(migrations > 5)
  }

  @Test("nothing said is still told what changes")
  func empty() throws {
    let text = try migrated("")
    #expect(text.contains("Start compactors for the group default") && !text.contains("\ncompaction."))
  }
}
