public import Files
import SystemPackage

/// A new file that is written once from start to end, or the same in memory for tests.
///
/// It does not rename: whoever asked for the file decides when it is whole. Nothing is promised to be on the disk before
/// `finish()` returned.
public final class ByteSink {
  public let path: String
  /// Bytes appended so far.
  public private(set) var count: Int64 = 0

  private let file: OutputFile?
  private let keeps: Bool
  private var buffer: [UInt8] = []

  /// Small appends are gathered up to this many bytes.
  private static let bufferSize = 256 << 10

  /// Creates the file at `path`, which must not exist. Throws `SystemError`.
  public init(creating path: String, on disk: Disk = Disk()) throws {
    self.path = path
    keeps = true
    file = try disk.create(FilePath(path))
    buffer.reserveCapacity(Self.bufferSize)
  }

  /// A sink in memory; `name` stands in messages.
  public init(memory name: String) {
    path = name
    file = nil
    keeps = true
  }

  /// A sink that only counts what comes: to measure everything but the writing.
  package init(discarding name: String) {
    path = name
    file = nil
    keeps = false
  }

  public func append(_ bytes: UnsafeRawBufferPointer) throws {
    count += Int64(bytes.count)
    guard let file, buffer.count + bytes.count > Self.bufferSize else {
      if keeps { buffer.append(contentsOf: bytes) }
      return
    }
    try flush()
    if bytes.count >= Self.bufferSize {
      try file.write(bytes)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  public func append(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try append($0) } }

  /// Writes what is gathered, syncs the file to the disk and closes it. Throws `SystemError`.
  public func finish() throws {
    guard let file else { return }
    try flush()
    try file.sync()
    try file.close()
  }

  /// What was appended to a sink in memory.
  public var memory: [UInt8] {
    precondition(file == nil && keeps)
    return buffer
  }

  private func flush() throws {
    guard let file, !buffer.isEmpty else { return }
    try buffer.withUnsafeBytes { try file.write($0) }
    buffer.removeAll(keepingCapacity: true)
  }
}
