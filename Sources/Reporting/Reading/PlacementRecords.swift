import Records

extension Migration {
  /// Reads the record that `balance` writes.
  init(_ fields: RecordFields) throws(FieldError) {
    self.init(
      extent: try KeyExtent(fields), group: try fields.optionalString("group"), from: try fields.optionalString("from"),
      to: try fields.string("to"), pass: Int(try fields.integer("pass", in: 0...1_000_000_000, ifAbsent: 0)))
  }
}

/// How the tablets of a group are spread: the record `group` of `balance --check`.
struct GroupRecord: Sendable {
  var table: String
  var group: String
  /// Tablets: of the group, of its even share, and on the servers with the fewest and the most.
  var tablets: Int64
  var floor: Int64
  var ceiling: Int64
  var fewest: Int64
  var most: Int64
  var deviation: Int64

  init(_ fields: RecordFields) throws(FieldError) {
    table = try fields.string("table")
    group = try fields.string("group")
    tablets = try fields.integer("tablets")
    floor = try fields.integer("floor")
    ceiling = try fields.integer("ceiling")
    fewest = try fields.integer("fewest")
    most = try fields.integer("most")
    deviation = try fields.integer("deviation")
  }
}
