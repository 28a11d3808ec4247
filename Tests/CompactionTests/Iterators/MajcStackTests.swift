import TestSupport
import Testing

@testable import Compaction
@testable import Entries

@Suite("The stack that properties make") struct MajcStackTests {
  static let user = "org.apache.accumulo.core.iterators.user."

  @Test("iterators stand in the order of their priorities, equal ones by name") func order() throws {
    let stack = try MajcStack(properties: [
      "table.iterator.majc.vers": "20,\(Self.user)VersioningIterator",
      "table.iterator.majc.vers.opt.maxVersions": "2",
      "table.iterator.majc.b": "5,\(Self.user)ReqVisFilter",
      "table.iterator.majc.B": "5,\(Self.user)ReqVisFilter",
      "table.iterator.majc.a": "+5,\(Self.user)ReqVisFilter",
      "table.iterator.majc.z": "100,\(Self.user)AgeOffFilter",
      "table.iterator.majc.z.opt.ttl": "5",
      "table.iterator.majc.z.opt.with.dots": "",
      "table.iterator.majc.nobody.opt.ttl": "x",
      "table.iterator.majc.gone": "",
      "table.iterator.scan.x": "1,no.such.Class",
      "table.iterator.majcx": "?",
    ])
    #expect(stack.iterators.map(\.name) == ["B", "a", "b", "vers", "z"])
    #expect(stack.iterators[3].options == ["maxVersions": "2"])
    #expect(stack.iterators[4].options == ["ttl": "5", "with.dots": ""])
  }

  @Test("without properties nothing is added") func empty() throws {
    let stack = try MajcStack(properties: ["table.file.max": "15"])
    #expect(stack.layers(in: MajcContext(propagateDeletes: true, now: 0)).isEmpty)
  }

  @Test(
    "a malformed property is named, with what was expected",
    arguments: [
      ("vers", "VersioningIterator", "expected <priority>,<class> with a priority of at least 1"),
      ("vers", "0,\(user)VersioningIterator", "expected <priority>,<class> with a priority of at least 1"),
      ("vers", "x,\(user)VersioningIterator", "expected <priority>,<class> with a priority of at least 1"),
      ("vers", " 20,\(user)VersioningIterator", "expected <priority>,<class> with a priority of at least 1"),
      ("vers", "20,\(user)VersioningIterator,", "expected <priority>,<class> with a priority of at least 1"),
      ("vers", "20,", "expected <priority>,<class> with a priority of at least 1"),
      ("vers", "2147483648,\(user)VersioningIterator", "expected <priority>,<class> with a priority of at least 1"),
      (
        "", "20,\(user)VersioningIterator",
        "expected table.iterator.majc.<name> or table.iterator.majc.<name>.opt.<option>"
      ),
      ("a.b", "1", "expected table.iterator.majc.<name> or table.iterator.majc.<name>.opt.<option>"),
      ("a.opt", "1", "expected table.iterator.majc.<name> or table.iterator.majc.<name>.opt.<option>"),
      ("a.opt.", "1", "expected table.iterator.majc.<name> or table.iterator.majc.<name>.opt.<option>"),
      ("a.opts.b", "1", "expected table.iterator.majc.<name> or table.iterator.majc.<name>.opt.<option>"),
      (
        "trie", "10,com.example.Trie",
        "this iterator class is not built in, and leaving it out would change the table's data; compact this table "
          + "with Accumulo, or set the property to an empty value if the data does not need it"
      ),
      (
        "re", "10,org.apache.accumulo.core.iterators.user.WholeRowIterator",
        "this iterator class is not built in, and leaving it out would change the table's data; compact this table "
          + "with Accumulo, or set the property to an empty value if the data does not need it"
      ),
    ])
  func malformed(name: String, value: String, reason: String) {
    let error = #expect(throws: IteratorConfigurationError.self) {
      try MajcStack(properties: ["table.iterator.majc." + name: value])
    }
    #expect(error?.description == "table.iterator.majc.\(name)=\(value): \(reason)")
  }

  @Test(
    "a bad option is named, with what was expected",
    arguments: [
      ("VersioningIterator", ["maxVersions": "0"], "maxVersions=0: expected a whole number of at least 1"),
      ("VersioningIterator", ["maxVersions": "all"], "maxVersions=all: expected a whole number of at least 1"),
      ("AgeOffFilter", [:], "ttl: missing; AgeOffFilter needs it"),
      ("AgeOffFilter", ["ttl": "1d"], "ttl=1d: expected a number of milliseconds"),
      (
        "AgeOffFilter", ["ttl": "1", "currentTime": "now"],
        "currentTime=now: expected a time in milliseconds since 1970"
      ),
      ("ColumnAgeOffFilter", ["f": "1d"], "f=1d: expected a number of milliseconds"),
      ("ColumnAgeOffFilter", ["f f": "1"], "f f=1: a column can have only letters, digits, _ - : and %<hex>"),
      ("ColumnAgeOffFilter", ["a:b:c": "1"], "a:b:c=1: a column is <family> or <family>:<qualifier>"),
      ("ColumnAgeOffFilter", ["a%6": "1"], "a%6=1: two hexadecimal digits must follow %"),
      ("ColumnAgeOffFilter", ["a": "1", "%61": "2"], "a=1: another option names the same column; remove one of them"),
      ("TimestampFilter", [:], "start: missing, and end too; TimestampFilter needs one of them"),
      ("TimestampFilter", ["end": "LONG1.5"], "end=LONG1.5: expected a number after LONG"),
      (
        "TimestampFilter", ["end": "20260102"],
        "end=20260102: a date is yyyyMMddHHmmss and a zone, such as 20260102030405GMT "
          + "or 20260102030405+0130, or LONG<ms>"
      ),
      (
        "TimestampFilter", ["start": "20260102030405CET"],
        "start=20260102030405CET: the time zone is not known here; write GMT, UTC or a difference such as +0130, "
          + "or LONG<ms>"
      ),
      (
        "RegExFilter", ["rowRegex": "(?=a)"],
        "rowRegex=(?=a): at offset 0: a lookahead (?= is not supported"
      ),
      (
        "RegExFilter", ["encoding": "UTF-16"],
        "encoding=UTF-16: only UTF-8, ISO-8859-1 and US-ASCII are supported"
      ),
      ("SummingCombiner", ["all": "true"], "type: missing; SummingCombiner needs it"),
      (
        "MinCombiner", ["all": "true", "type": "HEX"],
        "type=HEX: expected STRING, FIXEDLEN or VARLEN; other encoders are not built in"
      ),
      ("MaxCombiner", ["type": "STRING"], "columns: missing; MaxCombiner needs it, or all=true"),
      ("MaxCombiner", ["type": "STRING", "columns": ""], "columns=: expected columns separated by commas"),
      (
        "MaxCombiner", ["type": "STRING", "columns": "a,b c"],
        "columns=a,b c: a column can have only letters, digits, _ - : and %<hex>"
      ),
    ] as [(String, [String: String], String)])
  func badOption(className: String, options: [String: String], message: String) {
    var properties = ["table.iterator.majc.x": "10,\(Self.user)\(className)"]
    for (option, value) in options { properties["table.iterator.majc.x.opt.\(option)"] = value }
    let error = #expect(throws: IteratorConfigurationError.self) { try MajcStack(properties: properties) }
    #expect(error?.description == "table.iterator.majc.x.opt.\(message)")
  }

  @Test("an entry that a class cannot take ends the compaction and is named") func badEntry() throws {
    let sum = try MajcStack(properties: [
      "table.iterator.majc.sum": "10,\(Self.user)SummingCombiner", "table.iterator.majc.sum.opt.type": "STRING",
      "table.iterator.majc.sum.opt.columns": "f",
    ])
    let context = MajcContext(propagateDeletes: false, now: 0)
    let source = ArrayCursor([entry("r f:q [A] @7 = 5"), entry("r f:q [A] @6 = \\x00x")])
    let error = #expect(throws: IteratorDataError.self) { try collect(sum, context, source) }
    #expect(
      error?.description
        == "table.iterator.majc.sum: entry r f:q [A] 6: its value \\x00x is not a STRING number; "
        + "the option lossy=true leaves such values out")

    let visible = try MajcStack(properties: ["table.iterator.majc.v": "10,\(Self.user)ReqVisFilter"])
    let long = Entry(key: Key(row: Array(repeating: 97, count: 1000), visibility: Array("A&".utf8), timestamp: 1))
    let other = #expect(throws: IteratorDataError.self) {
      try collect(visible, context, ArrayCursor([long]))
    }
    #expect(
      other?.description == "table.iterator.majc.v: entry \(String(repeating: "a", count: 100))... : [A&] 1: "
        + "its visibility is not a valid expression: empty term at offset 2")
  }

  @Test("any text as a value of any option is taken or refused") func anyOption() {
    var random = SplitMix64(seed: 11)
    let classes = [
      "VersioningIterator", "AgeOffFilter", "ColumnAgeOffFilter", "TimestampFilter", "SummingCombiner", "RegExFilter",
      "ReqVisFilter", "ColumnSliceFilter",
    ]
    let options = [
      "maxVersions", "ttl", "currentTime", "f:q", "start", "end", "type", "columns", "all", "rowRegex", "encoding",
      "startBound", "negate", "valueRegex", "matchSubstring",
    ]
    let pieces = [
      "9", "-", "+", "LONG", "20260102030405", "GMT", "+01", ":", "00", "%", "f", ",", "(", ")", "[", "]", "*", "{",
      "}",
      "\\", "x", "p", "|", "^", "?", "true", "STRING", "é", "😀", " ", "\0", "99999999999999999999", "class:", "Q",
      "E",
      "&&",
    ]
    var accepted = 0
    for _ in 0..<20_000 {
      var properties = ["table.iterator.majc.x": "10,\(Self.user)\(classes.randomElement(using: &random)!)"]
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        let value = (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random)! }
        properties["table.iterator.majc.x.opt." + options.randomElement(using: &random)!] = value.joined()
      }
      guard let stack = try? MajcStack(properties: properties) else { continue }
      accepted += 1
      let source = ArrayCursor([entry("r f:q @7 = 5"), entry("s f:q [A] @6 -"), entry("s f:q [A] @5")])
      _ = try? collect(stack, MajcContext(propagateDeletes: true, now: .min), source)
    }
    #expect(accepted > 1000)
  }
}

/// The output of the stack on top of deletes.
private func collect(_ stack: MajcStack, _ context: MajcContext, _ source: ArrayCursor) throws -> [Entry] {
  let layers = stack.layers(in: context)
  return try collect(EntryStack(layers, propagateDeletes: context.propagateDeletes, on: source).entries)
}
