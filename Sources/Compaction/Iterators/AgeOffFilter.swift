import Entries

/// Drops entries older than `ttl` milliseconds: org.apache.accumulo.core.iterators.user.AgeOffFilter.
///
/// Options: `ttl` (required), `currentTime` in milliseconds (default: the time of the compaction), `negate`.
struct AgeOffFilter: MajcIterator {
  private let ttl: Int64
  private let currentTime: Int64?
  private let negate: Bool

  init(_ options: IteratorOptions) throws {
    guard let ttl = try options.long("ttl", expected: "a number of milliseconds") else {
      throw options.missing("ttl", of: "AgeOffFilter")
    }
    self.ttl = ttl
    currentTime = try options.long("currentTime", expected: "a time in milliseconds since 1970")
    negate = options.bool("negate")
  }

  func layer(in context: MajcContext) -> IteratorLayer? {
    .filter(Running(now: currentTime ?? context.now, ttl: ttl), negate: negate)
  }

  private struct Running: EntryFilter {
    let now: Int64
    let ttl: Int64

    // The difference wraps around, as in Java.
    func accepts(_ entry: EntryPointer) -> Bool { now &- entry.pointee.timestamp <= ttl }
  }
}
