import Settings

/// Another codec for large outputs. Accumulo: `CompressionConfigurer`, `table.compaction.configurer`.
///
///     table.compaction.configurer.opts.large.compress.threshold = 100M
///     table.compaction.configurer.opts.large.compress.type = zstd
///
/// Compactions whose inputs are together larger than the threshold write with that codec instead of
/// `table.file.compress.type`.
struct CompressionConfigurer: Hashable, Sendable {
  /// Bytes; a negative one is below every input, as in Accumulo.
  let threshold: Int64
  let codecName: String

  private static let prefix = "table.compaction.configurer"
  private static let className = "org.apache.accumulo.core.client.admin.compaction.CompressionConfigurer"

  /// Nil when the table has no configurer, or one without options, which does nothing. Another class is warned of: all it
  /// can do is to change the form of the output.
  ///
  /// Throws `FileSettingsError` for one option without the other and for a threshold that is no size.
  init?(_ settings: Settings, warnings: inout [String]) throws {
    guard let className = settings[Self.prefix], !className.isEmpty else { return nil }
    guard className == Self.className else {
      warnings.append(
        "\(Self.prefix): \(className) is not built in; the output is written with the table's settings as they are")
      return nil
    }
    let names = ["large.compress.threshold", "large.compress.type"].map { "\(Self.prefix).opts.\($0)" }
    switch (settings[names[0]], settings[names[1]]) {
    case (nil, nil): return nil
    case (let threshold?, let type?):
      do throws(ConfigurationValueError) { self.threshold = try ConfigurationValue.size(threshold) } catch {
        throw FileSettingsError(property: names[0], problem: error.description)
      }
      codecName = type
    case (nil, _): throw FileSettingsError(property: names[0], problem: "expected beside \(names[1]), found nothing")
    case (_, nil): throw FileSettingsError(property: names[1], problem: "expected beside \(names[0]), found nothing")
    }
  }

  /// The codec of an output whose inputs have so many bytes; nil: what the table says.
  func codecName(forInputsOf bytes: Int64) -> String? { bytes > threshold ? codecName : nil }
}
