/// What a compaction is, as far as iterators may know.
struct MajcContext: Sendable {
  /// True when delete markers are written: the compaction leaves out files that may hold what they hide.
  var propagateDeletes: Bool
  /// The time of the compaction in milliseconds since 1970, one for all files and groups of it.
  var now: Int64

  init(propagateDeletes: Bool, now: Int64) {
    self.propagateDeletes = propagateDeletes
    self.now = now
  }

  /// What Accumulo tells its iterators under this name, which is just that.
  var isFullMajorCompaction: Bool { !propagateDeletes }
}
