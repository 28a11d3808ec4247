import Files
import SystemPackage

/// Input whose reading ends when a signal asks the program to stop, though nothing arrives.
enum InterruptibleInput {
  /// Reads from an open file or pipe, which stays the caller's. What it returns throws `Stopped` and `SystemError`.
  static func reading(
    _ descriptor: FileDescriptor, named source: String, stop: StopFlag
  ) -> (UnsafeMutableRawBufferPointer) throws -> Int {
    { memory in
      while true {
        try stop.check()
        do {
          return try descriptor.read(into: memory, retryOnInterrupt: false)
        } catch Errno.interrupted {
          continue
        } catch let error as Errno {
          throw SystemError("read", source, error)
        }
      }
    }
  }
}
