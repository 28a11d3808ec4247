/// What iterators can learn about a compaction.
struct MajcContext: Sendable {
  /// True when delete markers are written, because files outside the compaction can contain entries that they hide.
  var propagateDeletes: Bool
  /// The time of the compaction in milliseconds since 1970, the same for all its files and groups.
  var now: Int64

  init(propagateDeletes: Bool, now: Int64) {
    self.propagateDeletes = propagateDeletes
    self.now = now
  }

  /// What Accumulo gives its iterators under this name: whether markers are dropped.
  var isFullMajorCompaction: Bool { !propagateDeletes }
}
