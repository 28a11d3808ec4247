import Entries
import Records

/// Missing rows that belong together: the record `holes` of `verify --explain`.
struct HolesRecord: Sendable {
  var firstRow: [UInt8]
  var lastRow: [UInt8]
  /// Missing rows.
  var holes: Int64
  var tablet: String
  var suggests: String

  init(_ fields: RecordFields) throws(FieldError) {
    firstRow = try fields.bytes("firstRow")
    lastRow = try fields.bytes("lastRow")
    holes = try fields.integer("holes")
    tablet = try fields.string("tablet")
    suggests = try fields.string("suggests")
  }
}

/// The counts of a verification: the record `verify`.
struct VerifyRecord: Sendable {
  var referenced: Int64
  var unreferenced: Int64
  var undefined: Int64
  var corrupt: Int64
  var entries: Int64
  var tablets: Int64
  var files: Int64

  init(_ fields: RecordFields) throws(FieldError) {
    referenced = try fields.integer("referenced")
    unreferenced = try fields.integer("unreferenced")
    undefined = try fields.integer("undefined")
    corrupt = try fields.integer("corrupt")
    entries = try fields.integer("entries")
    tablets = try fields.integer("tablets")
    files = try fields.integer("files")
  }
}

/// What became of the entries of a tablet: the record `audit`.
struct AuditRecord: Sendable {
  var isProven: Bool
  var jobs: Int64
  /// Entries.
  var first: Int64
  var now: Int64
  var dropped: [(by: String, entries: Int64)]
  var made: [(by: String, entries: Int64)]

  init(_ fields: RecordFields) throws(FieldError) {
    func entries(_ name: StaticString) throws(FieldError) -> Int64 {
      try fields.object(name) { (state) throws(FieldError) in try state.integer("entries") }
    }
    func accounts(_ name: StaticString) throws(FieldError) -> [(by: String, entries: Int64)] {
      try fields.array(name, ifAbsent: []) { (item) throws(FieldError) in
        let account = try RecordFields(item)
        return (try account.string("by"), try account.integer("entries"))
      }
    }
    isProven = try fields.boolean("proven", ifAbsent: false)
    jobs = try fields.integer("jobs", ifAbsent: 0)
    first = try entries("first")
    now = try entries("now")
    dropped = try accounts("dropped")
    made = try accounts("made")
  }
}
