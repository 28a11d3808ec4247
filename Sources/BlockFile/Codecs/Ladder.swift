// No fixed level is right for all data. Blocks of 100 KB of merged continuous ingest and of English text, in MB/s of one
// core and compressed to raw bytes:
//
//     gz       zlib 6   libdeflate 6   ISA-L 1        zstd     1      2      3
//     ingest   23 .345     60 .318     310 .330                161    156     97
//     text     21 .215     45 .211     258 .252                .328   .322   .321
//
// ISA-L makes ingest smaller than Accumulo does, in a fourteenth of the time; but text 17 % larger. So a codec has a
// ladder of rungs from cheap to dear, and the data decide: the cheapest rung is taken whose bytes are no more than those
// of the codec's standard, which is what Accumulo writes with. `LadderChoice` asks the data.
//
//     gz     isal 1, libdeflate 6 and 7     standard zlib 6; not a byte more
//     zstd   1, 2, 3                        standard 3; at most 2 % more
//
// libdeflate 6 needs more than zlib 6 for source code, though only a little: 0.05 % for Java, 0.3 % for headers of C.
// Level 7 is 1 % smaller and takes a third longer, so only as many blocks get it as the bytes need (`Choice.dearer`):
//
//     headers, of 256 blocks      libdeflate 6 alone  +0.3 %   7 alone  -0.6 %   112 with 7, the others with 6  -0.1 %
//
// Without ISA-L, level 1 of libdeflate takes its place, and without both, levels 1 and 6 of zlib. Other codecs have one
// rung. A level that was asked for is a ladder of one rung.

/// What compresses a block.
package struct Rung: Hashable, Sendable {
  package let codec: Codec
  /// For gz; every other codec has one library.
  let engine: DeflateEngine
  /// 0 for codecs without levels.
  package let level: Int

  /// The level must be one of the engine's or codec's.
  init(_ codec: Codec, _ engine: DeflateEngine = .numbered, level: Int) {
    (self.codec, self.engine, self.level) = (codec, engine, level)
  }

  /// The library for gz (`isal`, `libdeflate`, `zlib`), otherwise the codec.
  package var encoder: String { codec == .gz ? engine.rawValue : codec.rawValue }
}

/// The rungs that the blocks of a file can be compressed with.
package struct Ladder: Hashable, Sendable {
  /// From cheap to dear, at least one.
  package let rungs: [Rung]
  /// What the bytes of a rung are compared with: what Accumulo writes with. It can be a rung.
  let standard: Rung
  /// How many more bytes than the standard's a rung may take, in thousandths of them.
  let tolerance: Int

  /// Nil for `none`. The level must be one that the codec has: see `CompressionLevel.problem`.
  package init?(_ codec: Codec, _ level: CompressionLevel) {
    guard codec != .none else { return nil }
    precondition(level.problem(with: codec) == nil, "callers check the level")
    let standard = Rung(codec, codec == .gz ? .zlib : .numbered, level: codec.defaultLevel)
    switch (codec, level) {
    case (_, .number(let number)): rungs = [Rung(codec, level: number)]
    case (.gz, _):
      let usual = [Rung(.gz, .quickest, level: 1), Rung(.gz, level: codec.defaultLevel)]
      rungs = (usual.contains(standard) ? usual : usual + [Rung(.gz, level: codec.defaultLevel + 1)]).upTo(level)
    case (.zstd, _): rungs = (1...codec.defaultLevel).map { Rung(.zstd, level: $0) }.upTo(level)
    default: rungs = [standard]
    }
    self.standard = standard
    tolerance = codec == .zstd ? 20 : 0
  }

  /// What a sample is compressed with: all rungs, and the standard last.
  var trials: [Rung] { rungs.contains(standard) ? rungs : rungs + [standard] }

  /// What index and meta blocks are compressed with: the rung of the codec's usual level, or the only one.
  var metaRung: Rung { rungs.last { $0.level <= codec.defaultLevel } ?? rungs[0] }

  private var codec: Codec { standard.codec }

  /// What the next blocks are compressed with.
  struct Choice: Hashable {
    /// An index in the ladder.
    var rung: Int
    /// How many of 256 blocks get the rung after it.
    var dearer = 0

    static let of = 256

    /// The rung of a block: the dearer ones are spread evenly.
    func rung(ofBlock number: Int) -> Int {
      let place = number % Self.of
      return (place + 1) * dearer / Self.of > place * dearer / Self.of ? rung + 1 : rung
    }
  }

  /// The last rung is only used in a mixture with the one before it, where that alone does not do.
  private var mixesLast: Bool { codec == .gz && rungs.count > 2 }

  /// The cheapest rung that takes no more bytes than allowed, or mixture of the last two; if none does, the rung with the
  /// fewest.
  ///
  /// - Parameter sizes: the bytes that each of `trials` took.
  func choice(_ sizes: [Int]) -> Choice {
    let most = sizes[rungs.firstIndex(of: standard) ?? rungs.count] * (1000 + tolerance)
    let alone = mixesLast ? rungs.indices.dropLast() : rungs.indices
    if let rung = alone.first(where: { sizes[$0] * 1000 <= most }) { return Choice(rung: rung) }
    if mixesLast, let mixture = mixture(sizes, most: most) { return mixture }
    return Choice(rung: rungs.indices.min { sizes[$0] < sizes[$1] } ?? 0)
  }

  /// As few blocks of the last rung as bring the bytes one thousandth below what is allowed, since the samples are not the
  /// file; nil when all would not.
  ///
  /// - Parameter most: what is allowed, in thousandths of bytes.
  private func mixture(_ sizes: [Int], most: Int) -> Choice? {
    let rung = rungs.count - 2
    let (surplus, saved) = (sizes[rung] * 1000 - most + most / 1000, (sizes[rung] - sizes[rung + 1]) * 1000)
    guard surplus < saved else { return nil }
    return Choice(rung: rung, dearer: (surplus * Choice.of + saved - 1) / saved)
  }
}

extension [Rung] {
  /// All of them for `auto`, and the first for `fast`.
  fileprivate func upTo(_ level: CompressionLevel) -> [Rung] { level == .fast ? Array(prefix(1)) : self }
}
