import ArgumentParser
import Records

/// A verification in rounds, on many machines: see `Verifier+Shard.swift`, `BucketJoin.swift`, `Verifier+Merge.swift`.
struct VerifyRoundOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Round 1: read only shard i of n, i from 1. Shards are tablets, with about the same bytes. Up to 65536.",
      valueName: "i/n"), transform: PartNumber.parse)
  var shard: PartNumber?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --shard: how many ranges of rows to join by themselves, the same for all shards; 1 to 65536. Default: 1.",
      valueName: "b"))
  var buckets: Int?

  @Option(
    help: ArgumentHelp(
      "With --shard: the directory for the links, shared by all machines; it is made if it is missing.",
      valueName: "DIR"))
  var linksInto: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Round 2: join bucket k of b from the links of all shards.", valueName: "k/b"),
    transform: PartNumber.parse)
  var join: PartNumber?

  @Option(
    help: ArgumentHelp(
      "The end: print the answer for the links in DIR, whose buckets were joined.", valueName: "DIR"))
  var merge: String?

  func validate() throws {
    let ofShard = [("--buckets", buckets != nil), ("--links-into", linksInto != nil)]
    if shard == nil { try OptionConflict.require("--shard", for: ofShard) }
    if shard != nil, linksInto == nil { throw ValidationError("--shard needs --links-into") }
    if let buckets, !(1...PartNumber.limit ~= buckets) {
      throw ValidationError("expected 1 to \(PartNumber.limit) for --buckets, found \(buckets)")
    }
    if shard != nil {
      try OptionConflict.refuse([("--join", join != nil), ("--merge", merge != nil)], beside: "--shard")
    }
    if join != nil { try OptionConflict.refuse([("--merge", merge != nil)], beside: "--join") }
  }
}
