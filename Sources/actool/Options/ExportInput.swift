import ExportedTable
import Files
import Records

/// The tablets of an exported table.
enum ExportInput {
  /// How many tablets go from one thread to the other at a time.
  private static let batchSize = 256

  /// What the reading thread hands over: tablets, and at the end what is wrong with their rows.
  private enum Part: Sendable {
    case tablets([Tablet])
    case problems([String])
  }

  /// Calls `body` for every tablet in order. Another thread reads ahead, if there is one to be had.
  /// - Returns: what is wrong with the rows of the tablets: a line each.
  /// - Throws: `ExportError`, `SystemError`, and what `body` throws.
  static func forEach(in export: ExportDirectory, _ body: (Tablet) throws -> Void) throws -> [String] {
    var problems: [String] = []
    func take(_ part: Part) throws {
      switch part {
      case .tablets(let tablets): for tablet in tablets { try body(tablet) }
      case .problems(let found): problems += found
      }
    }
    if let ahead = ReadingThread<Part>(from: ThreadSupply(), { try read(export, $0) }) {
      defer { ahead.abandon() }
      while let part = try ahead.next() { try take(part) }
      return problems
    }
    // What `body` throws ends the reading, and is thrown after it.
    var failure: (any Error)?
    try read(export) { part in
      do { try take(part) } catch { failure = error }
      return failure == nil
    }
    if let failure { throw failure }
    return problems
  }

  /// Holds one batch. Ends when `put` returns false. Tablets before an error are put before it is thrown.
  private static func read(_ export: ExportDirectory, _ put: (Part) -> Bool) throws {
    let tablets = try export.tablets()
    var batch: [Tablet] = []
    do {
      while let tablet = try tablets.next()?.tablet {
        batch.append(tablet)
        guard batch.count == batchSize else { continue }
        guard put(.tablets(batch)) else { return }
        batch.removeAll()
      }
    } catch {
      guard put(.tablets(batch)) else { return }
      throw error
    }
    guard put(.tablets(batch)) else { return }
    _ = put(.problems(export.problems(of: tablets)))
  }
}
