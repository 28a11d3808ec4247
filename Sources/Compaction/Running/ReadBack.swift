import BlockFile
import Entries
import Files
import RFile
import Records
import SystemPackage

// The last check of an output before its inputs can go. Three things must agree:
//
//     entries of the inputs        = entries written + entries dropped      the certificate's own equation
//     entries given to the writer  = entries in the file                    sums of all entries
//     what the file's index says   = what the file contains                 `RFileReader.check`
//
// So a bit that flips anywhere between the inputs' blocks in memory and the output file is found with any codec: by the
// codec, by the check, or because the sums differ. The file is decoded by the code that checks files, not by the code
// that wrote it.

/// Compares a finished file with the entries that were written to it.
struct ReadBack {
  let path: FilePath
  let statistics: CompactionStatistics

  init(path: FilePath, of statistics: CompactionStatistics) {
    self.path = path
    self.statistics = statistics
  }

  /// Decodes every entry of the file. The bytes usually come from the page cache, so they do not count against a rate
  /// limit.
  ///
  /// Throws `LedgerError` when the merge itself lost or changed an entry, `FileError` and `SystemError` when the file
  /// is damaged, and `ReadBackError` when it is sound but has other contents.
  func check(loader: BlockLoader) throws {
    let certificate = statistics.certificate
    if let problem = certificate?.imbalance { throw LedgerError(path: path.string, problem: problem) }
    let size = try FileStatus.of(path)?.size
    let check = try RFileReader(path: path.string, loader: loader).check(loader: loader, sums: certificate != nil)
    guard size == statistics.fileSize, check.entries == statistics.entriesWritten else {
      throw ReadBackError(
        path: path.string, written: "\(statistics.entriesWritten) entries, \(statistics.fileSize) bytes",
        found: "\(check.entries) entries, \(size ?? 0) bytes")
    }
    if let written = certificate?.output, check.sum != written {
      throw ReadBackError(
        path: path.string, written: "\(written.count) entries with the sum \(written.digest)",
        found: "\(check.sum.count) with the sum \(check.sum.digest)")
    }
  }
}

/// A file that does not contain what was written to it.
struct ReadBackError: Error, Hashable, CustomStringConvertible {
  var path: String
  var written: String
  var found: String

  var description: String { "\(path): wrote \(written), read back \(found): do not trust this disk" }
}

/// A merge that lost, duplicated or changed an entry between its inputs and its output: a bug, or bad memory.
struct LedgerError: Error, Hashable, CustomStringConvertible {
  var path: String
  var problem: String

  var description: String {
    "\(path): \(problem): the merge is wrong, so its inputs stay; run it again, and if it fails again report it"
  }
}
