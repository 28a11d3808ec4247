import TestSupport
import Testing

/// Tests the harness on which all cases in Fixtures/cases depend.
@Suite("Cases as text")
struct CaseFileTests {
  static let text = """
    # What this file is.

    # Two words are turned around.
    turn a b
    first
    # no comment
    ----
    b a
    first
    # no comment

    # An answer of no lines.
    nothing
    ----

    """

  static func file(_ text: String = Self.text) -> CaseFile {
    CaseFile(text, named: "a.txt", path: ScratchDirectory().file("absent/a.txt"))
  }

  static func answer(_ test: CaseFile.Case) throws -> [String] {
    switch test.command {
    case "turn": [test.words.reversed().joined(separator: " ")] + test.input
    case "nothing": []
    case "fail": throw Failure()
    default: throw MalformedCase("no command \(test.command)")
    }
  }

  struct Failure: Error, CustomStringConvertible { let description = "it failed" }

  @Test("right answers are no problems, and rewriting them changes nothing")
  func right() throws {
    let file = Self.file()
    #expect(file.cases.map(\.line) == [4, 13])
    #expect(file.cases[0].words == ["a", "b"] && file.cases[0].input == ["first", "# no comment"])
    #expect(try file.problems(rewrites: false, answering: Self.answer) == [])
    #expect(file.text(answers: try file.cases.map(Self.answer)) == Self.text)
  }

  @Test("a wrong answer, none at all, a foreign command, a case without intent and a file without cases are problems")
  func wrong() throws {
    func problems(_ text: String) throws -> [String] {
      try Self.file(text).problems(rewrites: false, answering: Self.answer)
    }
    #expect(
      try problems(Self.text.replacing("\nb a", with: "\na b"))
        == ["a.txt:4: expected\na b\nfirst\n# no comment\nfound\nb a\nfirst\n# no comment"])
    #expect(try problems("# x\nturn a\n") == ["a.txt:2: no answer, REWRITE=1 writes this one: found\na"])
    #expect(try problems("# x\nnothing\n") == ["a.txt:2: no answer, REWRITE=1 writes this one: found\n"])
    #expect(try problems("# x\nother\n----\n") == ["a.txt:2: no command other"])
    #expect(try problems("# x\nfail\n----\nerror: it failed\n") == [])
    #expect(try problems("turn a\n----\na\n") == ["a.txt:1: no comment says what the case is about"])
    #expect(try problems("# only words\n") == ["a.txt: has no cases"])
  }

  @Test("rewriting puts the answers into the file and leaves the rest, twice the same")
  func rewriting() throws {
    let scratch = ScratchDirectory()
    let path = scratch.write("a.txt", "# x\nturn a b\n\n# y\n\n# z\nfail\n----\nold\n")
    for _ in 0..<2 {
      let file = CaseFile(try Fixtures.text(path), named: "a.txt", path: path)
      #expect(try file.problems(rewrites: true, answering: Self.answer) == [])
      #expect(
        try Fixtures.text(path) == "# x\nturn a b\n----\nb a\n\n# y\n\n# z\nfail\n----\nerror: it failed\n")
    }
    let file = CaseFile(try Fixtures.text(path), named: "a.txt", path: path)
    #expect(try file.problems(rewrites: false, answering: Self.answer) == [])
  }
}
