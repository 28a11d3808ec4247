package import SystemPackage

/// Reads what stands in a file, as far as it is there in one go.
package protocol BatchReader: SendableMetatype {
  associatedtype Item: Sendable

  /// The next items; none at the end. Not to be called after an error.
  mutating func nextBatch() throws -> [Item]
}

package enum ReadAhead {
  /// Calls `body` for every batch of an open file or pipe, which stays the caller's. Another thread reads ahead, if there
  /// is one to be had.
  ///
  /// - Parameter reader: makes what reads; called once, on either thread.
  /// - Throws: what the reader throws, after the batches before it, and what `body` throws.
  package static func forEachBatch<Reader: BatchReader>(
    of file: FileDescriptor, _ reader: @escaping @Sendable (FileDescriptor) -> Reader,
    _ body: ([Reader.Item]) throws -> Void
  ) throws {
    if let ahead = thread(file, reader) {
      defer { ahead.abandon() }
      while let batch = try ahead.next() { try body(batch) }
    } else {
      var reader = reader(file)
      while case let batch = try reader.nextBatch(), !batch.isEmpty { try body(batch) }
    }
  }

  /// Nil when there is no thread or no file descriptor to be had.
  private static func thread<Reader: BatchReader>(
    _ file: FileDescriptor, _ reader: @escaping @Sendable (FileDescriptor) -> Reader
  ) -> ReadingThread<[Reader.Item]>? {
    // The thread can outlive the file's owner, who may stop early: it might just be waiting for input.
    guard let file = try? file.duplicate() else { return nil }
    let thread = ReadingThread<[Reader.Item]>(from: ThreadSupply()) { put in
      defer { try? file.close() }
      var reader = reader(file)
      while case let batch = try reader.nextBatch(), !batch.isEmpty {
        guard put(batch) else { return }
      }
    }
    if thread == nil { try? file.close() }
    return thread
  }
}
