import FoundationEssentials
import TestSupport
import Testing

/// The rules that keep the rooms apart and the code readable, enforced as tests.
@Suite("The rooms")
struct RoomRuleTests {
  @Test("a file has at most 400 lines")
  func fileLength() throws {
    for file in try SourceFile.product() + SourceFile.all(in: "Tests") {
      #expect(file.lines.count <= 401, "\(file): split it by idea")
    }
  }

  @Test("the manifest lists rooms from the bottom up")
  func order() throws {
    let rooms = try Room.all()
    #expect(rooms.count > 10)
    #expect(
      rooms.first { $0.name == "BlockFile" }?.dependencies
        == ["Digests", "Files", "CZlib", "CZstd", "CDeflate", "CISAL", "CSnappy", "CLZ4", "CBzip2"])
    var below: Set<String> = []
    for room in rooms {
      for dependency in room.dependencies { #expect(below.contains(dependency), "\(room.name) imports \(dependency)") }
      below.insert(room.name)
    }
  }

  @Test("a file imports only rooms below its own, and no more of Foundation than its essentials")
  func imports() throws {
    let rooms = try Room.all()
    let names = Set(rooms.map(\.name))
    for file in try SourceFile.product() {
      let room = try #require(rooms.first { $0.name == file.room }, "\(file) is in no target")
      for module in file.imports {
        #expect(!names.contains(module) || room.dependencies.contains(module), "\(file) imports \(module)")
        #expect(module != "Foundation", "\(file) imports all of Foundation")
      }
    }
  }

  @Test("a room imports every room that the manifest lets it import")
  func declaredDependencies() throws {
    let files = try SourceFile.product() + SourceFile.all(in: "Tests")
    // Tests run these, and no room imports them.
    let programs: Set = ["actool", "Bench", "Fuzz"]
    for room in try Room.all() where files.contains(where: { $0.room == room.name }) {
      let imported = Set(files.filter { $0.room == room.name }.flatMap(\.imports))
      for dependency in room.dependencies where !programs.contains(dependency) {
        #expect(imported.contains(dependency), "Package.swift: no file of \(room.name) imports \(dependency)")
      }
    }
  }

  @Test("what no other room uses is not open to it, and only what is inlined there is public")
  func access() throws {
    let files = try SourceFile.product()
    let inlined = files.filter { $0.code.contains { $0.text.contains("@inlinable") } }.map(\.description)
    for file in files where !inlined.contains(file.description) {
      for (number, line) in file.code { #expect(!Self.contains(line, "public "), "\(file):\(number): say package") }
    }
    for file in files where inlined.contains(file.description) {
      #expect(file.room == "Entries" || file.room == "Digests", "\(file): only views of entries are inlined elsewhere")
      for (number, line) in file.code where line.contains("@inlinable") {
        #expect(!Self.contains(line, "package "), "\(file):\(number): the compiler inlines only what is public")
      }
    }
    for file in files where ["actool", "Bench"].contains(file.room) {
      for (number, line) in file.code where !line.contains("import ") {
        #expect(!Self.contains(line, "package "), "\(file):\(number): nobody imports a program")
      }
    }
  }

  @Test("every room is one that docs/architecture.md tells about")
  func documented() throws {
    let text = try Fixtures.text(Fixtures.root + "/docs/architecture.md")
    let rooms = Set(try SourceFile.product().map(\.room))
    for room in rooms { #expect(text.contains("**\(room)**"), "docs/architecture.md: no **\(room)**") }
  }

  @Test("the walks of docs/architecture.md name files that are there, and never return to one that they left")
  func walks() throws {
    let text = try Fixtures.text(Fixtures.root + "/docs/architecture.md")
    let section = try #require(
      text.components(separatedBy: "## Two walks\n").last?.components(separatedBy: "\n## ").first)
    let walks = section.components(separatedBy: "\nOne ").dropFirst()
    #expect(walks.count == 2)
    for walk in walks {
      let quoted = walk.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      let files = quoted.filter { $0.offset % 2 == 1 && $0.element.hasSuffix(".swift") }.map { String($0.element) }
      #expect(files.count > 10 && Set(files).count == files.count, "a file comes twice")
      for file in files {
        #expect(FileManager.default.fileExists(atPath: Fixtures.root + "/Sources/" + file), "there is no \(file)")
      }
    }
  }

  /// Words that a room must not use, and why.
  private static let banned: [(word: String, reason: String)] = [
    ("print(", "libraries print nothing"),
    ("exit(", "libraries do not end the program"),
    ("CommandLine", "libraries read no arguments"),
    ("getenv", "libraries read no environment"),
    ("fatalError", "say what was broken with precondition, or throw"),
    ("try!", "throw on"),
    ("nonisolated(unsafe)", "pass it in"),
    ("SystemClock", "libraries are handed the time"),
    ("clock_gettime", "libraries are handed the time"),
    ("@unchecked Sendable", "prove it instead, or say in `exceptions` why it holds"),
  ]

  /// The allowed uses.
  private static let exceptions: [String: [String]] = [
    // The program itself, and the bench, which is one.
    "actool": ["exit(", "CommandLine", "getenv", "SystemClock"],
    "Bench": ["print(", "exit(", "CommandLine", "getenv", "SystemClock", "clock_gettime"],
    // The room of the clocks. And work is handed to a thread that waits by whoever took it out of the list, under its lock.
    "Files": ["SystemClock", "clock_gettime", "@unchecked Sendable"],
    // Tasks and tools are handed from thread to thread under the lock of a CodecPool, never shared.
    "BlockFile": ["@unchecked Sendable"],
    // A stream and its slabs are handed from thread to thread by a ReadingThread, never shared.
    "Compaction": ["@unchecked Sendable"],
    // Connections and pieces of files are handed from thread to thread under locks, never shared.
    "Remote": ["@unchecked Sendable"],
    // The keys of the hash of entries: made once, read behind a pointer.
    "Entries": ["nonisolated(unsafe)"],
  ]

  @Test("libraries have no way around the caller")
  func bannedWords() throws {
    for file in try SourceFile.product() {
      for (number, line) in file.code {
        for (word, reason) in Self.banned where Self.contains(line, word) {
          let isAllowed = Self.exceptions[file.room]?.contains(word) == true
          #expect(isAllowed, "\(file):\(number): \(word): \(reason)")
        }
      }
    }
  }

  /// Finds the whole word only, not the end of another: `blueprint(` is not `print(`.
  private static func contains(_ line: String, _ word: String) -> Bool {
    let pieces = line.components(separatedBy: word)
    return pieces.dropLast().contains { piece in
      guard let before = piece.last, word.first!.isLetter else { return true }
      return !before.isLetter && !before.isNumber && before != "_" && before != "."
    }
  }

  @Test("nothing is named after being useful")
  func names() throws {
    for file in try SourceFile.product() + SourceFile.all(in: "Tests") {
      for word in ["Util", "Helper", "Manager", "Common"] where file.name != "RoomRuleTests.swift" {
        #expect(!file.name.contains(word), "\(file): a noun is missing")
        for kind in ["struct ", "class ", "enum ", "protocol ", "actor "] {
          for (number, line) in file.code where line.contains(kind) {
            let name = line.components(separatedBy: kind)[1].prefix { $0.isLetter || $0.isNumber }
            #expect(!name.contains(word), "\(file):\(number): \(name)")
          }
        }
      }
    }
  }

  @Test("the rules see what breaks them")
  func seeing() throws {
    #expect(try SourceFile.product().count > 200 && SourceFile.all(in: "Tests").count > 80)
    #expect(try SourceFile.product().contains { $0.path == "Sources/RFile/Reading/RFileReader.swift" })
    #expect(Self.contains("    print(1)", "print("))
    #expect(!Self.contains("    blueprint(1)", "print("))
    #expect(Self.contains("final class A: @unchecked Sendable {", "@unchecked Sendable"))
    let file = SourceFile(path: "Sources/RFile/A.swift", lines: ["public import Tablets", "let a = 1  // import B"])
    #expect(file.imports == ["Tablets"])
    #expect(file.code.map(\.text) == ["public import Tablets", "let a = 1  "])
  }
}
