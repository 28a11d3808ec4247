import Entries
import Java

/// Keeps entries that regular expressions match: org.apache.accumulo.core.iterators.user.RegExFilter.
///
/// Options: `rowRegex`, `colfRegex`, `colqRegex`, `valueRegex` (see `JavaPattern`; a field without a pattern is
/// ignored), `orFields` (default false: all patterns must match), `matchSubstring` (default false: match the whole
/// field), `encoding` (default UTF-8), `negate`.
struct RegExFilter: MajcIterator {
  private let row: JavaPattern?
  private let family: JavaPattern?
  private let qualifier: JavaPattern?
  private let value: JavaPattern?
  private let orFields: Bool
  private let charset: JavaCharset
  private let negate: Bool

  init(_ options: IteratorOptions) throws {
    let extent: JavaPattern.Extent = options.bool("matchSubstring") ? .substring : .whole
    func pattern(_ option: String) throws -> JavaPattern? {
      guard let text = options[option] else { return nil }
      do {
        return try JavaPattern(text, extent: extent)
      } catch let error as PatternError {
        throw options.error(option, error.description)
      }
    }
    row = try pattern("rowRegex")
    family = try pattern("colfRegex")
    qualifier = try pattern("colqRegex")
    value = try pattern("valueRegex")
    orFields = options.bool("orFields")
    negate = options.bool("negate")
    guard let charset = options["encoding"].map(JavaCharset.init(name:)) ?? .utf8 else {
      throw options.error("encoding", "only UTF-8, ISO-8859-1 and US-ASCII are supported")
    }
    self.charset = charset
  }

  func layer(in context: MajcContext) -> IteratorLayer? {
    let filter = Running(
      row: row?.matcher(encoding: charset), family: family?.matcher(encoding: charset),
      qualifier: qualifier?.matcher(encoding: charset), value: value?.matcher(encoding: charset), orFields: orFields)
    return .filter(filter, negate: negate)
  }

  private struct Running: EntryFilter {
    let row: PatternMatcher?
    let family: PatternMatcher?
    let qualifier: PatternMatcher?
    let value: PatternMatcher?
    let orFields: Bool

    func accepts(_ entry: EntryPointer) -> Bool {
      // The first field whose answer equals `orFields` decides. Fields without a pattern are skipped.
      if let row, row.matches(entry.pointee.row) == orFields { return orFields }
      if let family, family.matches(entry.pointee.family) == orFields { return orFields }
      if let qualifier, qualifier.matches(entry.pointee.qualifier) == orFields { return orFields }
      if let value, value.matches(entry.pointee.value) == orFields { return orFields }
      return !orFields
    }
  }
}
