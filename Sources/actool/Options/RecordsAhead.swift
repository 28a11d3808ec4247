import Dispatch
import Files
import Records
import Synchronization
import SystemPackage

/// Reads records on a thread of its own, while the calling one works on those that it has.
///
///     file ──> thread: read, parse ──> up to two batches ──> next()
///
/// A batch is what one reading brought, so that nothing waits for input that is yet to come.
final class RecordsAhead: Sendable {
  typealias Batch = [(record: Record, line: Int)]

  /// Nil in place of a batch is the end.
  private let results = Mutex<[Result<Batch?, any Error>]>([])
  private let isAbandoned = Atomic<Bool>(false)
  /// How many results there are, and how many more there may be.
  private let filled = DispatchSemaphore(value: 0)
  private let free = DispatchSemaphore(value: 0)

  init() {
    for _ in 0..<2 { free.signal() }
  }

  /// Begins to read.
  /// - Returns: false when there is no thread or no file descriptor to be had.
  func start(_ file: FileDescriptor, source: String) -> Bool {
    // The thread can outlive the file's owner, who may stop early: it might just be waiting for input.
    guard let file = try? file.duplicate() else { return false }
    let hasThread = ThreadSupply().start { [self] in
      defer { try? file.close() }
      var reader = RecordReader(file, source: source)
      while true {
        let result = Result { try reader.nextBatch() }.map { $0.isEmpty ? nil : $0 }
        free.wait()
        if isAbandoned.load(ordering: .acquiring) { return }
        results.withLock { $0.append(result) }
        filled.signal()
        guard case .success(.some) = result else { return }
      }
    }
    if !hasThread { try? file.close() }
    return hasThread
  }

  /// The next records; nil at the end.
  /// - Throws: as `RecordReader.next`.
  func next() throws -> Batch? {
    filled.wait()
    let result = results.withLock { $0.removeFirst() }
    free.signal()
    return try result.get()
  }

  /// No more is wanted.
  func abandon() {
    isAbandoned.store(true, ordering: .releasing)
    free.signal()
  }
}
