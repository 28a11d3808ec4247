// What may be on a disk after a power failure? Only what was synced is sure: the bytes of a file by a sync of the file, its
// name by a sync of its directory. Everything else may be there or not, in any order (Pillai et al., "All File Systems Are
// Not Created Equal", OSDI 2014, call the tool that finds this out ALICE).
//
//     create t    write t    sync t    rename t -> f    sync directory
//              |          |         |                |
//              |          |         |                either t or f, with all its bytes
//              |          |         neither name may be there; if t is, it has all its bytes
//              |          t may have no bytes, half of them, zeros
//              t may be there or not
//
// A file that is made shorter has its old bytes until it is synced. A history is taken from a command that stops before
// every change of the disk, and makes one at a time, by looking at all files each time.

internal import Glibc

package struct DiskHistory {
  /// Paths below the directory that is watched.
  package typealias State = [String: File]

  package struct File: Hashable, Sendable {
    package var bytes: [UInt8]
    /// The number that the file had.
    var inode: UInt64
  }

  private struct Step {
    /// `rename`
    var change: String
    var path: String
    /// The number of each file. It keeps its number when its name changes.
    var names: [String: Int]
    var contents: [Int: File]
    var output: [UInt8]
  }

  private var steps: [Step] = []
  private var inodes: [UInt64: Int] = [:]
  private var fileCount = 0
  private let directory: String
  /// Where the command runs.
  private let home: String
  /// The numbers of the files that were there at first; each has its number as a second name in `kept`.
  private var originals: Set<UInt64> = []
  private let kept: String

  /// Runs a command to its end, and watches a directory, which lies in that of `runner`.
  /// - Parameter arguments: of a command that stops before each change.
  package init(of arguments: [String], stdin: [UInt8] = [], watching directory: String, _ runner: CommandRunner) {
    (self.directory, home, kept) = (runner.path(directory), runner.directory, runner.path(".kept"))
    keepOriginals()
    let command = runner.start(arguments, stdin: stdin, environment: ["ACTOOL_TEST_FAULT": "step"])
    while command.waitForStop() {
      let line = command.messages.split(separator: "\n").last { $0.hasPrefix("change: ") } ?? ""
      look(line.dropFirst("change: ".count), output: command.outputSoFar)
      command.signal(SIGCONT)
    }
    look("end", output: command.outputSoFar)
    outcome = command.wait()
  }

  package private(set) var outcome = CommandOutcome(stdout: [], stderr: "", status: 0)
  /// How many moments there are at which the power may fail: before each change, and after the last one.
  package var count: Int { steps.count }

  /// What the command had printed at a moment.
  package func output(at moment: Int) -> String { String(decoding: steps[moment].output, as: UTF8.self) }

  /// The change that comes after a moment.
  package func change(at moment: Int) -> String { "\(steps[moment].change) \(steps[moment].path)" }

  /// All that there was at a moment: what a process that is killed leaves.
  package func state(at moment: Int) -> State {
    steps[moment].names.mapValues { contents(of: $0, at: moment, synced: nil, .nothing) }
  }

  /// Puts a state in the place of all that is in the directory. Files that were there at first are the same ones again. A
  /// `tablet.json` that names others by number gets those that they have now.
  package func restore(_ state: State, _ runner: CommandRunner) {
    let folder = String(directory.dropFirst(home.count + 1))
    _ = runner.shell("find \(folder) -mindepth 1 -delete")
    var numbers: [Substring: String] = [:]
    for (path, file) in state.sorted(by: { !$0.key.contains(".json") && $1.key.contains(".json") }) {
      var bytes = file.bytes
      if path.contains(".json") {
        let text = String(decoding: bytes, as: UTF8.self).replacing(#/"inode":([0-9]+),/#) { found in
          "\"inode\":\(numbers[found.output.1] ?? String(found.output.1)),"
        }
        bytes = Array(text.utf8)
      }
      // A write makes the folders, too.
      runner.write(folder + "/" + path, bytes)
      let original = "\(kept)/\(file.inode)"
      // Files that are written in place are not what they were.
      if originals.contains(file.inode), CommandRunner.contents(original) == bytes {
        unlink(directory + "/" + path)
        link(original, directory + "/" + path)
      }
      var status = stat()
      if stat(directory + "/" + path, &status) == 0 { numbers["\(file.inode)"] = "\(status.st_ino)" }
    }
  }

  private mutating func keepOriginals() {
    mkdir(kept, 0o755)
    var found: [UInt64: [String]] = [:]
    list("", into: &found)
    for (inode, paths) in found {
      originals.insert(inode)
      // One that is there already is of a history before this one.
      link(directory + "/" + paths[0], "\(kept)/\(inode)")
    }
  }

  // MARK: Looking

  private mutating func look(_ line: Substring, output: [UInt8]) {
    var found: [UInt64: [String]] = [:]
    list("", into: &found)
    // A number of an inode that is free can be given to a new file.
    inodes = inodes.filter { found[$0.key] != nil }
    var (names, contents) = ([String: Int](), [Int: File]())
    for (inode, paths) in found {
      let number = inodes[inode] ?? fileCount
      if number == fileCount { fileCount += 1 }
      inodes[inode] = number
      for path in paths { names[path] = number }
      contents[number] = File(bytes: CommandRunner.contents(directory + "/" + paths[0]) ?? [], inode: inode)
    }
    let change = Self.changes.first { line.hasPrefix($0 + " ") } ?? "end"
    steps.append(
      Step(
        change: change, path: inside(line.dropFirst(change.count + 1)), names: names, contents: contents,
        output: output))
  }

  /// As the command names them; a name that begins with another one comes first.
  private static let changes = [
    "sync directory", "make directory", "create", "write", "truncate", "sync", "rename", "link", "remove",
  ]

  /// A path of the command, from the directory that is watched on.
  private func inside(_ path: Substring) -> String {
    let full = path.hasPrefix("/") ? String(path) : home + "/" + path
    return full == directory ? "" : String(full.dropFirst(directory.count + 1))
  }

  private func list(_ folder: String, into found: inout [UInt64: [String]]) {
    guard let stream = opendir(directory + "/" + folder) else { return }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name != ".", name != ".." else { continue }
      let path = folder.isEmpty ? name : folder + "/" + name
      var status = stat()
      guard lstat(directory + "/" + path, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        list(path, into: &found)
      } else {
        found[UInt64(status.st_ino), default: []].append(path)
      }
    }
  }

  // MARK: States

  /// A change of names that is not sure before its directory is synced: for each name the file that it has from then on,
  /// if any. When a directory is renamed, many names change at once.
  fileprivate struct Renaming {
    var directory: String
    var names: [String: Int?]
  }

  /// All that may be there if the power fails at a moment.
  package func states(at moment: Int) -> Set<State> {
    var names = steps[0].names
    var synced = steps[0].contents
    var opened: [String: Int] = [:]
    var pending: [Renaming] = []
    for (step, next) in zip(steps, steps.dropFirst()).prefix(moment) {
      opened.merge(step.names) { $1 }
      // A file that is open can be known by a name that it had before.
      if step.change == "sync", let file = opened[step.path] { synced[file] = step.contents[file] }
      if step.change == "sync directory" {
        for renaming in pending where renaming.directory == step.path { names.merge(renaming) }
        pending.removeAll { $0.directory == step.path }
      }
      let changed = Set(step.names.keys).union(next.names.keys).filter { step.names[$0] != next.names[$0] }
      guard !changed.isEmpty else { continue }
      let folder = step.path.lastIndex(of: "/").map { String(step.path[..<$0]) } ?? ""
      pending.append(
        Renaming(directory: folder, names: Dictionary(uniqueKeysWithValues: changed.map { ($0, next.names[$0]) })))
    }
    var states: Set<State> = []
    for choice in Self.choices(of: pending.count) {
      var there = names
      for place in choice { there.merge(pending[place]) }
      for loss in Loss.allCases {
        states.insert(there.mapValues { contents(of: $0, at: moment, synced: synced[$0], loss) })
      }
    }
    return states
  }

  /// What has become of the bytes that were not synced.
  private enum Loss: CaseIterable { case nothing, all, half, zeros }

  private func contents(of file: Int, at moment: Int, synced: File?, _ loss: Loss) -> File {
    guard var found = steps[...moment].last(where: { $0.contents[file] != nil })?.contents[file] else {
      preconditionFailure("a file that has a name was seen")
    }
    let (now, sure) = (found.bytes, synced?.bytes ?? [])
    guard now != sure else { return found }
    switch loss {
    case .nothing: break
    case .all: found.bytes = sure
    case .half: found.bytes = Array(now.prefix((sure.count + now.count) / 2))
    case .zeros: found.bytes = sure + Array(repeating: 0, count: max(0, now.count - sure.count))
    }
    return found
  }

  /// Which of the changes have happened: all subsets of a few; of more the first ones, each alone, and all but one.
  private static func choices(of count: Int) -> [[Int]] {
    let all = Array(0..<count)
    guard count > 5 else { return (0..<1 << count).map { bits in all.filter { bits >> $0 & 1 == 1 } } }
    return (0...count).map { Array(all.prefix($0)) } + all.map { [$0] } + all.map { out in all.filter { $0 != out } }
  }
}

extension [String: Int] {
  fileprivate mutating func merge(_ renaming: DiskHistory.Renaming) {
    for (path, file) in renaming.names { self[path] = file }
  }
}
