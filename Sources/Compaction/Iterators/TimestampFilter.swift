import Entries
import Java

/// Keeps entries whose time is in a range: org.apache.accumulo.core.iterators.user.TimestampFilter.
///
/// Options: `start` and `end`, at least one of them required: `LONG` and a number, or a date such as
/// `20260102030405GMT` (see `JavaDate`); `startInclusive` and `endInclusive` (default true); `negate`.
struct TimestampFilter: MajcIterator {
  private let start: Int64?
  private let end: Int64?
  private let startInclusive: Bool
  private let endInclusive: Bool
  private let negate: Bool

  init(_ options: IteratorOptions) throws {
    start = try Self.time("start", options)
    end = try Self.time("end", options)
    guard start != nil || end != nil else {
      throw options.error("start", "missing, and end too; TimestampFilter needs one of them")
    }
    startInclusive = options.bool("startInclusive", default: true)
    endInclusive = options.bool("endInclusive", default: true)
    negate = options.bool("negate")
  }

  private static func time(_ option: String, _ options: IteratorOptions) throws -> Int64? {
    guard let text = options[option] else { return nil }
    if text.hasPrefix("LONG") {
      guard let time = JavaNumber.long(String(text.dropFirst(4))) else {
        throw options.error(option, "expected a number after LONG")
      }
      return time
    }
    do {
      return try JavaDate.milliseconds(text)
    } catch let invalid as JavaDate.Invalid {
      throw options.error(option, invalid.reason)
    }
  }

  func layer(in context: MajcContext) -> IteratorLayer? {
    .filter(
      Running(start: start, end: end, startInclusive: startInclusive, endInclusive: endInclusive), negate: negate)
  }

  private struct Running: EntryFilter {
    let start: Int64?
    let end: Int64?
    let startInclusive: Bool
    let endInclusive: Bool

    func accepts(_ entry: EntryPointer) -> Bool {
      let time = entry.pointee.timestamp
      if let start, time < start || (time == start && !startInclusive) { return false }
      if let end, time > end || (time == end && !endInclusive) { return false }
      return true
    }
  }
}
