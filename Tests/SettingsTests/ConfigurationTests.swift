import TestSupport
import Testing

@testable import Settings

@Suite("Configuration")
struct ConfigurationTests {
  static let vers = "org.apache.accumulo.core.iterators.user.VersioningIterator"

  func source(_ text: String) throws -> ConfigurationSource {
    try ConfigurationSource(name: "a.properties", text: Array(text.utf8))
  }

  func majc(_ settings: Settings) -> [String: String] { settings.below("table.iterator.majc.") }

  @Test("a properties file is read as Java reads it")
  func properties() throws {
    let source = try source(
      "# comment = no\n! c\\\n  a = 1 \nb:2\r\nc 3\rd\n\n   \ne=\\u00e9\\ud83d\\ude00\\t\\x\\\n   next\nf\\ \\=\\:g==h:\\\\\n"
        + "i = j\\\n# k\na=5\n=empty key\nq")
    #expect(
      source.settings == [
        "a": "5", "b": "2", "c": "3", "d": "", "e": "é\u{1F600}\txnext", "f =:g": "=h:\\", "i": "j# k", "": "empty key",
        "q": "",
      ])
  }

  @Test("a comment ends with its line even behind a backslash")
  func comment() throws {
    #expect(try source("# a\\\nb=1").settings == ["b": "1"])
  }

  @Test("a broken escape names its line")
  func brokenEscape() {
    do {
      _ = try source("a=1\nb=\\\n\\u12g4")
      Issue.record("no error")
    } catch { #expect("\(error)" == #"a.properties: line 2: expected four hexadecimal digits behind \u"#) }
    #expect(throws: ConfigurationError.self) { try source(#"a=\u12"#) }
    #expect(throws: ConfigurationError.self) { try source(#"a=\u+123"#) }
  }

  static let listing = """
    root@accumulo> config -t ci
    -----------+------------------------------+--------------------------
    SCOPE      | NAME                         | VALUE
    -----------+------------------------------+--------------------------
    default    | table.file.max ............. | 15
    system     |    @override ............... | 20
    table      |    @override ............... | 30
    default    | table.split.threshold ...... | 2G
    default    | table.groups.enabled ....... | 
    table      | table.custom.note .......... | first | line
               |                              | second line
    -- hit any key to continue or 'q' to quit --
    table      | table.iterator.majc.sum .... | 10,a.b.Sum
    -----------+------------------------------+--------------------------
    root@accumulo>
    """

  @Test("what the shell prints for a table is read, the last line of a name holds")
  func shell() throws {
    let source = try source(Self.listing)
    #expect(
      source.settings == [
        "table.file.max": "30", "table.custom.note": "first | line\nsecond line",
        "table.iterator.majc.sum": "10,a.b.Sum",
      ])
    var configuration = Configuration()
    configuration.add(source)
    let settings = configuration.settings()
    #expect(try settings.count("table.file.max") == 30)
    #expect(settings["table.split.threshold"] == "2G" && !settings.isSet("table.split.threshold"))
    #expect(majc(settings) == ["sum": "10,a.b.Sum"])
  }

  @Test("a line of a listing that is none is an error")
  func brokenListing() {
    let broken = Self.listing.replacing("system     |    @override", with: "sytsem     |    @override")
    #expect(throws: ConfigurationError.self) { try source(broken) }
    #expect(throws: ConfigurationError.self) {
      try source(Self.listing.replacing("default    | table.file.max ............. | 15\n", with: ""))
    }
  }

  @Test("a whole listing without iterators says that there are none, a filtered one does not")
  func wholeListing() throws {
    var text = "SCOPE | NAME | VALUE\n"
    for key in [
      "table.balancer", "table.bloom.enabled", "table.file.max", "table.split.threshold", "table.walog.enabled",
    ] {
      #expect(majc(Configuration.of(try source(text)).settings()).count == 2)
      text += "default | \(key) ... | 1\n"
    }
    let settings = Configuration.of(try source(text)).settings()
    #expect(majc(settings) == [:])
    #expect(settings.speaksOfTable)
    #expect(majc(Settings(settings.tableProperties)) == [:])
  }

  @Test("the defaults are Accumulo's")
  func defaults() throws {
    let settings = Configuration().settings(forTable: "2")
    #expect(settings["table.file.compress.type"] == "gz")
    #expect(try settings.size("table.file.compress.blocksize") == 102_400)
    #expect(try settings.size("table.file.compress.blocksize.index") == 131_072)
    #expect(try settings.fraction("table.compaction.major.ratio") == 3)
    #expect(majc(settings) == ["vers": "20," + Self.vers, "vers.opt.maxVersions": "1"])
    #expect(settings.tableProperties == [:])
    #expect(!settings.speaksOfTable)
    #expect(
      settings["tserver.compaction.major.service.root.planner.opts.executors"]
        == #"[{"name":"small","type":"internal","maxSize":"32M","numThreads":1},"#
        + #"{"name":"huge","type":"internal","numThreads":1}]"#)
  }

  @Test("a later layer wins, in the order default, file, table's directory, table's file, override")
  func layers() throws {
    var configuration = Configuration()
    func max(_ table: String, _ directory: ConfigurationSource? = nil) -> String? {
      configuration.settings(forTable: table, tableProperties: directory)["table.file.max"]
    }
    #expect(max("2") == "15")
    configuration.add(try source("table.file.max=1"))
    configuration.add(try source("table.file.max=2"))
    #expect(max("2") == "2")
    #expect(max("2", try source("table.file.max=3")) == "3")
    configuration.add(try source("table.file.max=4"), forTable: "2")
    #expect(max("2", try source("table.file.max=3")) == "4")
    #expect(max("3") == "2")
    configuration.override("table.file.max", "5")
    #expect(max("2") == "5" && max("3") == "5")
    #expect(configuration.settings(forTable: "2").tableProperties == ["table.file.max": "5"])
  }

  @Test(
    "a source that sets an iterator replaces the default stack; an override changes one key; an empty value removes one"
  )
  func iterators() throws {
    let versions = ["vers": "20," + Self.vers, "vers.opt.maxVersions": "1"]
    var configuration = Configuration()
    configuration.add(try source("table.iterator.scan.x=1,y\ntable.file.max=3"))
    #expect(majc(configuration.settings()) == versions)
    configuration.override("table.iterator.majc.vers.opt.maxVersions", "3")
    #expect(majc(configuration.settings()) == ["vers": "20," + Self.vers, "vers.opt.maxVersions": "3"])
    configuration.override("table.iterator.majc.vers", "")
    #expect(majc(configuration.settings()) == [:])

    var replaced = Configuration()
    replaced.add(try source("table.iterator.majc.sum=10,a.Sum\ntable.iterator.majc.sum.opt.all=true"))
    let sum = ["sum": "10,a.Sum", "sum.opt.all": "true"]
    #expect(majc(replaced.settings()) == sum)
    replaced.add(try source("table.iterator.majc.age=11,a.Age"), forTable: "2")
    #expect(majc(replaced.settings(forTable: "2")) == sum.merging(["age": "11,a.Age"]) { $1 })
    replaced.override("table.iterator.majc.sum", "")
    #expect(majc(replaced.settings(forTable: "2")) == ["age": "11,a.Age"])

    var emptied = Configuration()
    emptied.add(try source("table.iterator.majc.vers="))
    #expect(majc(emptied.settings()) == [:])
    var same = Configuration()
    same.add(try source("table.iterator.majc.vers=20,\(Self.vers)\ntable.iterator.majc.vers.opt.maxVersions=1"))
    #expect(majc(same.settings()) == versions)
    #expect(same.settings().tableProperties == [:])
  }

  @Test("a job's properties give back the settings that they were made from")
  func jobProperties() throws {
    for overrides in [
      [:], ["table.iterator.majc.vers": ""], ["table.iterator.majc.vers.opt.maxVersions": "3"], ["table.custom.x": "1"],
      ["table.iterator.majc.vers": "", "table.iterator.majc.sum": "10,a.Sum"], ["table.iterator.minc.vers": ""],
    ] {
      for table in ["2", "!0", "+r"] {
        var configuration = Configuration()
        for (key, value) in overrides { configuration.override(key, value) }
        let settings = configuration.settings(forTable: table)
        #expect(Settings(settings.tableProperties).below("table.") == settings.below("table."), "\(overrides) \(table)")
      }
    }
  }

  @Test("Accumulo's own tables begin with the settings they were initialised with")
  func metadataTables() throws {
    let settings = Configuration().settings(forTable: "!0")
    #expect(settings["table.compaction.dispatcher.opts.service"] == "meta")
    #expect(settings["table.iterator.majc.vers"] == "10," + Self.vers)
    #expect(Configuration().settings(forTable: "+r")["table.compaction.dispatcher.opts.service"] == "root")
  }

  @Test("a value of the wrong kind names its setting")
  func wrongKind() {
    var configuration = Configuration()
    configuration.override("table.file.max", "x")
    configuration.override("table.file.compress.blocksize", "-1K")
    let settings = configuration.settings()
    let error = #expect(throws: ConfigurationError.self) { try settings.count("table.file.max") }
    #expect(error?.description == "table.file.max: expected a whole number below 2^31 without a unit, found \"x\"")
    #expect(throws: ConfigurationError.self) { try settings.size("table.file.compress.blocksize") }
    #expect(throws: ConfigurationError.self) { try settings.count("table.no.such") }
  }

  @Test("mutations of the texts are read or refused, never a trap")
  func mutations() {
    var random = SplitMix64(seed: 3)
    let texts = [Self.listing, "a=1\\\n  2\nb\\u00e9:\\ud83d\\ude00\r\n!c\n d = e\\"].map { Array($0.utf8) }
    var settings = 0
    for _ in 0..<4000 {
      var bytes = texts.randomElement(using: &random)!
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        if Bool.random(using: &random) {
          bytes[place] = Array("\\u|.= \n\r-:@#\u{1}".utf8).randomElement(using: &random)!
        } else {
          bytes.removeSubrange(place..<min(bytes.count - 1, place + 3).advanced(by: place == bytes.count - 1 ? 1 : 0))
        }
        if bytes.isEmpty { break }
      }
      settings += (try? ConfigurationSource(name: "x", text: bytes))?.settings.count ?? 0
    }
    #expect(settings > 4000)
  }
}

extension Configuration {
  static func of(_ source: ConfigurationSource) -> Configuration {
    var configuration = Configuration()
    configuration.add(source)
    return configuration
  }
}
