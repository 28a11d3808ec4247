import Files
import SystemPackage

/// Small files that are read whole.
enum FileText {
  /// - Throws: `SystemError`
  static func bytes(_ path: String) throws -> [UInt8] {
    do {
      let file = try FileDescriptor.open(FilePath(path), .readOnly)
      return try file.closeAfter {
        var bytes: [UInt8] = []
        while true {
          let block = try [UInt8](unsafeUninitializedCapacity: 1 << 16) { memory, count in
            count = try file.read(into: UnsafeMutableRawBufferPointer(memory))
          }
          if block.isEmpty { return bytes }
          bytes += block
        }
      }
    } catch let error as Errno {
      throw SystemError("read", path, error)
    }
  }
}
