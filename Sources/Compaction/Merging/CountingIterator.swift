import Entries
import RFile

/// Counts the entries that pass. Accumulo: `CountingIterator`.
final class CountingIterator: BlockPassing {
  let source: any EntryCursor
  private let counter: UnsafeMutablePointer<Int64>

  init(source: any EntryCursor) {
    self.source = source
    counter = .allocate(capacity: 1)
    counter.initialize(to: 0)
  }

  deinit { counter.deallocate() }

  var count: Int64 { counter.pointee }

  func letPass(_ block: ReusedBlock) { counter.pointee += Int64(block.entryCount) }

  func next() throws -> EntryPointer? {
    guard let entry = try source.next() else { return nil }
    counter.pointee += 1
    return entry
  }
}
