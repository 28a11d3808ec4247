import BlockFile
import Files
import Glibc
import SystemPackage

/// Runs `sort -m` on the files' entries as hex text. The lines sort as the entries do when each field has the same
/// length in all entries, except for the timestamps of equal cells.
struct SortMerge {
  private let directory: FilePath
  private var texts: [String] = []
  /// The total size of all texts, in bytes.
  private(set) var bytes: Int64 = 0

  /// Returns nil, with a message, when it is not installed.
  init?(in directory: FilePath) {
    guard Programs.isInstalled("sort") else {
      Programs.skip("sort -m", without: "sort")
      return nil
    }
    self.directory = directory
  }

  mutating func write(_ inputs: [String]) throws {
    try Disk().makeDirectory(directory)
    for (number, input) in inputs.enumerated() {
      let text = directory.appending("\(number)").string
      _ = try ChildProcess.ofBench(["lines", "--form", "hex", input], output: text)
      texts.append(text)
      bytes += try ByteSource(path: text).count
    }
  }

  func merge() throws -> ChildProcess.Outcome {
    let output = directory.appending("merged").string
    defer { _ = try? Disk().removeIfThere(FilePath(output)) }
    let outcome = try ChildProcess.run("env", ["LC_ALL=C", "sort", "-m", "-o", output] + texts)
    guard try ByteSource(path: output).count == bytes else { throw BenchError("sort -m lost text") }
    return outcome
  }

  func remove() throws { try Disk().removeTree(directory) }
}

enum Programs {
  /// True when it is found in PATH.
  static func isInstalled(_ program: String) -> Bool {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
  }

  static func skip(_ peer: String, without program: String) {
    _ = try? FileDescriptor.standardError.writeAll("\(peer) is skipped: \(program) is not installed\n".utf8)
  }
}
