import Records
import TestSupport
import Testing

@testable import BlockFile
@testable import Compaction
@testable import RFile
@testable import Settings

@Suite("CompressionConfigurer") struct CompressionConfigurerTests {
  @Test("it overrides the codec as Accumulo's does, and refuses what that refuses")
  func golden() throws {
    let lines = try Fixtures.text(Fixtures.accumulo + "/golden2/configurer/compression_configurer.jsonl")
    var (overrides, errors) = (0, 0)
    for line in lines.split(separator: "\n") {
      let test = try JSONValue(parsing: Array(line.utf8))
      var properties = [
        "table.compaction.configurer": "org.apache.accumulo.core.client.admin.compaction.CompressionConfigurer"
      ]
      for (name, value) in test["options"]?.dictionary ?? [:] {
        properties["table.compaction.configurer.opts." + name] = value
      }
      var warnings: [String] = []
      let bytes = try #require(test["fileSizes"]).elements.reduce(0) { $0 + ($1.int64 ?? 0) }
      if test["expect"]?["error"] != nil {
        errors += 1
        #expect(throws: FileSettingsError.self, "\(line)") {
          try CompressionConfigurer(Settings(properties), warnings: &warnings)
        }
        continue
      }
      let configurer = try CompressionConfigurer(Settings(properties), warnings: &warnings)
      let expected = test["expect"]?["overrides"]?["table.file.compress.type"]?.text
      if expected != nil { overrides += 1 }
      #expect(configurer?.codecName(forInputsOf: bytes) == expected, "\(line)")
      #expect(warnings.isEmpty)
    }
    #expect(overrides >= 5 && errors >= 8)
  }

  @Test("the output has the codec, another class is warned of")
  func settings() throws {
    var properties = [
      "table.compaction.configurer": "org.apache.accumulo.core.client.admin.compaction.CompressionConfigurer",
      "table.compaction.configurer.opts.large.compress.threshold": "1K",
      "table.compaction.configurer.opts.large.compress.type": "zstd",
    ]
    #expect(try FileSettings(Settings(properties), inputBytes: 1024).output.codec == .gz)
    #expect(try FileSettings(Settings(properties), inputBytes: 1025).output.codec == .zstd)
    properties["table.compaction.configurer"] = "org.example.C"
    let other = try FileSettings(Settings(properties), inputBytes: 1025)
    #expect(
      other.output.codec == .gz
        && other.warnings == [
          "table.compaction.configurer: org.example.C is not built in; the output is written with the table's settings as "
            + "they are"
        ])
  }
}
