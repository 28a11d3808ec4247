import Files
import Glibc
import Synchronization
import SystemPackage

/// Standard output as a buffer of bytes: data only, written in large pieces.
///
/// Dropping it writes nothing: call `flush` at the end, and whenever a reader should see what was written so far.
final class StandardOutput: Sendable {
  private let buffer = Mutex<[UInt8]>([])

  private static let limit = 1 << 16

  /// Whether a person reads the output.
  static var isTerminal: Bool { isatty(FileDescriptor.standardOutput.rawValue) == 1 }

  /// - Throws: `ClosedOutput` when the reader has gone; `SystemError`.
  func write(_ bytes: some Sequence<UInt8>) throws {
    try buffer.withLock { buffer in
      buffer.append(contentsOf: bytes)
      if buffer.count >= Self.limit { try Self.drain(&buffer) }
    }
  }

  func flush() throws {
    try buffer.withLock { try Self.drain(&$0) }
  }

  private static func drain(_ buffer: inout [UInt8]) throws {
    defer { buffer.removeAll(keepingCapacity: true) }
    do {
      _ = try buffer.withUnsafeBytes { try FileDescriptor.standardOutput.writeAll($0) }
    } catch Errno.brokenPipe {
      throw ClosedOutput()
    } catch let error as Errno {
      throw SystemError("write", "standard output", error)
    }
  }
}

/// The reader of standard output has gone. That ends the program quietly.
struct ClosedOutput: Error {}
