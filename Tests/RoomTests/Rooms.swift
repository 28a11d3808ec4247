import FoundationEssentials
import TestSupport

/// A Swift file of the project.
struct SourceFile: Sendable, CustomStringConvertible {
  /// From the top of the checkout: `Sources/RFile/RFileReader.swift`.
  var path: String
  var lines: [Substring]
  var description: String { path }

  /// The folder below `Sources`; everything in `Benchmarks` is one room, `Bench`.
  var room: String { path.hasPrefix("Benchmarks/") ? "Bench" : String(path.split(separator: "/")[1]) }
  var name: String { String(path.split(separator: "/").last!) }

  /// Lines without what follows `//`, with their numbers from 1.
  var code: [(number: Int, text: String)] {
    lines.enumerated().map { number, line in
      (
        number + 1,
        line.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? ""
      )
    }
  }

  /// The modules that it imports.
  var imports: [String] {
    lines.compactMap { line in
      let words = line.split(separator: " ").drop {
        ["public", "internal", "package", "private", "@testable"].contains($0)
      }
      return words.first == "import" ? words.last.map(String.init) : nil
    }
  }

  /// All files of the product, without the tests.
  static func product() throws -> [SourceFile] { try all(in: "Sources") + all(in: "Benchmarks") }

  /// All files under a folder of the checkout, sorted.
  static func all(in folder: String) throws -> [SourceFile] {
    let top = Fixtures.root + "/" + folder
    return try FileManager.default.subpathsOfDirectory(atPath: top).filter { $0.hasSuffix(".swift") }.sorted().map {
      let text = try Fixtures.text(top + "/" + $0)
      return SourceFile(path: folder + "/" + $0, lines: text.split(separator: "\n", omittingEmptySubsequences: false))
    }
  }
}

/// A target of Package.swift: its name and what it may import, in the order of the manifest.
struct Room: Sendable {
  var name: String
  var dependencies: [String]

  /// Reads the text of the manifest: each target is a call that starts with `name: "X"`. A dependency on a trait is a
  /// constant above the targets: `let deflate = Target.Dependency.target(name: "CDeflate", condition: ...)`.
  static func all() throws -> [Room] {
    let manifest = try Fixtures.text(Fixtures.root + "/Package.swift")
    let parts = manifest.components(separatedBy: "targets: [\n")
    let conditional = parts[0].components(separatedBy: "\nlet ").compactMap { text -> (word: String, room: String)? in
      let pieces = text.components(separatedBy: " = Target.Dependency.target(name: \"")
      return pieces.count == 2 ? (pieces[0], String(pieces[1].prefix { $0 != "\"" })) : nil
    }
    return (parts.last ?? "").components(separatedBy: "name: \"").dropFirst().map { text in
      let list =
        text.components(separatedBy: "dependencies: [").dropFirst().first?.components(separatedBy: "]").first ?? ""
      let quoted = list.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
      let words = list.split { !$0.isLetter && !$0.isNumber }.map(String.init)
      return Room(
        name: String(text.prefix { $0 != "\"" }),
        dependencies: quoted.filter { $0.offset % 2 == 1 }.map { String($0.element) }
          + conditional.filter { words.contains($0.word) }.map(\.room))
    }
  }
}
