// What a merge did with every entry, as sums that do not depend on order (`EntrySum`): the `certificate` of a result.
//
//     input F1.rf   100 entries ─┐             ┌─> output        150 entries
//     input F2.rf    80 entries ─┤─> a merge ──┤
//     made by "sum"  10 entries ─┘             ├─> dropped by versions   12 entries
//                                              └─> dropped by "sum"      28 entries (10 sums replace them)
//
// Every entry that goes in comes out on one side or the other:
//
//     inputs + made = output + dropped        counts and sums
//
// A merge that loses, doubles or changes an entry breaks the equation. The output's sum is then compared with what the
// finished file holds, decoded from its bytes by other code.

package import Digests
package import Entries

/// Where the entries of a merge came from and where they went.
package struct Certificate: Hashable, Sendable {
  /// The entries that came from one source, or went to one place.
  package struct Account: Hashable, Sendable {
    /// The file of an input, or what dropped or made the entries: `versions`, `delete`, `marker`, `filter NAME`,
    /// `combiner NAME`.
    package var name: String
    package var sum: EntrySum

    package init(name: String, sum: EntrySum) {
      self.name = name
      self.sum = sum
    }
  }

  /// The entries read from each input: those of the job's rows.
  package var inputs: [Account]
  /// Entries that are not in the output, by what dropped them or combined them into another. Empty accounts are left
  /// out.
  package var dropped: [Account]
  /// Entries that were in no input: combiners made them.
  package var made: [Account]
  /// The entries of the output.
  package var output: EntrySum
  /// XXH3-128 of the output's bytes, computed before they went to the disk. Nil when there is no file.
  package var digest: Digest?

  package init(
    inputs: [Account], dropped: [Account], made: [Account], output: EntrySum, digest: Digest? = nil
  ) {
    self.inputs = inputs
    self.dropped = dropped
    self.made = made
    self.output = output
    self.digest = digest
  }

  /// The same certificate with other names for the inputs, in order.
  package func naming(_ names: [String]) -> Certificate {
    var named = self
    for (i, name) in zip(named.inputs.indices, names) { named.inputs[i].name = name }
    return named
  }

  /// The two sides of the equation.
  package var balance: (taken: EntrySum, accounted: EntrySum) {
    (
      (inputs + made).reduce(EntrySum()) { $0 + $1.sum },
      dropped.reduce(output) { $0 + $1.sum }
    )
  }

  /// Nil when every entry is accounted for, otherwise a description of the difference.
  package var imbalance: String? {
    let (taken, accounted) = balance
    if taken == accounted { return nil }
    guard taken.count == accounted.count else {
      return "\(taken.count) entries went in or were made, and \(accounted.count) were written or dropped"
    }
    return "\(taken.count) entries went in or were made, and others were written or dropped: the sums differ, "
      + "\(taken.digest) and \(accounted.digest)"
  }
}

extension Certificate {
  /// Appends the object: the value of the field `certificate`.
  package func write(as name: String, to line: inout JSONLine) {
    line.object(name) { line in
      line.field("sums", EntrySum.algorithm)
      Self.write(inputs, as: "inputs", named: "file", to: &line)
      if !dropped.isEmpty { Self.write(dropped, as: "dropped", named: "by", to: &line) }
      if !made.isEmpty { Self.write(made, as: "made", named: "by", to: &line) }
      line.object("output") { line in
        output.write(to: &line)
        line.field("digest", digest?.description)
      }
    }
  }

  private static func write(_ accounts: [Account], as name: String, named: String, to line: inout JSONLine) {
    line.array(name, accounts) { line, account in
      line.object { line in
        line.field(named, account.name)
        account.sum.write(to: &line)
      }
    }
  }

  /// Reads the object of a field.
  /// - Throws: `FieldError`, also for sums by another algorithm.
  package init(_ fields: RecordFields) throws(FieldError) {
    let algorithm = try fields.string("sums")
    guard algorithm == EntrySum.algorithm else {
      throw FieldError("sums", expected: EntrySum.algorithm, found: "\"\(algorithm.prefix(40))\"")
    }
    inputs = try Self.accounts("inputs", named: "file", of: fields)
    dropped = try Self.accounts("dropped", named: "by", of: fields, ifAbsent: [])
    made = try Self.accounts("made", named: "by", of: fields, ifAbsent: [])
    (output, digest) = try fields.object("output") { (output) throws(FieldError) in
      (try EntrySum(output), try output.optionalDigest("digest"))
    }
  }

  private static func accounts(
    _ name: StaticString, named: StaticString, of fields: RecordFields, ifAbsent absent: [Account]? = nil
  ) throws(FieldError) -> [Account] {
    try fields.array(name, ifAbsent: absent) { (value) throws(FieldError) in
      let account = try RecordFields(value)
      return Account(name: try account.string(named), sum: try EntrySum(account))
    }
  }
}

extension EntrySum {
  /// The fields `entries` and `sum`.
  package func write(to line: inout JSONLine) {
    line.field("entries", count)
    line.field("sum", digest.description)
  }

  package init(_ fields: RecordFields) throws(FieldError) {
    guard let digest = try fields.optionalDigest("sum") else {
      throw FieldError("sum", expected: "32 hexadecimal digits", found: "nothing")
    }
    self.init(count: try fields.integer("entries"), digest: digest)
  }
}

extension RecordFields {
  /// 32 hexadecimal digits.
  package func optionalDigest(_ name: StaticString) throws(FieldError) -> Digest? {
    guard let text = try optionalString(name) else { return nil }
    guard let digest = Digest(text) else {
      throw FieldError("\(name)", expected: "32 hexadecimal digits", found: "\"\(text.prefix(60))\"")
    }
    return digest
  }
}
