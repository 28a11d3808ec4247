public import Digests

// What a set of entries is, in 128 bits: the sum of a hash of every entry (`EntryHash`), modulo 2^128; no entries have the
// sum 0. It does not depend on the order of the entries nor on files, blocks and codecs, and counts an entry as often as it
// occurs.

/// How many entries there are, and the sum of their hashes. Equal sums are those of the same entries, but for a chance of
/// one in 2^128; no protection against somebody who wants two sets to have one sum.
@frozen public struct EntrySum: Hashable, Sendable {
  /// How records call the definition above.
  package static let algorithm = "nh-xxh3-128/1"

  public var count: Int64
  public var digest: Digest

  package init(count: Int64 = 0, digest: Digest = Digest(0)) {
    self.count = count
    self.digest = digest
  }

  @inlinable @inline(__always) public mutating func add(_ entry: EntryPointer) { add(Self.hash(of: entry)) }

  /// An entry by its hash, for whoever adds it to several sums.
  @inlinable @inline(__always) public mutating func add(_ hash: Digest) {
    count &+= 1
    digest.bits &+= hash.bits
  }

  /// The sum of the entries of both.
  package static func + (a: EntrySum, b: EntrySum) -> EntrySum {
    EntrySum(count: a.count &+ b.count, digest: Digest(a.digest.bits &+ b.digest.bits))
  }

  package static func += (a: inout EntrySum, b: EntrySum) { a = a + b }
}

extension EntrySum {
  /// The hash of one entry.
  public static func hash(of entry: EntryPointer) -> Digest { EntryHash.hash(entry) }
}
