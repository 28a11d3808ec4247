import BlockFile
import Entries

/// Something that reads bytes from outside.
struct FuzzTarget: Sendable {
  let name: String
  /// Throws what is wrong with the bytes. A wrong answer ends the process: see `Oracle`.
  let read: @Sendable ([UInt8]) throws -> Void

  static let all: [FuzzTarget] = [
    FuzzTarget(name: "rfile", read: RFileTargets.whole), FuzzTarget(name: "salvage", read: RFileTargets.salvage),
    FuzzTarget(name: "blocks", read: BlockTargets.blocks), FuzzTarget(name: "meta", read: BlockTargets.metaBlock),
    FuzzTarget(name: "codec", read: CodecTarget.read), FuzzTarget(name: "records", read: RecordTargets.records),
    FuzzTarget(name: "entries", read: RecordTargets.entries), FuzzTarget(name: "tablet", read: RecordTargets.tablet),
    FuzzTarget(name: "settings", read: TextTargets.settings),
    FuzzTarget(name: "metadata", read: TextTargets.metadata), FuzzTarget(name: "regex", read: TextTargets.pattern),
    FuzzTarget(name: "remote", read: TextTargets.remote), FuzzTarget(name: "checkpoint", read: CheckpointTarget.read),
    FuzzTarget(name: "export", read: ExportTarget.read),
  ]

  /// The one that the first argument names.
  static let chosen = all.first { CommandLine.arguments.dropFirst().first == $0.name }

  func attempt(_ bytes: [UInt8]) {
    do { try read(bytes) } catch { Oracle.isReadable(error) }
  }
}

/// Ends the process when an answer is wrong.
enum Oracle {
  /// What errors may need, in characters: they quote what they found, but not all of it.
  private static let longestError = 4000

  static func holds(_ condition: Bool, _ what: @autoclosure () -> String) {
    guard !condition else { return }
    fatalError("wrong: \(what())")
  }

  static func isReadable(_ error: any Error) {
    let text = "\(error)"
    holds(!text.isEmpty && text.utf8.count <= longestError, "an error of \(text.utf8.count) bytes: \(text.prefix(200))")
  }

  /// What `body` returns, which must not throw here.
  static func unfailing<T>(_ what: String, _ body: () throws -> T) -> T {
    do { return try body() } catch { fatalError("wrong: \(what): \(error)") }
  }
}

/// Takes an input apart that a target reads as several things.
struct Input {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  /// 0 at the end.
  mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

  mutating func int16() -> Int { Int(byte()) << 8 | Int(byte()) }

  /// Two bytes of length, and so many bytes or what is left of them.
  mutating func part() -> [UInt8] {
    let count = int16()
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  /// The codec none for three bytes of four: the others take their time.
  mutating func codec() -> Codec {
    let byte = byte()
    return byte & 3 == 0 ? Codec.allCases[Int(byte >> 2) % Codec.allCases.count] : .none
  }
}

extension [UInt8] {
  /// What `Input.part` reads; at most 65,535 bytes.
  mutating func append(part: [UInt8]) {
    let part = part.prefix(0xffff)
    self += [UInt8(part.count >> 8), UInt8(part.count & 255)] + part
  }
}

extension EntryCursor {
  /// The sum of all entries that are left.
  func sum() throws -> EntrySum {
    var sum = EntrySum()
    while let entry = try next() { sum.add(entry) }
    return sum
  }
}
