import BlockFile
import Glibc
import Records

/// What a case does with its files.
enum Activity: String {
  /// Merges all files into one, as a full compaction of a table with default iterators does: deletes are applied, and
  /// the newest version is kept.
  case compaction
  /// Prints all entries of all files as hex text, like `scan --raw --format hex` of a tablet.
  case scan
  /// `info --check` of each file.
  case check
  case verify
  case plan
  case balance
}

/// A measurement with a name.
struct BenchCase {
  var name: String
  var activity: Activity
  /// The files that it reads; nil when it needs none.
  var data: BenchData?
  /// The codec and level of its output; nil: `auto`.
  var codec = Codec.none
  var level: Int?
  /// Whether unchanged blocks may be copied as they are. This is never done for the codec none, nor when a level is
  /// given.
  var reusesBlocks = true
  /// Whether every entry is accounted for, as the program does by default.
  var certifies = true
  /// Properties of the table: what its files get beside their entries.
  var properties: [String: String] = [:]
  /// Whose planner plans.
  var version = AccumuloVersion.v2

  static func named(_ name: String) throws -> BenchCase {
    guard let found = all.first(where: { $0.name == name }) else { throw BenchError("no case has the name \(name)") }
    return found
  }

  /// True when the name matches one of the patterns, as a shell would match it.
  func matches(_ patterns: [String]) -> Bool { patterns.contains { fnmatch($0, name, 0) == 0 } }

  /// All cases, in the order of their data, so that files are made once and removed before the next ones are made.
  static let all: [BenchCase] =
    [
      compaction("ci-none-k4", .continuousIngest, .none), uncertified("ci-none-k4-uncertified", .none),
      withBloom("ci-none-k4-bloom"), withSample("ci-none-k4-sample"), withSummaries("ci-none-k4-summaries"),
      reading(.scan, .none), reading(.check, .none),
      compaction("ci-zstd-k4", .continuousIngest, .zstd), uncertified("ci-zstd-k4-uncertified", .zstd),
      compaction("ci-zstd1-k4", .continuousIngest, .zstd, level: 1),
      compaction("ci-zstd3-k4", .continuousIngest, .zstd, level: 3),
      reading(.scan, .zstd), reading(.check, .zstd), reading(.verify, .zstd),
      compaction("ci-gz-k4", .continuousIngest, .gz), compaction("ci-gz6-k4", .continuousIngest, .gz, level: 6),
      uncertified("ci-gz-k4-uncertified", .gz), reading(.scan, .gz),
      reading(.check, .gz),
    ]
    + Codec.allCases.filter { ![.none, .gz, .zstd].contains($0) }.flatMap { codec in
      [compaction("ci-\(codec)-k4", .continuousIngest, codec), reading(.scan, codec), reading(.check, codec)]
    }
    + [Codec.none, .zstd].flatMap { codec in
      [10, 30].map { compaction("ci-\(codec)-k\($0)", .continuousIngest, codec, files: $0) }
    }
    + [
      compaction("random-none", .randomKeys, .none), compaction("random-gz", .randomKeys, .gz),
      compaction("random-zstd", .randomKeys, .zstd),
      compaction("single-gz", .continuousIngest, .gz, files: 1),
      compaction("disjoint-gz", .disjointRanges, .gz), afresh("disjoint-gz-afresh", .disjointRanges, .gz),
      compaction("disjoint-zstd", .disjointRanges, .zstd),
      compaction("big-gz", .bigAndSmall, .gz, files: 21), afresh("big-gz-afresh", .bigAndSmall, .gz, files: 21),
      compaction("big-zstd", .bigAndSmall, .zstd, files: 21),
      compaction("url-none-k4", .longPrefixes, .none), compaction("url-gz-k4", .longPrefixes, .gz),
      compaction("url-zstd-k4", .longPrefixes, .zstd),
      compaction("url-none-k30", .longPrefixes, .none, files: 30),
      compaction("versions-none", .versions, .none), compaction("versions-zstd", .versions, .zstd),
      compaction("deletes-none", .deletes, .none), compaction("deletes-zstd", .deletes, .zstd),
      BenchCase(name: "plan", activity: .plan), BenchCase(name: "plan4", activity: .plan, version: .v4),
      BenchCase(name: "balance", activity: .balance),
    ]

  private static func compaction(
    _ name: String, _ shape: BenchData.Shape, _ codec: Codec, level: Int? = nil, files: Int = 4
  ) -> BenchCase {
    BenchCase(
      name: name, activity: .compaction, data: BenchData(shape: shape, codec: codec, files: files), codec: codec,
      level: level)
  }

  /// The same case, with every block compressed again.
  private static func afresh(
    _ name: String, _ shape: BenchData.Shape, _ codec: Codec, files: Int = 4
  ) -> BenchCase {
    var benchCase = compaction(name, shape, codec, files: files)
    benchCase.reusesBlocks = false
    return benchCase
  }

  /// Continuous ingest without a certificate.
  private static func uncertified(_ name: String, _ codec: Codec) -> BenchCase {
    var benchCase = compaction(name, .continuousIngest, codec)
    benchCase.certifies = false
    return benchCase
  }

  /// Continuous ingest without compression, for a table with these properties.
  private static func with(_ properties: [String: String], _ name: String) -> BenchCase {
    var benchCase = compaction(name, .continuousIngest, .none)
    benchCase.properties = properties
    return benchCase
  }

  private static func withBloom(_ name: String) -> BenchCase { with(["table.bloom.enabled": "true"], name) }

  /// One row of a hundred.
  private static func withSample(_ name: String) -> BenchCase {
    with(
      [
        "table.sampler": "org.apache.accumulo.core.client.sample.RowSampler", "table.sampler.opt.hasher": "murmur3_32",
        "table.sampler.opt.modulus": "100",
      ], name)
  }

  /// Two that keep counters; of continuous ingest there are more families than counters.
  private static func withSummaries(_ name: String) -> BenchCase {
    let classes = "org.apache.accumulo.core.client.summary.summarizers."
    return with(
      ["table.summarizer.f": classes + "FamilySummarizer", "table.summarizer.v": classes + "VisibilitySummarizer"], name
    )
  }

  private static func reading(_ activity: Activity, _ codec: Codec) -> BenchCase {
    BenchCase(
      name: "\(activity)-\(codec)", activity: activity,
      data: BenchData(shape: .continuousIngest, codec: codec, files: 4))
  }
}
