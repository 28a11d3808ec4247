import Files
import Glibc
import SystemPackage

/// A directory for what can only be read from a disk, in memory where there is one there. Removed when the process ends.
enum Scratch {
  static let directory: FilePath = {
    let top = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    var template = Array("\(top)/actool-fuzz-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { fatalError("no directory in \(top)") }
    atexit { Scratch.remove() }
    return FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }()

  /// Writes a file anew, without a sync.
  static func write(_ bytes: [UInt8], _ name: String) throws -> FilePath {
    let path = directory.appending(name)
    let file = try FileDescriptor.open(
      path, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
    try file.closeAfter { _ = try file.writeAll(bytes) }
    return path
  }

  private static func remove() {
    for name in (try? listDirectory(directory)) ?? [] { unlink(directory.appending(name).string) }
    rmdir(directory.string)
  }
}
