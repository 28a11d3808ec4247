// Files on servers, under names such as `s3://bucket/key`. The functions that read the disk ask here first, so what reads
// a tablet directory reads one in a bucket, too. A program mounts the servers, as a kernel mounts file systems:
//
//     FileStatus.of, listDirectory, readWholeFile ─┬─> the disk
//     ByteSource (BlockFile)                       └─> RemoteFiles, when the path begins with one of its schemes
//
// Paths are `FilePath`s, in which `s3://bucket/key` becomes `s3:/bucket/key`. Messages and records show the URL. Nothing
// that is on a server is ever changed: `Disk` refuses such paths. It only publishes new files, under names that are free.

internal import Synchronization
package import SystemPackage

/// The files of all servers.
package protocol RemoteFiles: Sendable {
  /// Nil when there is none.
  /// - Throws: `RemoteError`
  func status(of path: FilePath) throws -> FileStatus?
  /// The names in a directory, in any order.
  /// - Throws: `RemoteError`
  func names(in directory: FilePath) throws -> [String]
  /// - Throws: `RemoteError`; `SystemError` when there is no such file.
  func open(_ path: FilePath) throws -> any RemoteFile
  /// Gives a file of this machine a free name, where it appears whole or not at all, and reads it back.
  /// - Parameter willChange: is called before each request that changes something, on any thread; what it throws ends the
  ///   attempt.
  /// - Returns: whether a file with the same bytes had that name before.
  /// - Throws: `RemoteError`, also when another file has the name; `SystemError`.
  func publish(
    _ file: FilePath, as path: FilePath, willChange: @escaping @Sendable () throws -> Void
  ) throws -> Bool
  /// Requests sent and bytes received since the beginning.
  var traffic: (requests: Int, bytes: Int) { get }
}

/// A file on a server. Several threads can use it at the same time.
package protocol RemoteFile: Sendable {
  /// Bytes, as of opening it.
  var count: Int64 { get }
  /// Fills `buffer` from `offset` on, which the caller has compared with `count`.
  /// - Throws: `RemoteError`, also when the file is not the one that was opened any more.
  func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws
}

/// What a server did not do. One line that names the file, what was asked and what came back, without credentials.
package struct RemoteError: Error, Hashable, CustomStringConvertible {
  package var url: String
  package var problem: String
  /// Whether it may be different in a while: the server was busy, or could not be reached.
  package var passes: Bool

  package init(_ url: String, _ problem: String, passes: Bool = false) {
    (self.url, self.problem, self.passes) = (url, problem, passes)
  }

  package var description: String { "\(url): \(problem)" }
}

/// Paths of files on servers.
package enum RemotePath {
  private static let schemes = ["s3", "s3a", "http", "https", "webhdfs", "swebhdfs"]

  /// The URL of a path, `s3://bucket/key` for `s3:/bucket/key`; nil for a path on this machine.
  package static func url(of path: String) -> String? {
    let bytes = path.utf8
    guard let colon = bytes.prefix(9).firstIndex(of: UInt8(ascii: ":")), schemes.contains(String(path[..<colon])),
      bytes[bytes.index(after: colon)...].first == UInt8(ascii: "/")
    else { return nil }
    return path[..<colon] + "://" + path[colon...].dropFirst().drop { $0 == "/" }
  }

  package static func url(of path: FilePath) -> String? { url(of: path.string) }

  /// Whether two paths are one, by whatever name the server's kind goes: `s3a` is Hadoop's for `s3`.
  package static func isSame(_ a: FilePath, _ b: FilePath) -> Bool {
    func plain(_ path: FilePath) -> String {
      guard let url = url(of: path) else { return path.string }
      return url.hasPrefix("s3a:") ? "s3" + url.dropFirst(3) : url
    }
    return plain(a) == plain(b)
  }

  /// How a path is shown: that of a file on a server as its URL.
  package static func shown(_ path: String) -> String { url(of: path) ?? path }

  private static let mounted = Mutex<(any RemoteFiles)?>(nil)

  /// Makes files on servers readable for this process.
  package static func mount(_ files: any RemoteFiles) { mounted.withLock { $0 = files } }

  /// Requests sent to servers and bytes received, by all files together.
  package static var traffic: (requests: Int, bytes: Int) { mounted.withLock { $0 }?.traffic ?? (0, 0) }

  /// The files among which a path is; nil for one on this machine.
  /// - Throws: `RemoteError` for a path on a server when nothing is mounted.
  package static func files(with path: FilePath) throws -> (any RemoteFiles)? {
    guard let url = url(of: path) else { return nil }
    guard let files = mounted.withLock({ $0 }) else {
      throw RemoteError(url, "is on a server, and no server is mounted")
    }
    return files
  }

  /// Throws `RemoteError` for a path on a server.
  static func refuse(changing path: FilePath) throws {
    if let url = url(of: path) {
      throw RemoteError(
        url,
        "is on a server, where files are read and never changed: compact --into DIR writes elsewhere, here or there")
    }
  }
}
