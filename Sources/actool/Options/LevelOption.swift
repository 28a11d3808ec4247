import ArgumentParser
import BlockFile
import Compaction

/// How hard to compress what is written.
struct LevelOption: ParsableArguments {
  @Option(
    name: .customLong("level"),
    help: ArgumentHelp(
      "How hard to compress the output. auto: the cheapest of a few encoders whose bytes are about those of Accumulo's "
        + "level, chosen by samples of the data. fast: the cheapest. A number: \(Self.levels). Example: 9. Default: auto.",
      valueName: "LEVEL"), transform: Self.parse)
  var given: CompressionLevel?

  var level: CompressionLevel { given ?? .auto }

  private static let levels = Codec.allCases.compactMap { codec in
    codec.levels.map { "\(codec) \($0.lowerBound) to \($0.upperBound), Accumulo's is \(codec.defaultLevel)" }
  }.joined(separator: "; ")

  private static func parse(_ text: String) throws -> CompressionLevel {
    guard let level = CompressionLevel(text), Codec.allCases.contains(where: { level.problem(with: $0) == nil }) else {
      throw ValidationError("expected auto, fast or a number (\(levels)) for --level, found '\(text)'")
    }
    return level
  }

  /// Runs what finds out whether the codec has the level; if it does not, that is wrong usage.
  static func checking<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as CodecLevelError { throw ValidationError("\(error)") }
  }
}
