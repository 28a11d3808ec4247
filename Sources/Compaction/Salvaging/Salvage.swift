package import BlockFile
package import Files
package import RFile
package import Settings
package import SystemPackage
internal import TabletStore

// A sound file of what a damaged one still has:
//
//     damaged ─ FileSurvey ─ runs ─ SurvivorMerge ─ EntryFile ─ output
//                       └── losses
//
// The damaged file is read twice, and never changed.

/// Saves the entries of a damaged file.
package struct Salvage {
  package let survey: FileSurvey
  private let source: ByteSource

  /// A file of what could be saved.
  package struct Output {
    package var file: JobOutput
    /// Entries left out because they were there twice, as in a sample; see `SurvivorMerge`.
    package var repeated: Int64
  }

  /// Looks through the file. Throws `SystemError`; `FileError` for a file that is no RFile or cannot be read here;
  /// `Stopped`.
  package init(of path: FilePath, limit: BlockLimit, stop: StopFlag) throws {
    source = try ByteSource(path: path.string)
    survey = try FileSurvey(of: source, limit: limit) { try stop.check() }
  }

  /// Writes all entries to a new file with the settings of a table, by default in the codec of the damaged one. Every
  /// entry is written: delete markers and old versions, too. On an error, no output is left.
  ///
  /// Throws `DirectoryError` if a file of that name exists: nothing is ever replaced.
  /// - Parameters:
  ///   - tableProperties: those that lie beside the tablet, if any.
  ///   - beforeNaming: called when the file is whole, before it has its name.
  package func write(
    _ configuration: Configuration, tableProperties: ConfigurationSource? = nil, level: CompressionLevel,
    to output: FilePath, conditions: RunConditions, pool: CodecPool, beforeNaming: () throws -> Void
  ) throws -> Output {
    var settings = configuration.settings(tableProperties: tableProperties)
    if !settings.isSet(Self.codecProperty) {
      var configuration = configuration
      configuration.override(Self.codecProperty, survey.codec.rawValue)
      settings = configuration.settings(tableProperties: tableProperties)
    }
    let file = try EntryFile(settings, level: level, disk: conditions.access.disk, pool: pool)
    return try OutputMerge(conditions: conditions).make(output) { temporary, pulse in
      let survivors = SurvivorMerge(survey, of: source) { try pulse.beat($0, .read) }
      let written = try file.write(survivors, to: temporary, pulse: pulse)
      try beforeNaming()
      return Output(file: written, repeated: survivors.repeated)
    }
  }

  private static let codecProperty = "table.file.compress.type"
}
