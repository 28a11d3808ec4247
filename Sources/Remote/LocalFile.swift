internal import Files
internal import SystemPackage

/// A file of this machine that is sent to a server. Several threads can read it at the same time.
final class LocalFile: Sendable {
  private let descriptor: FileDescriptor
  private let path: FilePath
  let count: Int64

  /// - Throws: `SystemError`.
  init(_ path: FilePath) throws {
    self.path = path
    do {
      descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
    } catch let error as Errno {
      throw SystemError("open", path.string, error)
    }
    do { count = try descriptor.seek(offset: 0, from: .end) } catch let error as Errno {
      try? descriptor.close()
      throw SystemError("look at", path.string, error)
    }
  }

  deinit { try? descriptor.close() }

  /// For libcurl, which reads from given places.
  var number: Int32 { descriptor.rawValue }

  /// - Throws: `SystemError`, also when the file became shorter.
  func bytes(_ range: Range<Int64>) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, used in
      let room = UnsafeMutableRawBufferPointer(buffer)
      while used < range.count {
        let count: Int
        do {
          count = try descriptor.read(
            fromAbsoluteOffset: range.lowerBound + Int64(used), into: .init(rebasing: room[used..<range.count]))
        } catch let error as Errno {
          throw SystemError("read", path.string, error)
        }
        guard count > 0 else { throw SystemError("read", path.string, .ioError) }
        used += count
      }
    }
  }

  /// The offset of the first byte that differs from that of another file of the same size; nil: there is none.
  func firstDifference(from other: RangeFile, before change: () throws -> Void) throws -> Int64? {
    var start: Int64 = 0
    var found = [UInt8](repeating: 0, count: Int(min(count, Self.step)))
    while start < count {
      try change()
      let end = min(count, start + Self.step)
      let ours = try bytes(start..<end)
      try found.withUnsafeMutableBytes { try other.read(at: start, into: .init(rebasing: $0[..<ours.count])) }
      if !ours.elementsEqual(found[..<ours.count]) {
        return start + Int64(zip(ours, found).prefix { $0 == $1 }.count)
      }
      start = end
    }
    return nil
  }

  private static let step: Int64 = 1 << 20
}
