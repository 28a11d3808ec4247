// How urgent a job is: 16 bits, higher first. Each kind of table and cause has a range; within it, more files come
// first.
//
//     table                        USER, CHOP        SYSTEM, SELECTOR
//     +r                           30768..32767      28768..30767
//     !0                           26768..28767      24768..26767
//     others in +accumulo          22768..24767      20768..22767
//     all others                       1..18767      18768..20767 with more files than the limit, else -32768..0
//
// The limit is 0 for every compaction except those of the low ratio search. So in practice the system compactions of
// user tables come before their user compactions, and a tablet that really has too many files comes after one that does
// not. Accumulo: `org.apache.accumulo.core.util.compaction.CompactionJobPrioritizer`.

internal import Records

enum Priority {
  static let accumuloNamespace = "+accumulo"

  /// - Parameters:
  ///   - files: how many files the tablet has.
  ///   - compacting: how many of them the job takes.
  ///   - limit: the number of files beyond which a tablet of a user table has too many.
  /// - Throws: `PlanningError` for negative counts.
  static func of(
    kind: CompactionKind, table: String, namespace: String, files: Int, compacting: Int, limit: Int
  ) throws(PlanningError) -> Int {
    guard files >= 0, compacting >= 0 else {
      throw PlanningError("expected counts of files, found \(files) and \(compacting)")
    }
    let isUser = kind == .user || kind == .chop
    if namespace == accumuloNamespace {
      let lowest =
        switch table {
        case "+r": isUser ? 30768 : 28768
        case "!0": isUser ? 26768 : 24768
        default: isUser ? 22768 : 20768
        }
      return capped(lowest...lowest + 1999, files, compacting)
    }
    if isUser { return capped(1...18767, files, compacting) }
    guard files > limit else { return capped(-32768...0, files, compacting) }
    let (excess, overflow) = files.subtractingReportingOverflow(limit)
    return capped(18768...20767, overflow ? .max : excess, compacting)
  }

  private static func capped(_ range: ClosedRange<Int>, _ files: Int, _ compacting: Int) -> Int {
    let room = range.upperBound - range.lowerBound
    guard files < room, compacting < room else { return range.upperBound }
    return min(range.upperBound, range.lowerBound + files + compacting)
  }
}
