import Files
import Records
import SystemPackage
import TabletStore

// Whether it helps to run a failed job again, which an engine that runs jobs has to know:
//
//     never    the job will fail again: its inputs are gone or damaged, its settings are wrong, its tablet has changed
//     later    another process has its inputs, or the lock of the directory, there is no room on the disk, or a server is
//              busy
//     now      it was this machine or this run: a failed system call, a signal, an output that was not read back as
//              written

extension CompactionResult.Retry {
  /// - Parameter error: why the job failed.
  init(after error: any Error) {
    self =
      switch error {
      case is Stopped, is ReadBackError, is LedgerError: .now
      case is LockTimeout, is NoSpace: .later
      case let error as RemoteError: error.passes ? .later : .never
      case let error as ReservationError: error.passes ? .later : .never
      case let error as SystemError: error.isAboutInput ? .never : .now
      default: .never
      }
  }
}

extension CompactionResult.Retry {
  /// Whether a failed job should find again what it wrote up to its last checkpoint: when it may succeed later, but for an
  /// output that turned out wrong.
  static func leavesPartial(after error: any Error) -> Bool {
    if error is ReadBackError || error is LedgerError { return false }
    return CompactionResult.Retry(after: error) != .never
  }
}

extension SystemError {
  /// A file that is not there, or is no file, is so on every machine.
  fileprivate var isAboutInput: Bool {
    switch errno {
    case .noSuchFileOrDirectory, .notDirectory, .isDirectory, .fileNameTooLong, .fileExists: true
    default: false
    }
  }
}

/// The output might not fit on the disk.
struct NoSpace: Error, Hashable, CustomStringConvertible {
  var path: FilePath
  /// Bytes.
  var needed: Int64
  var free: Int64

  /// The output is rarely larger than the inputs.
  /// - Parameter partial: the part of the output that is there; nil: none.
  /// - Throws: `NoSpace`; `SystemError` if the directory is gone.
  static func check(_ directory: FilePath, holds inputs: [TabletFile], besides partial: FilePath? = nil) throws {
    let written = try partial.flatMap { try FileStatus.ofLink($0)?.size } ?? 0
    let needed = inputs.reduce(-written) { $0.addingSaturated($1.size) }
    let free = try FreeSpace.bytes(at: directory)
    guard free >= needed else { throw NoSpace(path: directory, needed: needed, free: free) }
  }

  var description: String {
    "\(path) has \(free) bytes free, and the inputs have \(needed), so the output might not fit: make room, or say "
      + "--no-space-check if it will be smaller"
  }
}
