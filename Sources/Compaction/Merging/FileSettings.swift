package import BlockFile
import Entries
package import RFile
internal import Settings

// What a table's properties say about the format of its files. Accumulo: `RFileOperations.openWriter`,
// `LocalityGroupUtil.getLocalityGroups`.

/// A property that a compaction cannot satisfy.
struct FileSettingsError: Error, Hashable, CustomStringConvertible {
  var property: String
  var problem: String

  var description: String { "\(property): \(problem)" }
}

/// A level that the codec of the table does not have.
package struct CodecLevelError: Error, Hashable, CustomStringConvertible {
  package var level: CompressionLevel
  package var problem: String

  package var description: String { "level \(level): \(problem)" }
}

/// How the files of a table are written.
struct FileSettings: Sendable {
  var output: RFileWriter.Options
  /// In the configured order.
  var groups: [LocalityGroupDefinition]
  var deletes: DeleteBehavior
  /// Things that the table's properties ask for but the output will lack; one sentence each.
  var warnings: [String]

  /// Reads `table.file.*`, `table.groups.enabled`, `table.group.*`, `table.delete.behavior`, `table.bloom.*`,
  /// `table.sampler`, `table.summarizer.*`, `table.compaction.configurer`. Throws `FileSettingsError` or
  /// `ConfigurationError`: for a codec or sampler that we do not have, encryption, sizes out of range, and groups that
  /// share a family.
  ///
  /// - Parameter inputBytes: the size of all inputs, for the configurer.
  init(_ settings: Settings, level: CompressionLevel = .auto, inputBytes: Int64 = 0) throws {
    try Self.refuse(settings)
    var warnings: [String] = []
    let configurer = try CompressionConfigurer(settings, warnings: &warnings)
    let name =
      configurer?.codecName(forInputsOf: inputBytes) ?? settings["table.file.compress.type"] ?? Codec.gz.rawValue
    guard let codec = Codec(rawValue: name) else {
      throw FileSettingsError(property: "table.file.compress.type", problem: Codec.refusal(of: name))
    }
    if let problem = level.problem(with: codec) { throw CodecLevelError(level: level, problem: problem) }
    output = RFileWriter.Options(
      codec: codec, level: level, blockSize: try Self.blockSize(settings, "table.file.compress.blocksize"),
      indexBlockSize: try Self.blockSize(settings, "table.file.compress.blocksize.index"))
    output.bloom = try BloomSettings(settings)
    output.sampler = try Sampler(settings)
    output.summaries = try SummarySettings(settings, warnings: &warnings)
    groups = try Self.localityGroups(settings)
    deletes = try DeleteBehavior(settings)
    self.warnings = warnings
  }

  private static func refuse(_ settings: Settings) throws {
    if let type = settings["table.file.type"], type != "rf" {
      throw FileSettingsError(property: "table.file.type", problem: "expected rf, found \"\(type)\"")
    }
    for (option, value) in settings.below("table.crypto.opts.").sorted(by: { $0.key < $1.key }) where !value.isEmpty {
      throw FileSettingsError(
        property: "table.crypto.opts.\(option)", problem: "the table is encrypted, which is not supported")
    }
  }

  private static func blockSize(_ settings: Settings, _ key: String) throws -> Int {
    let size = try settings.size(key)
    guard size > 0, size < Int64(Int32.max) else {
      throw FileSettingsError(property: key, problem: "expected 1 to \(Int32.max - 1) bytes, found \(size)")
    }
    return Int(size)
  }

  private static func localityGroups(_ settings: Settings) throws -> [LocalityGroupDefinition] {
    var groups: [LocalityGroupDefinition] = []
    var taken: [[UInt8]: String] = [:]
    for name in (settings["table.groups.enabled"] ?? "").split(separator: ",").map(String.init)
    where !groups.contains(where: { $0.name == name }) {
      let property = "table.group.\(name)"
      guard let text = settings[property] else {
        throw FileSettingsError(
          property: "table.groups.enabled", problem: "group \(name) is enabled, but \(property) is not set")
      }
      let families = try Self.families(text, property)
      for family in families {
        if let other = taken.updateValue(name, forKey: family) {
          throw FileSettingsError(
            property: property, problem: "family \"\(family.text)\" is already in group \(other)")
        }
      }
      groups.append(LocalityGroupDefinition(name: name, families: families))
    }
    return groups
  }

  /// Parses families separated by commas, in the shell's escapes. Like Java's `split`, drops empty ones at the end.
  private static func families(_ text: String, _ property: String) throws -> Set<[UInt8]> {
    var parts = text.split(separator: ",", omittingEmptySubsequences: false)
    while parts.count > 1, parts.last!.isEmpty { parts.removeLast() }
    return try Set(
      parts.map { part in
        guard let family = ByteText.decode(part) else {
          throw FileSettingsError(
            property: property, problem: "expected \\\\ or \\xHH after a backslash, found \"\(part)\"")
        }
        return family
      })
  }
}

extension RFileWriter.Options {
  /// Those of a table with these properties, in a given codec and level (nil: `auto`). Throws as a compaction of it does.
  package init(codec: Codec, level: Int?, properties: [String: String]) throws {
    var configuration = Configuration()
    for (property, value) in properties { configuration.override(property, value) }
    configuration.override("table.file.compress.type", codec.rawValue)
    self = try FileSettings(configuration.settings(), level: level.map { .number($0) } ?? .auto).output
  }
}

extension [UInt8] {
  fileprivate var text: String { ByteText.encode(prefix(64)) }
}
