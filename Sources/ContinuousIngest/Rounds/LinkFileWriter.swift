internal import Files
internal import SystemPackage

/// Writes a file of a verification frame by frame, under a temporary name until it is whole. Used by one thread.
///
/// A power failure can take the name away again, since the directory is not synced. Then the next round says what is
/// missing.
final class LinkFileWriter {
  private let file: OutputFile
  private let path: FilePath
  private let disk: Disk
  /// The checksum of the last frame, then the frame to be written.
  private var bytes: [UInt8] = []
  private(set) var byteCount: Int64 = 0
  private var isFinished = false

  /// - Parameter temporary: a name in the same directory, of this process alone. It must be free.
  init(_ identity: LinkFileIdentity, path: FilePath, temporary: FilePath, disk: Disk) throws {
    self.path = path
    self.disk = disk
    file = try disk.create(temporary)
    try LinkFrame.magic.withUnsafeBytes { try file.write($0) }
    byteCount = Int64(LinkFrame.magic.count)
    bytes = [UInt8](repeating: 0, count: LinkFrame.checksumSize)
    var payload: [UInt8] = []
    identity.append(to: &payload)
    try payload.withUnsafeBytes { try write(.identity, $0) }
  }

  /// What is not whole goes.
  deinit { if !isFinished { try? disk.remove(file.path) } }

  func write(_ kind: LinkFrame.Kind, _ payload: UnsafeRawBufferPointer) throws {
    bytes.removeSubrange(LinkFrame.checksumSize...)
    bytes.append(kind.rawValue)
    withUnsafeBytes(of: UInt32(payload.count).bigEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: payload)
    let checksum = bytes.withUnsafeBytes { LinkFrame.checksum($0) }
    withUnsafeBytes(of: checksum.bigEndian) { bytes.append(contentsOf: $0) }
    try bytes.withUnsafeBytes {
      try file.write(UnsafeRawBufferPointer(rebasing: $0[LinkFrame.checksumSize...]))
    }
    byteCount += Int64(bytes.count - LinkFrame.checksumSize)
    bytes.replaceSubrange(..<LinkFrame.checksumSize, with: bytes.suffix(LinkFrame.checksumSize))
  }

  /// Writes the end and gives the file its name, in place of an older one.
  func finish(_ numbers: [Int64]) throws {
    var payload: [UInt8] = []
    for number in numbers { withUnsafeBytes(of: number.bigEndian) { payload.append(contentsOf: $0) } }
    try payload.withUnsafeBytes { try write(.end, $0) }
    try file.sync()
    try file.close()
    try disk.rename(file.path, replacing: path)
    isFinished = true
  }
}

/// Gathers links into frames. Its owner must call `free()`.
struct LinkFrames: RowSink {
  private let writer: LinkFileWriter
  private var packed = RisingRows(capacity: (LinkFrame.linkLimit + 1) * RisingRows.longest)
  private(set) var count: Int64 = 0

  init(_ writer: LinkFileWriter) { self.writer = writer }

  func free() { packed.free() }

  /// Both links of a row go into the same frame.
  @inline(__always) mutating func take(_ row: UInt64, isDefined: Bool, isReferred: Bool) throws {
    if packed.count > LinkFrame.linkLimit - 2 { try flush() }
    if isDefined { packed.append(row << 1) }
    if isReferred { packed.append(row << 1 | 1) }
  }

  mutating func flush() throws {
    guard packed.count > 0 else { return }
    try writer.write(.links, packed.bytes)
    count += Int64(packed.count)
    packed.removeAll()
  }
}
