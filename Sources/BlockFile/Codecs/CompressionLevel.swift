/// How hard to compress: the option `--level`.
package enum CompressionLevel: Hashable, Sendable, CustomStringConvertible {
  /// The cheapest rung of the codec's ladder that the data allow; see `Ladder`.
  case auto
  /// The first rung, whatever the data.
  case fast
  /// One of `Codec.levels`.
  case number(Int)

  /// `auto`, `fast` or a number; nil for anything else.
  package init?(_ text: String) {
    switch text {
    case "auto": self = .auto
    case "fast": self = .fast
    default:
      guard let number = Int(text), text.utf8.allSatisfy({ 48...57 ~= $0 }) else { return nil }
      self = .number(number)
    }
  }

  package var description: String {
    switch self {
    case .auto: "auto"
    case .fast: "fast"
    case .number(let number): "\(number)"
    }
  }

  /// Why a codec does not have this level; nil if it does. Every codec has `auto` and `fast`.
  package func problem(with codec: Codec) -> String? {
    guard case .number(let number) = self, codec.levels?.contains(number) != true else { return nil }
    guard let levels = codec.levels else { return "codec \(codec) has no levels, only auto" }
    return "levels of codec \(codec): \(levels.lowerBound) to \(levels.upperBound), auto or fast"
  }
}
