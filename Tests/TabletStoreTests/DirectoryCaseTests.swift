import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Files
@testable import Records
@testable import TabletStore

/// What happens in a tablet directory, step by step: Fixtures/cases/directory.
@Suite("Tablet directories as text")
struct DirectoryCaseTests {
  @Test("every directory is as its file says", arguments: try CaseFile.all(in: "directory"))
  func cases(_ file: CaseFile) throws {
    for problem in try file.problems(answering: Self.answer) { Issue.record("\(problem)") }
  }

  @Test("there are cases of every rule")
  func count() throws {
    let files = try CaseFile.all(in: "directory")
    #expect(
      files.map(\.description) == ["directory/commit.txt", "directory/leftovers.txt", "directory/reserve.txt"])
    #expect(files.reduce(0) { $0 + $1.cases.count } >= 12)
  }

  static func answer(_ test: CaseFile.Case) throws -> [String] {
    guard test.command == "tablet" else { throw MalformedCase("expected tablet") }
    var script = try DirectoryScript()
    for line in test.input { try script.step(line) }
    return script.said + (try script.state())
  }
}

/// The directory `2/t` and the steps that were done in it.
private struct DirectoryScript {
  private let bed: TabletBed
  private var held: [String: (job: HeldJob, owner: ProcessIdentity)] = [:]
  /// The messages of the steps.
  private(set) var said: [String] = []

  private struct Killed: Error, CustomStringConvertible {
    var description: String
  }

  init() throws {
    bed = try TabletBed()
    bed.scratch.makeDirectory("2/t")
  }

  mutating func step(_ line: String) throws {
    let step = try Step(line)
    do {
      try run(step, on: tablet(step))
    } catch let error as MalformedCase {
      throw error
    } catch {
      said.append("\(step.words.prefix(2).joined(separator: " ")): \(plain("\(error)"))")
    }
  }

  private mutating func run(_ step: Step, on tablet: TabletDirectory) throws {
    switch step.words[0] {
    case "files": bed.files("2/t", try sizes(step))
    case "remove": for name in step.words.dropFirst() { try Disk().remove(bed.path("2/t/" + name)) }
    case "json": bed.scratch.write("2/t/tablet.json", step.rest)
    case "neighbour":
      bed.scratch.makeDirectory("2/u")
      bed.scratch.write("2/u/tablet.json", step.rest)
    case "reserve": try reserve(step, on: tablet)
    case "may": try tablet.checkCanReserve(try job(step))
    case "renew": try tablet.renew(try job(named: step))
    case "look": try tablet.checkStillHeld(try job(named: step))
    case "commit":
      let job = try job(named: step)
      let result = CompactionResult.finished(
        job, size: try step.number("size"), entries: try step.number("entries"))
      let notes = try tablet.commit(job, result, keepInputs: step.words.contains("keep"))
      said += notes.map { "commit \(step.words[1]): committed, but \(plain($0.description))" }
    case "abandon": try tablet.abandon(try job(named: step))
    case "cancel": try tablet.cancel(ecid: step.words[1])
    case "clean": if try !tablet.clean() { said.append("clean: nothing to do") }
    case "state": said += try state()
    default: throw MalformedCase("no step \(step.words[0])")
    }
  }

  private mutating func reserve(_ step: Step, on tablet: TabletDirectory) throws {
    held[step.words[1]] = (try tablet.reserve(try job(step)), try process(step["by"] ?? "me"))
  }

  /// `reserve NAME INPUT .. -> OUTPUT`
  private func job(_ step: Step) throws -> CompactionJob {
    let words = step.words.filter { !$0.contains("=") && $0 != "drop" }
    guard words.count >= 2, let arrow = words.firstIndex(of: "->"), arrow + 2 == words.count else {
      throw MalformedCase("expected reserve NAME INPUT .. -> OUTPUT: \(step.line)")
    }
    let extent = KeyExtent(tableId: "2", endRow: step["end"].map { Array($0.utf8) })
    return bed.job(
      Array(words[2..<arrow]), output: words[arrow + 1], ecid: words[1], extent: extent,
      propagateDeletes: !step.words.contains("drop"))
  }

  private func job(named step: Step) throws -> HeldJob {
    guard step.words.count > 1, let job = held[step.words[1]]?.job else {
      throw MalformedCase("no job was reserved: \(step.line)")
    }
    return job
  }

  /// The directory as seen by the process of a step: `by=dead at=1000 killed=CHANGE:NAME`.
  private func tablet(_ step: Step) throws -> TabletDirectory {
    let job = step.words.count > 1 ? held[step.words[1]] : nil
    let owner = try step["by"].map { try process($0) } ?? job?.owner ?? bed.me
    let disk = try step["killed"].map { try Self.disk(killedBefore: $0) } ?? Disk()
    return bed.tablet("2/t", bed.access(disk: disk, owner: owner, now: try step["at"].map(Step.number) ?? 1_000_000))
  }

  /// A disk that fails from a given change on: `rename:C9.rf`, or `rename:tablet.json:2` for the second such change.
  private static func disk(killedBefore text: String) throws -> Disk {
    let parts = text.split(separator: ":").map(String.init)
    guard parts.count >= 2 else { throw MalformedCase("expected killed=CHANGE:NAME: \(text)") }
    let life = ChangeCount(left: parts.count > 2 ? try Int(Step.number(parts[2])) : 1)
    return Disk { change, path in
      let isIt = change.rawValue.replacing(" ", with: "-") == parts[0] && path.lastComponent?.string == parts[1]
      guard life.mayHappen(isIt) else { throw Killed(description: "killed before \(parts[0]) \(parts[1])") }
    }
  }

  private func process(_ name: String) throws -> ProcessIdentity {
    var owner = bed.me
    switch name {
    case "me": break
    case "dead": owner = bed.deadProcess
    case "remote": (owner.host, owner.machineId, owner.bootId) = ("h2", "machine of h2", "boot of h2")
    default: throw MalformedCase("expected me, dead or remote: \(name)")
    }
    return owner
  }

  private func sizes(_ step: Step) throws -> [String: Int] {
    var sizes: [String: Int] = [:]
    for word in step.words.dropFirst() {
      let parts = word.split(separator: "=")
      guard parts.count == 2 else { throw MalformedCase("expected NAME=BYTES: \(word)") }
      sizes[String(parts[0])] = Int(try Step.number(String(parts[1])))
    }
    return sizes
  }

  /// The files of the directory, and what `tablet.json` says about them.
  func state() throws -> [String] {
    let names = try bed.scratch.names(in: "2/t").filter { $0 != ".tablet.lock" }.map { name in
      name.contains("tablet.json") ? name : "\(name)=\(try FileStatus.of(bed.path("2/t/" + name))?.size ?? -1)"
    }
    var lines = ["holds " + (names.isEmpty ? "nothing" : names.joined(separator: " "))]
    let tablet = bed.tablet("2/t")
    let manifest: TabletManifest
    do {
      guard let found = try tablet.manifest() else { return lines }
      manifest = found
    } catch {
      return lines + [plain("\(error)")]
    }
    let files = manifest.files.map { "\($0.file)=\($0.size)/\($0.entries)" }
    lines.append("tablet " + (files.isEmpty ? "without files" : files.joined(separator: " ")))
    for job in manifest.reservations {
      let dead = try job.isDead(seenBy: bed.me, now: 1_000_000, leaseDuration: 600_000)
      lines.append(
        "\(dead ? "dead" : "running") \(job.ecid) \(job.inputs.joined(separator: " ")) -> \(job.output) lease \(job.lease)"
          + (job.written.map { ", written \($0.size) bytes" } ?? ""))
    }
    if !manifest.garbage.isEmpty { lines.append("garbage " + manifest.garbage.joined(separator: " ")) }
    let leftovers = try tablet.leftovers()
    if !leftovers.isEmpty {
      lines.append("leftovers " + (leftovers.ecids + leftovers.files).joined(separator: " "))
    }
    return lines
  }

  /// Removes the parts that differ from run to run.
  private func plain(_ text: String) -> String {
    text.replacing(bed.path("").string + "/", with: "").replacing("process \(bed.me.pid) on", with: "process PID on")
      .replacing("on \(bed.me.host)", with: "on HOST")
  }
}

/// One line: words, some of the form `name=value`.
private struct Step {
  let line: String
  let words: [String]

  init(_ line: String) throws {
    self.line = line
    words = line.split(separator: " ").map(String.init)
  }

  /// The text after the first word.
  var rest: String { String(line.dropFirst(words[0].count + 1)) }

  subscript(name: String) -> String? {
    words.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
  }

  func number(_ name: String) throws -> Int64 { try Self.number(self[name] ?? "") }

  static func number(_ text: String) throws -> Int64 {
    guard let number = Int64(text) else { throw MalformedCase("expected a number, found \"\(text)\"") }
    return number
  }
}

/// Counts down the changes of one kind; after the last one, all changes fail.
private final class ChangeCount: Sendable {
  private let left: Mutex<Int>

  init(left: Int) { self.left = Mutex(left) }

  func mayHappen(_ isCounted: Bool) -> Bool {
    left.withLock { left in
      if isCounted { left -= 1 }
      return left > 0
    }
  }
}
