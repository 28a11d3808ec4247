import BlockFile
import Entries

/// Asks a filter for every entry of its file: it must deny none.
final class BloomVerifier {
  private let filter: BloomFilter
  private var key: KeyFunctorBuffer

  /// Nil when there is nobody to be asked.
  init?(_ filter: BloomFilter?) {
    guard let filter, let functor = filter.functor else { return nil }
    self.filter = filter
    key = KeyFunctorBuffer(functor)
  }

  deinit { key.free() }

  /// Whether lookups would miss an entry of the file.
  func denies(_ entry: EntryPointer) -> Bool {
    let (bytes, isRepeated) = key.next(entry)
    return !isRepeated && bytes.count > 0 && !filter.mayHold(bytes)
  }
}
