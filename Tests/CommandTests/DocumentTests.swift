import TestSupport
import Testing

// Runs the examples of the README and of the docs from top to bottom, as a reader types them, and compares what is
// printed. An example is an indented block with lines that begin with `$ `; what follows each is its output:
//
//     $ actool info --check cut.rf
//     actool info: cut.rf: it starts as an RFile but does not end as one: truncated, or still being written
//     $ echo $?
//     1
//
// `s3://bucket` is the directory `bucket` there. `$ cat FILE` of a file that is not there makes the file. The working
// directory is printed as /data. What differs from run to run, or from one version of a codec's library to the next, is not
// compared: see `Example.steady`.

@Suite("Documents")
struct DocumentTests {
  @Test("every example prints what the document says", arguments: ["README.md", "docs/tutorial.md", "docs/balance.md"])
  func examples(document: String) throws {
    let actool = CommandRunner()
    for (number, name) in ["ci0.rf", "ci1.rf", "ci2.rf"].enumerated() {
      let bytes = try Fixtures.bytes("\(Fixtures.accumulo)/rfiles/ci/\(name)")
      actool.write(name, bytes)
      actool.write("tables/2/default_tablet/F000000\(number + 1).rf", bytes)
      actool.write("bucket/tables/2/t-0001/F000\(number + 1).rf", bytes)
    }
    let server = FileServer.isAvailable ? FileServer(actool.directory) : nil
    let environment = "AWS_ENDPOINT_URL=http://\(server?.host ?? "")/s3 AWS_ACCESS_KEY_ID= AWS_PROFILE="
    actool.write("metadata.txt", Self.metadata)
    actool.write("servers.txt", (1...4).map { "10.2.0.\($0):9997\n" }.joined())
    let lines = try String(decoding: Fixtures.bytes("\(Fixtures.root)/\(document)"), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var status: Int32 = 0
    var run = 0
    for example in Example.all(in: lines) {
      let printed: String
      if example.command == "echo $?" {
        printed = "\(status)\n"
      } else if let file = example.missingFile(in: actool) {
        actool.write(file, example.output.joined(separator: "\n") + "\n")
        continue
      } else if example.command.contains("s3://"), server == nil {
        continue
      } else {
        let outcome = actool.shell("exec 2>&1; export \(environment); " + example.command)
        printed = outcome.output.replacing(actool.directory, with: "/data")
        status = outcome.status
      }
      run += 1
      let found = printed.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
      #expect(
        found.map(Example.steady) == example.output.map(Example.steady),
        "\(document):\(example.line): $ \(example.command)")
    }
    #expect(run >= 5)
  }

  /// The levels of a tree, each split several times, on the first two of four servers.
  private static var metadata: String {
    var text = ""
    var previous: String?
    let tablets: [(end: String?, server: Int)] = [
      ("02:2", 1), ("02~", 1), ("03:1", 1), ("03:2", 1), ("03:3", 2), ("03~", 2), ("04:1", 1), ("04:2", 1), ("04:3", 1),
      ("04:4", 2), ("04:5", 2), ("04~", 2), (nil, 3),
    ]
    for (number, tablet) in tablets.enumerated() {
      let (end, server) = tablet
      let row = end.map { "2;\($0)" } ?? "2<"
      text +=
        "\(row) file:hdfs://nn1/accumulo/tables/2/t-00000\(10 + number)/F00000\(40 + number).rf []\t1000000,25000\n"
      text += "\(row) loc:1000000000001\(server) []\t10.2.0.\(server):9997\n"
      text += "\(row) srv:dir []\tt-00000\(10 + number)\n"
      text += "\(row) ~tab:~pr []\t" + (previous.map { "\\x01\($0)" } ?? "\\x00") + "\n"
      previous = end
    }
    return text
  }
}

/// One command of a document, and what it prints.
private struct Example {
  var command: String
  var output: [String]
  /// Of the command in the document, from 1.
  var line: Int

  static func all(in lines: [String]) -> [Example] {
    var examples: [Example] = []
    var isOpen = false
    // Empty lines belong to the output when more of it follows.
    var empty: [String] = []
    for (number, line) in lines.enumerated() {
      guard line.hasPrefix("    ") else {
        if line.isEmpty { empty.append("") } else { isOpen = false }
        continue
      }
      let text = String(line.dropFirst(4))
      if text.hasPrefix("$ ") {
        examples.append(Example(command: String(text.dropFirst(2)), output: [], line: number + 1))
        isOpen = true
      } else if isOpen {
        examples[examples.count - 1].output += empty + [text]
      }
      empty = []
    }
    return examples
  }

  /// The file that `$ cat FILE` shows and that nothing has made yet.
  func missingFile(in actool: CommandRunner) -> String? {
    let words = command.split(separator: " ")
    guard words.count == 2, words[0] == "cat", actool.read(String(words[1])) == nil else { return nil }
    return String(words[1])
  }

  /// Without random names, times, and what depends on the version of a codec's library.
  static func steady(_ line: String) -> String {
    line.replacing(#/ECID[:-][0-9a-f-]{36}/#, with: "ECID")
      .replacing(#/\b[AC][0-9a-z]{7}\.rf/#, with: "NAME.rf")
      .replacing(#/"seconds":[0-9.e-]+/#, with: "\"seconds\":T")
      .replacing(#/[0-9.]+ s$/#, with: "T s")
      .replacing(#/"digest":"[0-9a-f]{32}"/#, with: "\"digest\":D")
      .replacing(#/"resumed":{[^}]*}/#, with: "\"resumed\":R")
      .replacing(#/"fileSize":[0-9]+/#, with: "\"fileSize\":N")
      .replacing(#/("file":"NAME.rf","size":)[0-9]+/#) { "\($0.output.1)N" }
      .replacing(#/"size":[0-9]+(,"entries":[0-9]+,"file":"parts)/#) { "\"size\":N\($0.output.1)" }
      .replacing(#/[0-9]+ (bytes,|stored)/#) { "N \($0.output.1)" }
      .replacing(#/ratio [0-9.]+/#, with: "ratio R")
  }
}
