import FoundationEssentials
internal import Glibc

// Cases as text, modelled on pebble's `datadriven`. A file below Fixtures/cases is a sequence of paragraphs:
//
//     # A sentence that says what the case is about.
//     command word word
//     input
//     ----
//     answer
//
// An empty line ends a paragraph, so neither input nor answer has one. A paragraph that is only comments is for the
// reader; the first one explains the commands of the file. With REWRITE=1 in the environment the answers are rewritten,
// for `git diff` to show. Without it, a case fails if its answer is missing or different.

/// A file of cases.
package struct CaseFile: Sendable, CustomStringConvertible {
  /// One case.
  package struct Case: Sendable {
    /// The line of its command, from 1.
    package var line: Int
    package var command: String
    /// The words after the command.
    package var words: [String]
    package var input: [String]
    /// The lines of the answer, none of them empty. Nil when the file has no answer yet.
    package var answer: [String]?

    /// Whether the word is among the words.
    package func has(_ word: String) -> Bool { words.contains(word) }

    /// What follows `name=` among the words.
    package subscript(name: String) -> String? {
      words.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }
  }

  private struct Paragraph: Sendable {
    var comment: [String]
    /// Command and input as they are in the file.
    var lines: [String]
    var test: Case?

    var text: String {
      var all = comment + lines
      if let test { all += ["----"] + (test.answer ?? []) }
      return all.joined(separator: "\n") + "\n"
    }
  }

  package let description: String
  private let path: String
  private var paragraphs: [Paragraph]

  package var cases: [Case] { paragraphs.compactMap(\.test) }

  /// The files of a folder below `Fixtures/cases`, by name.
  package static func all(in folder: String) throws -> [CaseFile] {
    let path = Fixtures.root + "/Fixtures/cases/" + folder
    return try Fixtures.names(in: path, suffix: ".txt").map {
      CaseFile(try Fixtures.text("\(path)/\($0)"), named: "\(folder)/\($0)", path: "\(path)/\($0)")
    }
  }

  /// Parses a text. `path` is the file to rewrite.
  package init(_ text: String, named name: String, path: String) {
    description = name
    self.path = path
    paragraphs = []
    var number = 1
    for block in text.split(separator: "\n\n", omittingEmptySubsequences: false) {
      let lines = block.split(separator: "\n").map(String.init)
      let comment = Array(lines.prefix { $0.hasPrefix("#") })
      let rest = Array(lines.dropFirst(comment.count))
      if let command = rest.first {
        let border = rest.firstIndex(of: "----")
        let words = command.split(separator: " ").map(String.init)
        let before = Array(rest[..<(border ?? rest.count)])
        paragraphs.append(
          Paragraph(
            comment: comment, lines: before,
            test: Case(
              line: number + block.prefix { $0 == "\n" }.count + comment.count, command: words[0],
              words: Array(words.dropFirst()),
              input: Array(before.dropFirst()), answer: border.map { Array(rest[($0 + 1)...]) })))
      } else if !comment.isEmpty {
        paragraphs.append(Paragraph(comment: comment, lines: []))
      }
      number += block.utf8.count { $0 == 10 } + 2
    }
  }

  /// The text with these answers, in the order of its cases.
  package func text(answers: [[String]]) -> String {
    var rest = answers[...]
    return paragraphs.map { paragraph in
      var paragraph = paragraph
      if paragraph.test != nil { paragraph.test?.answer = rest.popFirst() }
      return paragraph.text
    }.joined(separator: "\n")
  }

  /// Answers every case and returns a text for each problem; none when all answers are those of the file.
  ///
  /// An error that `answer` throws is an answer, `error: ...`, unless it is a `MalformedCase`. With REWRITE=1 the
  /// answers go into the file, and only mistakes in its form are problems.
  package func problems(answering answer: (Case) throws -> [String]) throws -> [String] {
    try problems(rewrites: getenv("REWRITE").map { String(cString: $0) } == "1", answering: answer)
  }

  package func problems(rewrites: Bool, answering answer: (Case) throws -> [String]) throws -> [String] {
    var problems = cases.isEmpty ? ["\(self): has no cases"] : []
    var answers: [[String]] = []
    for paragraph in paragraphs {
      guard let test = paragraph.test else { continue }
      let place = "\(self):\(test.line)"
      if paragraph.comment.isEmpty { problems.append("\(place): no comment says what the case is about") }
      do {
        answers.append(try answer(test))
      } catch let error as MalformedCase {
        problems.append("\(place): \(error)")
        answers.append(test.answer ?? [])
        continue
      } catch {
        answers.append(["error: \(error)"])
      }
      let found = answers[answers.count - 1]
      if found.contains(where: { $0.isEmpty || $0.contains("\n") }) {
        problems.append("\(place): the answer has an empty line: \(found)")
      }
      guard !rewrites, found != test.answer else { continue }
      let expected = test.answer.map { "expected\n" + $0.joined(separator: "\n") + "\n" }
      problems.append(
        "\(place): " + (expected ?? "no answer, REWRITE=1 writes this one: ") + "found\n"
          + found.joined(separator: "\n"))
    }
    if rewrites {
      try Data(text(answers: answers).utf8).write(to: URL(filePath: path))
    }
    return problems
  }
}

/// A case that its command does not understand: a defect of the file, never an answer.
package struct MalformedCase: Error, CustomStringConvertible {
  package var description: String

  package init(_ description: String) { self.description = description }
}
